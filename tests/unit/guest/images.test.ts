import { expect } from 'chai';
import { imageDefinition, imageDefinitions } from '../../../src/guest/images.js';
import { kernelHash } from '../../../src/guest/kernel.js';

describe('kernel and images', () => {
  it('have definitions that say all they must', () => {
    const all = imageDefinitions('containerlab/images');
    expect(all.map((image) => image.name)).to.include.members([
      'faultline/frr:10.3',
      'faultline/frr:8.4',
      'faultline/host',
    ]);
    for (const image of all) {
      expect(image.packages, image.name).to.include('iproute2');
      if (image.guest) expect(image.packages, image.name).to.include.members(['nodejs', 'perl', 'util-linux']);
    }
    expect(() => imageDefinition('containerlab/images', 'faultline/frr:1')).to.throw('there is: faultline/frr:10.3');
  });

  it('have a hash that stays', () => {
    expect(kernelHash('lab-kernel'))
      .to.match(/^[0-9a-f]{16}$/)
      .and.equal(kernelHash('lab-kernel'));
  });
});

import { expect } from 'chai';
import { imageMapArgv, readImageMap, usedRules } from '../../../src/image/map.js';

describe('a map of images', () => {
  const map = readImageMap(['frrouting/frr=faultline/frr:8.4', 'quay.io/*=faultline/host', 'unused=faultline/host']);

  it('comes down to one rule for each image that is stood in for, sorted', () => {
    const images = ['quay.io/a/b:1', 'faultline/frr:10.3', 'frrouting/frr:10.2.1', 'frrouting/frr:10.2.1'];
    expect(usedRules(map, images)).to.deep.equal([
      { asked: 'frrouting/frr:10.2.1', used: 'faultline/frr:8.4' },
      { asked: 'quay.io/a/b:1', used: 'faultline/host' },
    ]);
    expect(usedRules(map, ['alpine'])).to.deep.equal([]);
  });

  it('is said again by the options it was read from, and means the same for the same images', () => {
    const images = ['docker.io/frrouting/frr', 'quay.io/a/b:1'];
    const used = usedRules(map, images);
    const again = readImageMap(imageMapArgv(used).filter((word) => word !== '--image-map'));
    expect(again).to.deep.equal(used);
    expect(usedRules(again, images)).to.deep.equal(used);
  });
});

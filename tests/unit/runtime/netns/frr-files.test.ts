import { expect } from 'chai';
import { forItsFrr } from '../../../../src/runtime/netns/frr-files.js';
import type { Bind, TopologyNode } from '../../../../src/topology/types.js';

const bind = (hostPath: string, nodePath: string): Bind => ({ hostPath, nodePath, readOnly: false }) as Bind;
const node = (...binds: Bind[]): TopologyNode => ({ name: 'core1', driver: 'frr', binds }) as unknown as TopologyNode;
const paths = (version: string, of: TopologyNode): string[] =>
  forItsFrr(of, version).node.binds.map(({ hostPath, nodePath }) => `${hostPath}:${nodePath}`);

const both = node(
  bind('/lab/frr.conf', '/etc/frr/frr.conf'),
  bind('/lab/daemons', '/etc/frr/daemons'),
  bind('/lab/new.conf', '/etc/frr/frr-10.conf'),
);

describe('forItsFrr', () => {
  it('takes the file of this version and later ones, and tells', () => {
    for (const version of ['10.0', '10.3', '11.1'])
      expect(paths(version, both), version).to.deep.equal([
        '/lab/daemons:/etc/frr/daemons',
        '/lab/new.conf:/etc/frr/frr.conf',
      ]);
    expect(forItsFrr(both, '10.3').note).to.equal('core1: new.conf in place of frr.conf: it runs FRR 10.3');
  });

  it('leaves it out before, and where no version is known', () => {
    for (const version of ['8.4.4', '9.1', 'none']) {
      const kept = ['/lab/frr.conf:/etc/frr/frr.conf', '/lab/daemons:/etc/frr/daemons'];
      expect(paths(version, both), version).to.deep.equal(kept);
      expect(forItsFrr(both, version).note).to.equal(undefined);
    }
  });

  it('takes the highest that fits', () => {
    const many = node(
      bind('/a', '/etc/frr/frr-9.conf'),
      bind('/b', '/etc/frr/frr-11.conf'),
      bind('/c', '/etc/frr/frr-10.conf'),
    );
    expect(paths('10.7.1', many)).to.deep.equal(['/c:/etc/frr/frr.conf']);
  });

  it('does not touch nodes without such a file, or that are no FRR', () => {
    const plain = node(bind('/lab/frr.conf', '/etc/frr/frr.conf'));
    expect(forItsFrr(plain, '10.3').node).to.equal(plain);
    const linux = { ...both, driver: 'linux' } as TopologyNode;
    expect(forItsFrr(linux, '10.3').node).to.equal(linux);
  });
});

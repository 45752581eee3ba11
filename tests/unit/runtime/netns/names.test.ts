import { expect } from 'chai';
import { LabError } from '../../../../src/core/errors.js';
import { badNames, checkLabName, fullNodeName, macAddresses } from '../../../../src/runtime/netns/names.js';
import { topologyOf } from '../../../lab/netns-topologies.js';

describe('names of the netns runtime', () => {
  const topology = topologyOf('lab', { r1: {}, r2: {} }, ['r1:eth1--r2:eth1']);

  it('follow the prefix of the topology', () => {
    const name = (prefix: string | undefined, lab = 'lab'): string => fullNodeName({ ...topology, prefix }, lab, 'r1');
    expect(name(undefined)).to.equal('clab-lab-r1');
    expect(name('')).to.equal('r1');
    expect(name('__lab-name')).to.equal('lab-r1');
    expect(name('my')).to.equal('my-lab-r1');
    expect(name('', 'lab-x7')).to.equal('lab-x7-r1');
  });

  it('are checked for what Linux takes', () => {
    expect(() => checkLabName('../up')).to.throw(LabError);
    expect(() => checkLabName('')).to.throw(LabError);
    const bad = topologyOf('lab', { 'a b': {}, 'a-switch-of-16-c': { kind: 'bridge' } }, [
      'a b:sixteen-letters-x--c:ok',
      'c:ok--d:e/f',
    ]);
    expect(badNames(bad).map((issue) => issue.replace(/ \(.*/, ''))).to.deep.equal([
      "node name 'a b' cannot be a host name",
      "bridge 'a-switch-of-16-c': the name of a Linux bridge has at most 15 characters",
      "link a b:sixteen-letters-x--c:ok: 'sixteen-letters-x' is no interface name of Linux",
      'link c:ok--d:e/f: interface c:ok is already in use',
      "link c:ok--d:e/f: 'e/f' is no interface name of Linux",
    ]);
  });

  it('give each interface one MAC address, whatever the lab is called and whatever else is in it', () => {
    const macs = macAddresses(topology);
    expect(macs.get('r1:eth1'))
      .to.match(/^aa:c1:ab(:[0-9a-f]{2}){3}$/)
      .and.not.equal(macs.get('r2:eth1'));
    const larger = topologyOf('other', { r0: {}, r1: {}, r2: {} }, ['r0:eth1--r1:eth2', 'r1:eth1--r2:eth1']);
    expect(macAddresses(larger).get('r1:eth1')).to.equal(macs.get('r1:eth1'));
  });

  it('never give two interfaces one MAC address', () => {
    const links = Array.from({ length: 9000 }, (_, i) => `a${i}:eth1--b${i}:eth1`); // some of their hashes collide
    const macs = [...macAddresses(topologyOf('lab', {}, links)).values()];
    expect(macs).to.have.length(18_000);
    expect(new Set(macs).size).to.equal(18_000);
  });

  it("lets an endpoint's own MAC address win", () => {
    const link = topology.links[0]!;
    const endpoints = [{ ...link.endpoints[0]!, mac: '02:00:00:00:00:AB' }, link.endpoints[1]!];
    expect(macAddresses({ ...topology, links: [{ ...link, endpoints }] }).get('r1:eth1')).to.equal('02:00:00:00:00:ab');
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { LabError } from '../../../../src/core/errors.js';
import { Answer } from '../../../../src/device/answer.js';
import { parseBfdPeers } from '../../../../src/device/frr/parse/bfd-peers.js';
import { parseBgpPeers } from '../../../../src/device/frr/parse/bgp-peers.js';
import { parseEvpnSegments } from '../../../../src/device/frr/parse/evpn-segments.js';
import { parseIgmpGroups } from '../../../../src/device/frr/parse/igmp-groups.js';
import { parseLdpNeighbors } from '../../../../src/device/frr/parse/ldp-neighbors.js';
import { parseMroutes } from '../../../../src/device/frr/parse/mroutes.js';
import { parseMsdpPeers } from '../../../../src/device/frr/parse/msdp-peers.js';
import { parseMsdpSa } from '../../../../src/device/frr/parse/msdp-sa.js';
import { parseOspfNeighbors } from '../../../../src/device/frr/parse/ospf-neighbors.js';
import { parsePimInterfaces } from '../../../../src/device/frr/parse/pim-interfaces.js';
import { parsePimNeighbors } from '../../../../src/device/frr/parse/pim-neighbors.js';
import { parsePimUpstream } from '../../../../src/device/frr/parse/pim-upstream.js';
import { parseRouteTo } from '../../../../src/device/frr/parse/route-to.js';
import { parseRpInfo } from '../../../../src/device/frr/parse/rp-info.js';
import { parseVrfRoute } from '../../../../src/device/frr/parse/vrf-route.js';

function given(text: string, command = 'show something json'): Answer {
  return new Answer(command, text);
}

// Answers of real routers: r1 and r2 share the RP address, r3 has a receiver and equal paths to both.
// With 10.3 the receiver's router joined by way of r2, which had learnt the source from r1.
for (const [version, joinedBySa] of [
  ['8.4', false],
  ['10.3', true],
] as const) {
  describe(`parsers of FRR ${version}`, () => {
    const fixture = (name: string): Answer => {
      const url = new URL(`../../../fixtures/frr/${version}/${name}.json`, import.meta.url);
      return new Answer(name, readFileSync(url, 'utf8'));
    };

    it('OSPF neighbours', () => {
      expect(parseOspfNeighbors(fixture('ospf-neighbor'))).to.deep.equal([
        { neighborId: '10.255.0.1', address: '10.0.13.1', interface: 'eth1', state: 'Full/-' },
        { neighborId: '10.255.0.2', address: '10.0.23.1', interface: 'eth2', state: 'Full/-' },
      ]);
    });

    it('PIM neighbours, with the hold time that they announced', () => {
      expect(parsePimNeighbors(fixture('pim-neighbor'))).to.deep.equal([
        { interface: 'eth1', address: '10.0.13.1', holdTimeS: 4 },
        { interface: 'eth2', address: '10.0.23.1', holdTimeS: 4 },
      ]);
    });

    it('PIM interfaces, without the register interface', () => {
      const facts = parsePimInterfaces(fixture('pim-interface'));
      expect(facts.map((one) => one.interface)).to.deep.equal(['eth1', 'eth2', 'eth3', 'lo']);
      expect(facts[0]).to.deep.equal({
        interface: 'eth1',
        address: '10.0.13.2',
        designatedRouter: '10.0.13.2',
        isDesignatedRouter: true,
      });
    });

    it('RP, on a router that uses it and on one that owns it', () => {
      const [other] = parseRpInfo(fixture('pim-rp-info'));
      expect(other).to.include({ rp: '10.255.255.1', groups: '239.0.0.0/8', isThisRouter: false, source: 'Static' });
      expect(other?.interface).to.match(/^eth[12]$/);
      const [own] = parseRpInfo(fixture('pim-rp-info-rp'));
      expect(own).to.include({ rp: '10.255.255.1', interface: 'lo', isThisRouter: true });
    });

    it('multicast routes, with their packet counters', () => {
      const facts = parseMroutes(fixture('mroute'), fixture('pim-state')).filter(
        (one) => !one.group.startsWith('224.'),
      );
      const ways = facts.map((one) => `(${one.source},${one.group}) ${one.oifs.join('+')}`);
      expect(ways).to.deep.equal([
        '(10.1.1.10,232.1.1.1) eth3',
        '(*,239.1.1.1) pimreg+eth3',
        '(10.1.1.10,239.1.1.1) eth3',
      ]);
      expect(facts.every((one) => one.installed && one.iif !== '')).to.equal(true);
      expect(facts[2]?.flags).to.equal('ST');
      expect(facts[2]?.packets).to.be.greaterThan(0);
      expect(parseMroutes(given('{}'), given('{}'))).to.deep.equal([]);
    });

    it('upstream state, with the RPF neighbour and not the looked-up address', () => {
      const facts = parsePimUpstream(fixture('pim-upstream'), fixture('pim-upstream-rpf'));
      const specific = facts.find((one) => one.group === '239.1.1.1' && one.source === '10.1.1.10');
      expect(specific).to.deep.equal({
        source: '10.1.1.10',
        group: '239.1.1.1',
        iif: 'eth1',
        state: 'Joined',
        rpfNeighbor: '10.0.13.1',
        sptBit: true,
      });
      const shared = facts.find((one) => one.group === '239.1.1.1' && one.source === '*');
      expect(shared?.sptBit).to.equal(false);
      expect(shared?.rpfNeighbor).to.match(/^10\.0\.[12]3\.1$/);
    });

    it('IGMP groups with their sources', () => {
      const facts = parseIgmpGroups(fixture('igmp-groups'), fixture('igmp-sources'));
      const wanted = facts.filter((one) => !one.group.startsWith('224.'));
      expect(wanted).to.deep.equal([
        { interface: 'eth3', group: '232.1.1.1', source: '10.1.1.10', version: 3 },
        { interface: 'eth3', group: '239.1.1.1', source: null, version: 3 },
      ]);
      expect(parseIgmpGroups(fixture('igmp-groups-none'), given('{}'))).to.deep.equal([]);
    });

    it('MSDP peers with their mesh group', () => {
      expect(parseMsdpPeers(fixture('msdp-peer'), fixture('msdp-mesh-group'))).to.deep.equal([
        { peer: '10.255.0.2', local: '10.255.0.1', state: 'established', meshGroup: 'any' },
      ]);
      expect(parseMsdpPeers(fixture('msdp-peer-none'), given('{}'))).to.deep.equal([]);
    });

    it('MSDP source announcements, own and learnt', () => {
      expect(parseMsdpSa(fixture('msdp-sa'))).to.deep.equal([
        { source: '10.1.1.10', group: '239.1.1.1', rp: '-', local: true, sptSetup: false },
      ]);
      expect(parseMsdpSa(fixture('msdp-sa-learned'))).to.deep.equal([
        { source: '10.1.1.10', group: '239.1.1.1', rp: '10.255.0.1', local: false, sptSetup: joinedBySa },
      ]);
    });

    it('BFD peers with the negotiated detection time', () => {
      expect(parseBfdPeers(fixture('bfd-peers'))).to.deep.equal([
        { peer: '10.0.13.1', interface: 'eth1', status: 'up', detectMs: 900 },
        { peer: '10.0.23.1', interface: 'eth2', status: 'up', detectMs: 900 },
      ]);
    });

    it('BGP peers per address family', () => {
      expect(parseBgpPeers(fixture('bgp-summary'))).to.deep.equal([
        { peer: '10.255.0.1', family: 'ipv4Unicast', state: 'Established', prefixesReceived: 1 },
        { peer: '10.255.0.2', family: 'ipv4Unicast', state: 'Established', prefixesReceived: 1 },
      ]);
    });

    it('routes: equal paths, one path, none', () => {
      const prefix = '10.255.255.1/32';
      expect(parseRouteTo(fixture('route-host'))).to.deep.equal([
        { prefix, protocol: 'ospf', nexthop: '10.0.13.1', interface: 'eth1' },
        { prefix, protocol: 'ospf', nexthop: '10.0.23.1', interface: 'eth2' },
      ]);
      expect(parseRouteTo(fixture('route-network'))).to.deep.equal([
        { prefix: '10.1.1.0/24', protocol: 'ospf', nexthop: '10.0.13.1', interface: 'eth1' },
      ]);
      expect(parseRouteTo(fixture('route-none'))).to.deep.equal([]);
    });
  });
}

describe('answers that are not understood', () => {
  const parsers = {
    'OSPF neighbours': parseOspfNeighbors,
    'PIM neighbours': parsePimNeighbors,
    'PIM interfaces': parsePimInterfaces,
    'RP info': parseRpInfo,
    mroutes: (answer: Answer) => parseMroutes(answer, given('{}')),
    'upstream state': (answer: Answer) => parsePimUpstream(answer, given('{}')),
    'IGMP groups': (answer: Answer) => parseIgmpGroups(answer, given('{}')),
    'MSDP peers': (answer: Answer) => parseMsdpPeers(answer, given('{}')),
    'MSDP announcements': parseMsdpSa,
    'BFD peers': parseBfdPeers,
    'BGP peers': parseBgpPeers,
    routes: parseRouteTo,
  };
  for (const [name, parse] of Object.entries(parsers)) {
    for (const text of ['', 'Total: 3', '"text"', '{"eth1": "odd"}', '{"warning": "no such instance"}', '[{"x": 1}]']) {
      it(`${name}: ${text === '' ? 'nothing' : text}`, () => {
        expect(() => parse(given(text, 'show this json'))).to.throw(LabError, /`show this json` is not understood/);
      });
    }
  }

  it('a required field that is gone is named', () => {
    const without = given('{"eth1": {"address": "10.0.0.1"}}', 'show ip pim interface json');
    expect(() => parsePimInterfaces(without)).to.throw(/`pimDesignatedRouter` is missing/);
  });
});

describe('details of the parsers', () => {
  it('a route that is not selected or not active is no way', () => {
    const text = JSON.stringify({
      '10.0.0.0/8': [
        { protocol: 'static', nexthops: [{ ip: '10.1.1.1', interfaceName: 'eth1', active: true }] },
        {
          protocol: 'bgp',
          selected: true,
          nexthops: [
            { ip: '192.0.2.1', active: true, recursive: true },
            { ip: '10.2.2.2', interfaceName: 'eth2', active: true },
            { ip: '10.3.3.3', interfaceName: 'eth3' },
          ],
        },
      ],
    });
    expect(parseRouteTo(given(text))).to.deep.equal([
      { prefix: '10.0.0.0/8', protocol: 'bgp', nexthop: '10.2.2.2', interface: 'eth2' },
    ]);
  });

  it('the slower side sets the BFD detection time; it is unknown before the peer has spoken', () => {
    const session = { peer: '10.0.0.1', status: 'up', 'receive-interval': 100, 'remote-detect-multiplier': 4 };
    const [slow] = parseBfdPeers(given(JSON.stringify([{ ...session, 'remote-transmit-interval': 250 }])));
    expect(slow?.detectMs).to.equal(1000);
    const [unknown] = parseBfdPeers(
      given(JSON.stringify([{ peer: '10.0.0.1', status: 'down', 'receive-interval': 100 }])),
    );
    expect(unknown).to.deep.equal({ peer: '10.0.0.1', interface: null, status: 'down', detectMs: null });
  });

  it('an interface that FRR does not know has no name', () => {
    const text = '{"239.1.1.1": {"*": {"iif": "<iif?>", "flags": "SC", "oil": {}}}}';
    expect(parseMroutes(given(text), given('{}'))[0]).to.deep.include({
      iif: '',
      oifs: [],
      installed: false,
      packets: null,
    });
  });
});

describe('parsers of FRR 10.3 in a provider network', () => {
  const fixture = (name: string): Answer => {
    const url = new URL(`../../../fixtures/frr/10.3/${name}.json`, import.meta.url);
    return new Answer(name, readFileSync(url, 'utf8'));
  };

  it('Ethernet Segments: an own one, one of others, none', () => {
    const id = '03:44:38:39:ff:ff:01:00:00:01';
    expect(parseEvpnSegments(fixture('evpn-es'))).to.deep.equal([
      { id, interface: 'es1', up: true, forwarder: true, peers: ['10.255.0.2'] },
    ]);
    expect(parseEvpnSegments(fixture('evpn-es-remote'))).to.deep.equal([
      { id, interface: null, up: false, forwarder: false, peers: ['10.255.0.1', '10.255.0.2'] },
    ]);
    expect(parseEvpnSegments(fixture('evpn-es-none'))).to.deep.equal([]);
  });

  it('LDP neighbours', () => {
    const found = parseLdpNeighbors(fixture('ldp-neighbor'));
    expect(found).to.have.length(4);
    expect(found[0]).to.deep.equal({ id: '10.255.0.1', state: 'OPERATIONAL' });
    expect(() => parseLdpNeighbors(given('ldpd is not running'))).to.throw(LabError, 'no JSON');
  });

  it('a route of a VRF, with the labels that the kernel pushes', () => {
    expect(parseVrfRoute(fixture('vrf-route'))).to.deep.equal([
      { prefix: '172.16.30.10/32', protocol: 'bgp', nexthop: '10.0.8.1', interface: 'eth1', labels: [23, 80] },
    ]);
    expect(parseVrfRoute(fixture('vrf-route-none'))).to.deep.equal([]);
    expect(() => parseVrfRoute(given('% VRF nosuch not found'))).to.throw(LabError, 'no JSON');
  });
});

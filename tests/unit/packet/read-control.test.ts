import { expect } from 'chai';
import type { Step } from '../../../src/analysis/steps/types.js';
import { BFD_STATE, encodeBfd } from '../../../src/packet/layers/bfd.js';
import { ETHER_TYPE, encodeEthernet } from '../../../src/packet/layers/ethernet.js';
import { encodeIpv4, IP_PROTOCOL } from '../../../src/packet/layers/ipv4.js';
import { hexBytes, join, u16, u32, u8, zeros } from '../../../src/packet/layers/parts.js';
import { encodeTcp, TCP_FLAG } from '../../../src/packet/layers/tcp.js';
import { encodeUdp } from '../../../src/packet/layers/udp.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { readControlSteps } from '../../../src/packet/read-control.js';
import { temporaryFolder, type Folder } from './samples.js';

const A = '10.0.0.1';
const B = '10.0.0.2';
const RD = hexBytes('0001' + '0a000001' + '0002');
const ESI = hexBytes('03443839ffff01000001');

function ip(payloadProtocol: number, payload: Uint8Array, source = A, destination = B): Uint8Array {
  return encodeIpv4({ payloadProtocol, source, destination }, payload);
}

function ethernet(payload: Uint8Array, etherType: number = ETHER_TYPE.ipv4): Uint8Array {
  return encodeEthernet({ source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02', etherType }, payload);
}

/** A BGP UPDATE (RFC 4271 §4.3) with an MP_UNREACH_NLRI of the given routes (RFC 4760 §4). */
function unreach(afi: number, safi: number, routes: Uint8Array): Uint8Array {
  const value = join(u16(afi), u8(safi), routes);
  const attribute = join(u8(0x90), u8(15), u16(value.length), value);
  const body = join(u16(0), u16(attribute.length), attribute);
  return join(new Uint8Array(16).fill(0xff), u16(19 + body.length), u8(2), body);
}

const TYPE_1 = join(u8(1), u8(25), RD, ESI, u32(0xffff_ffff), zeros(3));
const TYPE_4 = join(u8(4), u8(23), RD, ESI, u8(32), hexBytes('0a000001'));

function bgp(sequence: number, payload: Uint8Array): Uint8Array {
  const header = { sourcePort: 40_000, destinationPort: 179, sequence, flags: TCP_FLAG.ack };
  return ethernet(ip(IP_PROTOCOL.tcp, encodeTcp(header, payload)));
}

function bfd(state: number, desiredTxUs = 300_000): Uint8Array {
  const packet = encodeBfd({
    ...{ diagnostic: 1, state, flags: 0, detectMultiplier: 3, myDiscriminator: 1, yourDiscriminator: 2 },
    ...{ desiredTxUs, requiredRxUs: 300_000, requiredEchoUs: 0 },
  });
  return ethernet(ip(IP_PROTOCOL.udp, encodeUdp({ sourcePort: 50_000, destinationPort: 3784 }, packet)));
}

function lsu(sequence: number, ageS = 1): Uint8Array {
  const lsa = join(u16(ageS), u8(2), u8(1), hexBytes('0a000001'), hexBytes('0a000001'), u32(sequence), u16(0), u16(20));
  const packet = join(u8(2), u8(4), u16(48), hexBytes('0a000001'), zeros(16), u32(1), lsa);
  return ethernet(ip(IP_PROTOCOL.ospf, packet));
}

function joinPrune(joined: boolean): Uint8Array {
  const source = join(u8(1), u8(0), u8(4), u8(32), hexBytes('0a010001'));
  const group = join(
    u8(1),
    u8(0),
    u8(0),
    u8(32),
    hexBytes('ef010101'),
    u16(joined ? 1 : 0),
    u16(joined ? 0 : 1),
    source,
  );
  const packet = join(u8(0x23), u8(0), u16(0), u8(1), u8(0), hexBytes('0a000002'), u8(0), u8(1), u16(210), group);
  return ethernet(ip(IP_PROTOCOL.pim, packet, A, '224.0.0.13'));
}

function lacpdu(actorState: number): Uint8Array {
  const end = (type: number, state: number): Uint8Array =>
    join(u8(type), u8(20), u16(1), hexBytes('020000000001'), u16(1), u16(1), u16(7), u8(state), zeros(3));
  const body = join(u8(1), u8(1), end(1, actorState), end(2, 0x3f), u8(3), u8(16), u16(0), zeros(12), zeros(52));
  return ethernet(body, ETHER_TYPE.slowProtocols);
}

describe('the control plane in a capture', () => {
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  function steps(...frames: readonly Uint8Array[]): readonly Step[] {
    const path = folder.path('control.pcap');
    const writer = new PcapWriter(path);
    frames.forEach((frame, index) => writer.write(1_700_000_000, index * 1000, frame));
    writer.close();
    const read = readControlSteps(path, { id: 'link-p1-eth1', node: 'p1' });
    expect(read.problem).to.equal(undefined);
    return read.steps;
  }
  const told = (found: readonly Step[]): string[] => found.map(({ kind, what }) => `${kind}: ${what}`);

  it('shows EVPN routes that BGP withdraws, also over two segments, once however often they are sent', () => {
    const update = unreach(25, 70, join(TYPE_4, TYPE_1));
    const [first, second] = [bgp(100, update.subarray(0, 30)), bgp(130, update.subarray(30))];
    const found = steps(first, first, second, second);
    expect(told(found)).to.deep.equal([
      'bgp-withdraw: 10.0.0.1 withdraws to 10.0.0.2: EVPN type 4 (Ethernet Segment) ES 03:44:38:39:ff:ff:01:00:00:01 RD 10.0.0.1:2, EVPN type 1 (auto-discovery per ES) ES 03:44:38:39:ff:ff:01:00:00:01 RD 10.0.0.1:2',
    ]);
    expect(found[0]!.frame).to.deep.include({ capture: 'link-p1-eth1', frame: 3 });
  });

  it('shows VPN and plain prefixes, and takes an End-of-RIB for nothing', () => {
    const vpn = join(u8(24 + 64 + 24), hexBytes('000641'), RD, hexBytes('ac101e'));
    const plain = join(
      new Uint8Array(16).fill(0xff),
      ...[u16(19 + 2 + 4 + 2), u8(2), u16(4), u8(24), hexBytes('0a0909'), u16(0)],
    );
    const end = join(new Uint8Array(16).fill(0xff), u16(23), u8(2), u16(0), u16(0));
    expect(told(steps(bgp(1, join(unreach(1, 128, vpn), plain, end, unreach(25, 70, zeros(0))))))).to.deep.equal([
      'bgp-withdraw: 10.0.0.1 withdraws to 10.0.0.2: VPNv4 172.16.30.0/24 (RD 10.0.0.1:2)',
      'bgp-withdraw: 10.0.0.1 withdraws to 10.0.0.2: IPv4 10.9.9.0/24',
    ]);
  });

  it('takes BGP up again where a message starts after a gap', () => {
    const update = unreach(25, 70, TYPE_4);
    expect(steps(bgp(1, update.subarray(0, 25)), bgp(500, update))).to.have.length(1);
  });

  it('sees BGP under MPLS labels and VLAN tags', () => {
    const inner = bgp(1, unreach(25, 70, TYPE_4)).subarray(14);
    const labelled = ethernet(join(hexBytes('00010040'), hexBytes('00011140'), inner), 0x8847);
    const tagged = ethernet(join(u16(10), u16(ETHER_TYPE.ipv4), inner), 0x8100);
    expect(steps(labelled)).to.have.length(1);
    expect(steps(tagged)).to.have.length(1);
  });

  it('shows a BFD session that goes down, with the detection time that its packets imply', () => {
    const found = steps(bfd(BFD_STATE.up), bfd(BFD_STATE.up), bfd(BFD_STATE.down, 1_000_000), bfd(BFD_STATE.down));
    expect(told(found)).to.deep.equal(['bfd: 10.0.0.1 says its session with 10.0.0.2 is down']);
    expect(found[0]!.withinNs).to.equal(900_000_000);
  });

  it('shows link states that are new, not those sent again', () => {
    expect(told(steps(lsu(5), lsu(5), lsu(6), lsu(6, 3600)))).to.deep.equal([
      'ospf: 10.0.0.1 floods type 1 of 10.0.0.1',
      'ospf: 10.0.0.1 floods type 1 of 10.0.0.1',
      'ospf: 10.0.0.1 floods type 1 of 10.0.0.1 (taken back)',
    ]);
  });

  it('shows joins and prunes that change something', () => {
    expect(told(steps(joinPrune(true), joinPrune(true), joinPrune(false)))).to.deep.equal([
      'pim: 10.0.0.1 joins (10.1.0.1, 239.1.1.1) at 10.0.0.2 (first seen on this link)',
      'pim: 10.0.0.1 prunes (10.1.0.1, 239.1.1.1) at 10.0.0.2',
    ]);
  });

  it('shows a port that leaves its bundle, with the timeout that it asked for', () => {
    const found = steps(lacpdu(0x3f), lacpdu(0x3f), lacpdu(0x07));
    expect(told(found)).to.deep.equal([
      'lacp: port 7 of 02:00:00:00:00:01 is not in the bundle, its partner in the bundle',
    ]);
    expect(found[0]!.withinNs).to.equal(3_000_000_000);
  });

  it('takes what does not decode for nothing', () => {
    const broken = join(new Uint8Array(16).fill(0xff), u16(30), u8(2), new Uint8Array(11).fill(0xee));
    expect(
      steps(bgp(1, broken), ethernet(ip(IP_PROTOCOL.ospf, u8(2))), ethernet(ip(IP_PROTOCOL.pim, u8(0x23)))),
    ).to.deep.equal([]);
  });
});

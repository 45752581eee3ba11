import { expect } from 'chai';
import { SeededRandom } from '../../../../src/core/random.js';
import { LINK_TYPE } from '../../../../src/packet/frame.js';
import { decodeFrame, type Layer } from '../../../../src/packet/layers/decode-frame.js';
import { decodeEthernet, encodeEthernet, groupMac } from '../../../../src/packet/layers/ethernet.js';
import { decodeIpv4, encodeIpv4 } from '../../../../src/packet/layers/ipv4.js';
import { encodeLinuxSll } from '../../../../src/packet/layers/linux-sll.js';
import { encodeLinuxSll2 } from '../../../../src/packet/layers/linux-sll2.js';
import { encodeUdp } from '../../../../src/packet/layers/udp.js';
import { encodeVlan } from '../../../../src/packet/layers/vlan.js';
import { internetChecksum, Undecodable } from '../../../../src/packet/layers/wire.js';
import { ipv4FromText, ipv4ToText, macFromText, macToText } from '../../../../src/packet/addresses.js';
import { randomBytes, udpFrame, udpPacket } from '../samples.js';

/** As Linux sent it; the UDP checksum was left to a network card. */
const SENT_BY_LINUX = Buffer.from(
  '01005e010101de07ac4192f10800' +
    '45000027dff6400001119fcc0a000001ef010101' +
    'eb3413880013fa276661756c746c696e652030',
  'hex',
);

const names = (layers: readonly Layer[]): string[] => layers.map(({ protocol }) => protocol);

describe('layers', () => {
  it('take a frame apart and put it together again byte by byte', () => {
    const random = new SeededRandom(1, 'layers');
    for (let round = 0; round < 300; round++) {
      const options = randomBytes(random, random.below(11) * 4);
      const frame = udpFrame({
        payload: randomBytes(random, random.below(200)),
        sourcePort: random.below(65_536),
        destinationPort: random.below(65_536),
        tags: Array.from({ length: random.below(4) }, () => [0x8100, 0x88a8, 0x9100][random.below(3)]!),
        ip: {
          options,
          ttl: random.below(256),
          trafficClass: random.below(256),
          identification: random.below(65_536),
          dontFragment: random.below(2) === 1,
        },
      });
      const layers = decodeFrame(frame, LINK_TYPE.ethernet);
      expect(Buffer.from(encode(layers)).toString('hex')).to.equal(Buffer.from(frame).toString('hex'));
    }
  });

  it('name every field', () => {
    const frame = udpFrame({ payload: Uint8Array.of(1, 2, 3), tags: [0x88a8, 0x8100], ip: { moreFragments: true } });
    const layers = decodeFrame(frame, LINK_TYPE.ethernet);
    expect(layers[0]).to.deep.equal({
      protocol: 'ethernet',
      destination: '01:00:5e:01:01:01',
      source: '02:00:00:00:00:01',
      etherType: 0x88a8,
    });
    expect(layers[1]).to.deep.equal({
      protocol: 'vlan',
      priority: 5,
      dropEligible: false,
      vlan: 100,
      etherType: 0x8100,
    });
    expect(layers[2]).to.deep.equal({
      protocol: 'vlan',
      priority: 5,
      dropEligible: false,
      vlan: 101,
      etherType: 0x0800,
    });
    expect(layers[3]).to.deep.include({
      protocol: 'ipv4',
      totalLength: 31,
      dontFragment: false,
      moreFragments: true,
      fragmentOffset: 0,
      ttl: 64,
      payloadProtocol: 17,
      source: '10.0.0.1',
      destination: '239.1.1.1',
    });
    expect(layers[4]).to.deep.include({ protocol: 'udp', sourcePort: 40_000, destinationPort: 5000, length: 11 });
    expect(layers[5]).to.deep.equal({ protocol: 'payload', bytes: Uint8Array.of(1, 2, 3) });
  });

  it('agree with the checksums of other programs', () => {
    const { payload: packet } = decodeEthernet(SENT_BY_LINUX);
    const ip = decodeIpv4(packet);
    expect(ip.layer).to.include({ ttl: 1, identification: 0xdff6, dontFragment: true, destination: '239.1.1.1' });
    expect(internetChecksum(packet.subarray(0, 20))).to.equal(0);
    const again = encodeIpv4(withoutChecksum(ip.layer), ip.payload);
    expect(Buffer.from(again).equals(packet)).to.equal(true);
    // RFC 768: a computed 0 is sent as all ones.
    const addresses = { source: '10.0.0.1', destination: '239.1.1.1' };
    const checksumOf = (payload: Uint8Array): number => {
      const datagram = encodeUdp({ sourcePort: 1, destinationPort: 2 }, payload, addresses);
      return (datagram[6]! << 8) | datagram[7]!;
    };
    const sum = checksumOf(new Uint8Array(2));
    expect(checksumOf(Uint8Array.of(sum >>> 8, sum & 0xff))).to.equal(0xffff);
    // RFC 1071 §3.
    expect(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).to.equal(~0xddf2 & 0xffff);
  });

  it('look under Linux cooked headers and at raw IP', () => {
    const packet = udpPacket({ payload: Uint8Array.of(9) });
    const cooked = { packetType: 4, hardwareType: 1, addressLength: 6, address: Uint8Array.of(2, 0, 0, 0, 0, 1, 0, 0) };
    const sll = decodeFrame(encodeLinuxSll({ ...cooked, etherType: 0x0800 }, packet), LINK_TYPE.linuxSll);
    expect(names(sll)).to.deep.equal(['linux-sll', 'ipv4', 'udp', 'payload']);
    expect(sll[0]).to.deep.equal({ protocol: 'linux-sll', ...cooked, etherType: 0x0800 });
    const second = { ...cooked, interfaceIndex: 70_000, etherType: 0x0800 };
    const sll2 = decodeFrame(encodeLinuxSll2(second, packet), LINK_TYPE.linuxSll2);
    expect(names(sll2)).to.deep.equal(['linux-sll2', 'ipv4', 'udp', 'payload']);
    expect(sll2[0]).to.deep.equal({ protocol: 'linux-sll2', ...second });
    expect(names(decodeFrame(packet, LINK_TYPE.raw))).to.deep.equal(['ipv4', 'udp', 'payload']);
    expect(names(decodeFrame(Uint8Array.of(0x60, 0), LINK_TYPE.raw))).to.deep.equal(['payload']);
    expect(names(decodeFrame(packet, 147))).to.deep.equal(['payload']);
  });

  it('leave padding out, and keep to what was captured', () => {
    const frame = Buffer.concat([udpFrame({ payload: Uint8Array.of(1) }), Buffer.alloc(17)]);
    expect(decodeFrame(frame, LINK_TYPE.ethernet).at(-1)).to.deep.equal({
      protocol: 'payload',
      bytes: Uint8Array.of(1),
    });
    const cut = udpFrame({ payload: new Uint8Array(100) }).subarray(0, 14 + 20 + 8 + 40);
    expect(decodeFrame(cut, LINK_TYPE.ethernet).at(-1)).to.deep.equal({
      protocol: 'payload',
      bytes: new Uint8Array(40),
    });
    expect(names(decodeFrame(udpFrame({ payload: Uint8Array.of(1), ip: { fragmentOffset: 8 } }), 1))).to.deep.equal([
      'ethernet',
      'ipv4',
      'payload',
    ]);
  });

  it('turn bytes that do not decode into a layer that says why', () => {
    const frame = udpFrame({ payload: Uint8Array.of(1, 2) });
    const cases: [number, number, string, string][] = [
      // byte, its new value, what was expected there, why not
      [14, 0x65, 'ipv4', 'IP version 6 in an IPv4 packet'],
      [14, 0x44, 'ipv4', 'an IPv4 header length of 16 bytes'],
      [14, 0x4f, 'ipv4', 'an IPv4 header with its options needs 60 bytes, here are 30'],
      [17, 19, 'ipv4', 'an IPv4 length of 19 bytes'],
      [39, 7, 'udp', 'a UDP length of 7 bytes'],
    ];
    for (const [at, value, expected, reason] of cases) {
      const bad = Uint8Array.from(frame);
      bad[at] = value;
      expect(decodeFrame(bad, 1).at(-1)).to.deep.include({ protocol: 'malformed', expected, reason });
    }
    expect(decodeFrame(frame.subarray(0, 13), 1)).to.deep.equal([
      {
        protocol: 'malformed',
        expected: 'ethernet',
        reason: 'an Ethernet header needs 14 bytes, here are 13',
        bytes: frame.subarray(0, 13),
      },
    ]);
    expect(decodeFrame(udpFrame({ payload: frame, tags: [0x8100] }).subarray(0, 16), 1).at(-1)).to.deep.include({
      protocol: 'malformed',
      expected: 'vlan',
    });
    expect(() => decodeIpv4(new Uint8Array(3))).to.throw(Undecodable);
  });
});

describe('addresses', () => {
  it('have one text form each', () => {
    expect(ipv4ToText(0xef010203)).to.equal('239.1.2.3');
    expect(ipv4FromText('239.1.2.3')).to.equal(0xef010203);
    expect(macToText(macFromText('01-00-5E-7f-00-0A'))).to.equal('01:00:5e:7f:00:0a');
    expect(groupMac(ipv4FromText('239.129.2.3'))).to.equal('01:00:5e:01:02:03');
    for (const bad of ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', ' 1.2.3.4', '1.2.3.4444']) {
      expect(() => ipv4FromText(bad), bad).to.throw(RangeError);
    }
    for (const bad of ['', '01:00:5e:7f:00', '01:00:5e:7f:00:0g']) expect(() => macFromText(bad)).to.throw(RangeError);
  });
});

function encode(layers: readonly Layer[]): Uint8Array {
  return layers.reduceRight<Uint8Array>((payload, layer, index) => {
    switch (layer.protocol) {
      case 'payload':
        return layer.bytes;
      case 'udp': {
        const { checksum, ...fields } = layer;
        const around = layers[index - 1];
        const bytes = encodeUdp(fields, payload, around?.protocol === 'ipv4' ? around : undefined);
        expect((bytes[6]! << 8) | bytes[7]!).to.equal(checksum);
        return bytes;
      }
      case 'ipv4':
        return encodeIpv4(withoutChecksum(layer), payload);
      case 'vlan':
        return encodeVlan(layer, payload);
      case 'ethernet':
        return encodeEthernet(layer, payload);
      default:
        throw new Error(layer.protocol);
    }
  }, new Uint8Array(0));
}

function withoutChecksum<T extends { readonly checksum: number }>(header: T): Omit<T, 'checksum'> {
  const fields: { checksum?: number } & Omit<T, 'checksum'> = { ...header };
  delete fields.checksum;
  return fields;
}

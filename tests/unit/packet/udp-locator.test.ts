import { expect } from 'chai';
import { SeededRandom } from '../../../src/core/random.js';
import { ipv4ToText } from '../../../src/packet/addresses.js';
import { emptyFrame, LINK_TYPE } from '../../../src/packet/frame.js';
import { decodeFrame } from '../../../src/packet/layers/decode-frame.js';
import { encodeLinuxSll } from '../../../src/packet/layers/linux-sll.js';
import { encodeLinuxSll2 } from '../../../src/packet/layers/linux-sll2.js';
import { encodeVlan } from '../../../src/packet/layers/vlan.js';
import { UdpLocator } from '../../../src/packet/udp-locator.js';
import { etherFrame, randomBytes, udpPacket } from './samples.js';

const COOKED = { packetType: 4, hardwareType: 1, addressLength: 6, address: new Uint8Array(8), interfaceIndex: 2 };

/** What the locator says of a frame that stands in the middle of other bytes. */
function locate(bytes: Uint8Array, linkType: number): Record<string, unknown> {
  const around = Buffer.alloc(bytes.length + 200, 0x45);
  around.set(bytes, 100);
  const frame = emptyFrame(around, new DataView(around.buffer, around.byteOffset, around.length));
  Object.assign(frame, { start: 100, end: 100 + bytes.length, linkType });
  const locator = new UdpLocator();
  const located = locator.locate(frame);
  if (located === 'igmp') return { located, source: ipv4ToText(locator.source) };
  if (located !== 'udp') return { located };
  const { sourcePort, destinationPort, identification, payloadLength, payloadStart, payloadEnd } = locator;
  return {
    located,
    source: ipv4ToText(locator.source),
    destination: ipv4ToText(locator.destination),
    identification,
    sourcePort,
    destinationPort,
    length: payloadLength + 8,
    payload: around.toString('hex', payloadStart, payloadEnd),
  };
}

/** The same by the layers. */
function decode(bytes: Uint8Array, linkType: number): Record<string, unknown> {
  const layers = decodeFrame(bytes, linkType);
  const ip = layers.find((layer) => layer.protocol === 'ipv4');
  const udp = layers.find((layer) => layer.protocol === 'udp');
  if (ip !== undefined && udp !== undefined) {
    const payload = layers.find((layer) => layer.protocol === 'payload');
    const { source, destination, identification } = ip;
    const { sourcePort, destinationPort, length } = udp;
    const hex = Buffer.from(payload?.bytes ?? []).toString('hex');
    return { located: 'udp', source, destination, identification, sourcePort, destinationPort, length, payload: hex };
  }
  const igmp = ip?.payloadProtocol === 2 && ip.fragmentOffset === 0;
  return igmp ? { located: 'igmp', source: ip.source } : { located: 'other' };
}

describe('UdpLocator', function () {
  this.timeout(60_000);
  it('agrees with the layers on sound, cut and damaged frames', () => {
    const random = new SeededRandom(7, 'locator');
    const seen = new Map<unknown, number>();
    for (let round = 0; round < 3000; round++) {
      const packet = udpPacket({
        payload: randomBytes(random, random.below(60)),
        ip: { options: randomBytes(random, random.below(3) * 4), payloadProtocol: random.below(5) === 0 ? 2 : 17 },
      });
      const tags = Array.from({ length: random.below(4) }, () => [0x8100, 0x88a8, 0x9100][random.below(3)]!);
      const [linkType, whole] = [
        [LINK_TYPE.ethernet, etherFrame(packet, tags)],
        [LINK_TYPE.linuxSll, encodeLinuxSll({ ...COOKED, etherType: 0x0800 }, packet)],
        [LINK_TYPE.linuxSll2, encodeLinuxSll2({ ...COOKED, etherType: 0x0800 }, packet)],
        [LINK_TYPE.linuxSll2, encodeLinuxSll2({ ...COOKED, etherType: 0x8100 }, tagged(packet))],
        [LINK_TYPE.ipv4, packet],
      ][random.below(5)] as [number, Uint8Array];
      const frame = Uint8Array.from(
        whole.subarray(0, random.below(2) === 0 ? whole.length : random.below(whole.length)),
      );
      for (let flips = random.below(3); flips > 0 && frame.length > 0; flips--) {
        frame[random.below(Math.min(frame.length, 60))] = random.below(256);
      }
      const located = locate(frame, linkType);
      expect(located, Buffer.from(frame).toString('hex')).to.deep.equal(decode(frame, linkType));
      seen.set(located.located, (seen.get(located.located) ?? 0) + 1);
    }
    for (const kind of ['udp', 'igmp', 'other']) expect(seen.get(kind), kind).to.be.greaterThan(200);
  });

  it('knows what it does not know', () => {
    expect(locate(new Uint8Array(60), 147)).to.deep.equal({ located: 'unknown-link' });
  });
});

function tagged(packet: Uint8Array): Uint8Array {
  return encodeVlan({ priority: 0, dropEligible: false, vlan: 7, etherType: 0x0800 }, packet);
}

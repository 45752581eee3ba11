/** Frames and files for the tests of this folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededRandom } from '../../../src/core/random.js';
import { forEachFrame, type CaptureSummary } from '../../../src/packet/capture-reader.js';
import { ETHER_TYPE, encodeEthernet } from '../../../src/packet/layers/ethernet.js';
import { encodeIpv4, IP_PROTOCOL, type Ipv4Fields } from '../../../src/packet/layers/ipv4.js';
import { encodeUdp } from '../../../src/packet/layers/udp.js';
import { encodeVlan } from '../../../src/packet/layers/vlan.js';
import { encodePayload, PAYLOAD_HEADER_BYTES } from '../../../src/packet/payload.js';

export interface Folder {
  /** Writes a file and returns its path. */
  file(name: string, content: Uint8Array): string;
  path(name: string): string;
  remove(): void;
}

export function temporaryFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-packet-'));
  return {
    path: (name) => join(folder, name),
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A frame as it was read, copied. */
export interface Seen {
  readonly number: number;
  readonly timed: boolean;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly data: string;
  readonly originalLength: number;
  readonly linkType: number;
  readonly interfaceIndex: number;
}

export function readAll(path: string): { readonly frames: readonly Seen[]; readonly summary: CaptureSummary } {
  const frames: Seen[] = [];
  const summary = forEachFrame(path, (frame) => {
    const { number, timed, seconds, nanoseconds, originalLength, linkType, interfaceIndex } = frame;
    const data = frame.bytes.toString('hex', frame.start, frame.end);
    frames.push({ number, timed, seconds, nanoseconds, data, originalLength, linkType, interfaceIndex });
  });
  return { frames, summary };
}

export const SOURCE = '10.0.0.1';
export const GROUP = '239.1.1.1';

export interface UdpSample {
  readonly payload: Uint8Array;
  readonly ip?: Partial<Ipv4Fields>;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Tag protocol identifiers, the outermost first. */
  readonly tags?: readonly number[];
}

/** An IPv4 packet with a UDP datagram in it. */
export function udpPacket({ payload, ip = {}, sourcePort = 40_000, destinationPort = 5000 }: UdpSample): Uint8Array {
  const addresses = { source: ip.source ?? SOURCE, destination: ip.destination ?? GROUP };
  const datagram = encodeUdp({ sourcePort, destinationPort }, payload, addresses);
  return encodeIpv4({ payloadProtocol: IP_PROTOCOL.udp, ...addresses, ...ip }, datagram);
}

/** The same in an Ethernet frame. */
export function udpFrame(sample: UdpSample): Uint8Array {
  return etherFrame(udpPacket(sample), sample.tags ?? []);
}

export function etherFrame(ipv4: Uint8Array, tags: readonly number[] = []): Uint8Array {
  const types = [...tags, ETHER_TYPE.ipv4];
  const inner = tags.reduceRight(
    (payload, _, index) =>
      encodeVlan({ priority: 5, dropEligible: false, vlan: 100 + index, etherType: types[index + 1]! }, payload),
    ipv4,
  );
  return encodeEthernet({ destination: '01:00:5e:01:01:01', source: '02:00:00:00:00:01', etherType: types[0]! }, inner);
}

export function testPayload(flowId: number, runTag: number, sequence: number, extraBytes = 10): Uint8Array {
  const bytes = new Uint8Array(PAYLOAD_HEADER_BYTES + extraBytes);
  encodePayload(new DataView(bytes.buffer), 0, { flowId, runTag, sequence, sentAt: 0n });
  return bytes;
}

export function randomBytes(random: SeededRandom, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** Blocks of a pcapng file, in one byte order. */
export class PcapngBlocks {
  constructor(readonly littleEndian = true) {}

  block(type: number, body: Uint8Array): Uint8Array {
    const length = 12 + Math.ceil(body.length / 4) * 4;
    const view = new DataView(new ArrayBuffer(length));
    view.setUint32(0, type, this.littleEndian);
    view.setUint32(4, length, this.littleEndian);
    view.setUint32(length - 4, length, this.littleEndian);
    const bytes = new Uint8Array(view.buffer);
    bytes.set(body, 8);
    return bytes;
  }

  section(major = 1): Uint8Array {
    return this.block(0x0a0d0d0a, this.fields([4, 0x1a2b3c4d], [2, major], [2, 0], [4, 0xffffffff], [4, 0xffffffff]));
  }

  interface(options: { linkType?: number; snaplen?: number; resolution?: number; offset?: bigint } = {}): Uint8Array {
    const parts = [this.fields([2, options.linkType ?? 1], [2, 0], [4, options.snaplen ?? 0])];
    // An option that is not known comes first.
    parts.push(this.fields([2, 2], [2, 3], [1, 0x61], [1, 0x62], [1, 0x63], [1, 0]));
    if (options.resolution !== undefined)
      parts.push(this.fields([2, 9], [2, 1], [1, options.resolution], [1, 0], [2, 0]));
    if (options.offset !== undefined) {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigInt64(0, options.offset, this.littleEndian);
      parts.push(this.fields([2, 14], [2, 8]), new Uint8Array(view.buffer));
    }
    return this.block(1, Buffer.concat([...parts, this.fields([2, 0], [2, 0])]));
  }

  enhanced(stamp: bigint, data: Uint8Array, index = 0, original = data.length): Uint8Array {
    const high = Number(stamp >> 32n);
    const low = Number(stamp & 0xffffffffn);
    const header = this.fields([4, index], [4, high], [4, low], [4, data.length], [4, original]);
    return this.block(6, Buffer.concat([header, padded(data)]));
  }

  old(stamp: bigint, data: Uint8Array, index = 0): Uint8Array {
    const high = Number(stamp >> 32n);
    const low = Number(stamp & 0xffffffffn);
    const header = this.fields([2, index], [2, 0], [4, high], [4, low], [4, data.length], [4, data.length]);
    return this.block(2, Buffer.concat([header, padded(data)]));
  }

  simple(data: Uint8Array, original = data.length): Uint8Array {
    return this.block(3, Buffer.concat([this.fields([4, original]), padded(data)]));
  }

  statistics(index: number, dropped: number): Uint8Array {
    return this.block(5, this.fields([4, index], [4, 0], [4, 0], [2, 5], [2, 8], ...this.long(dropped), [4, 0]));
  }

  private long(value: number): [number, number][] {
    return this.littleEndian
      ? [
          [4, value],
          [4, 0],
        ]
      : [
          [4, 0],
          [4, value],
        ];
  }

  private fields(...fields: readonly (readonly [number, number])[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
    let at = 0;
    for (const [width, value] of fields) {
      if (width === 1) view.setUint8(at, value);
      else if (width === 2) view.setUint16(at, value, this.littleEndian);
      else view.setUint32(at, value, this.littleEndian);
      at += width;
    }
    return new Uint8Array(view.buffer);
  }
}

function padded(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(data.length / 4) * 4);
  bytes.set(data);
  return bytes;
}

import type { CaptureFormat, CaptureInterface, Walked } from './capture-format.js';
import { MAX_CAPTURED_BYTES, type FrameVisitor, type MutableFrame } from './frame.js';

export const PCAP_HEADER_BYTES = 24;
export const PCAP_RECORD_BYTES = 16;
export const PCAP_MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_MAGIC_NANOSECONDS = 0xa1b23c4d;

/** The file header of a pcap file. */
export interface PcapHeader {
  readonly magic: number;
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly versionMajor: number;
  readonly versionMinor: number;
  /** Seconds between UTC and the stamps; 0 in practice, and never applied. */
  readonly timeZone: number;
  readonly accuracy: number;
  readonly snaplen: number;
  readonly linkType: number;
}

/** Whether the four bytes at `at` begin a pcap file, and in which byte order. */
export function pcapByteOrder(view: DataView, at: number): 'little' | 'big' | undefined {
  for (const order of ['little', 'big'] as const) {
    const magic = view.getUint32(at, order === 'little');
    if (magic === PCAP_MAGIC_MICROSECONDS || magic === PCAP_MAGIC_NANOSECONDS) return order;
  }
  return undefined;
}

/** Reads the 24 bytes at `at`, which begin with one of pcap's magic numbers. */
export function readPcapHeader(view: DataView, at: number): PcapHeader {
  const littleEndian = pcapByteOrder(view, at) === 'little';
  const magic = view.getUint32(at, littleEndian);
  return {
    magic,
    littleEndian,
    nanoseconds: magic === PCAP_MAGIC_NANOSECONDS,
    versionMajor: view.getUint16(at + 4, littleEndian),
    versionMinor: view.getUint16(at + 6, littleEndian),
    timeZone: view.getInt32(at + 8, littleEndian),
    accuracy: view.getUint32(at + 12, littleEndian),
    snaplen: view.getUint32(at + 16, littleEndian),
    // The upper half holds the length of a frame check sequence.
    linkType: view.getUint32(at + 20, littleEndian) & 0xffff,
  };
}

/** The pcap format, version 2.4 (draft-ietf-opsawg-pcap), with micro- or nanoseconds. */
export class PcapFormat implements CaptureFormat {
  readonly name = 'pcap';
  readonly interfaces: readonly CaptureInterface[];
  readonly dropped = undefined;

  constructor(readonly header: PcapHeader) {
    this.interfaces = [{ linkType: header.linkType, snaplen: header.snaplen }];
  }

  walk(frame: MutableFrame, start: number, end: number, visit: FrameVisitor): Walked {
    const { view } = frame;
    const { littleEndian, nanoseconds } = this.header;
    const fractions = nanoseconds ? 1_000_000_000 : 1_000_000;
    const scale = nanoseconds ? 1 : 1000;
    frame.timed = true;
    frame.interfaceIndex = 0;
    frame.linkType = this.header.linkType;
    let at = start;
    while (end - at >= PCAP_RECORD_BYTES) {
      const seconds = view.getUint32(at, littleEndian);
      const fraction = view.getUint32(at + 4, littleEndian);
      const captured = view.getUint32(at + 8, littleEndian);
      const original = view.getUint32(at + 12, littleEndian);
      if (captured > MAX_CAPTURED_BYTES || captured > original || fraction >= fractions) {
        return { next: at, corrupt: this.nonsense(fraction, captured, original) };
      }
      // What a crashed machine leaves at the end of a file.
      if (original === 0 && seconds === 0) return { next: at, corrupt: 'a record header of zeros' };
      const data = at + PCAP_RECORD_BYTES;
      const next = data + captured;
      if (next > end) break;
      frame.number++;
      frame.seconds = seconds;
      frame.nanoseconds = fraction * scale;
      frame.start = data;
      frame.end = next;
      frame.originalLength = original;
      visit(frame);
      at = next;
    }
    return { next: at, corrupt: undefined };
  }

  missing(view: DataView, start: number, rest: number): string | undefined {
    if (rest === 0) return undefined;
    if (rest < PCAP_RECORD_BYTES) return `only ${rest} of the ${PCAP_RECORD_BYTES} bytes of a record header`;
    const captured = view.getUint32(start + 8, this.header.littleEndian);
    return `only ${rest - PCAP_RECORD_BYTES} of the frame's ${captured} captured bytes`;
  }

  private nonsense(fraction: number, captured: number, original: number): string {
    if (captured > MAX_CAPTURED_BYTES) return `a captured length of ${captured} bytes (at most ${MAX_CAPTURED_BYTES})`;
    if (captured > original) return `a captured length of ${captured} bytes of a frame of ${original}`;
    return `a time stamp with ${fraction} ${this.header.nanoseconds ? 'nano' : 'micro'}seconds after the second`;
  }
}

import type { CaptureFormat, CaptureInterface, Walked } from './capture-format.js';
import { MAX_CAPTURED_BYTES, type FrameVisitor, type MutableFrame } from './frame.js';
import { PcapngClock } from './pcapng-clock.js';

/** Block types (draft-ietf-opsawg-pcapng §4). The section header's reads the same in both byte orders. */
export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION = { resolution: 9, offset: 14, interfaceDrops: 5, systemDrops: 7 } as const;
const DEFAULT_RESOLUTION = 6;
/** Blocks with a meaning for us must be read in one piece; a longer one is corrupt. */
const MAX_BLOCK_BYTES = 2 * MAX_CAPTURED_BYTES;

interface Interface extends CaptureInterface {
  readonly clock: PcapngClock;
  /** By the interface's last statistics block. */
  dropped: number | undefined;
}

/** Whether the twelve bytes at `at` begin a pcapng file. */
export function startsPcapng(view: DataView, at: number): boolean {
  return (
    view.getUint32(at) === BLOCK.sectionHeader &&
    (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC || view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC)
  );
}

/**
 * The pcapng format (draft-ietf-opsawg-pcapng): several sections, each in a byte order of its own, with several
 * interfaces each; Enhanced, Simple and the old Packet Blocks. Other blocks are stepped over.
 */
export class PcapngFormat implements CaptureFormat {
  readonly name = 'pcapng';
  private readonly all: Interface[] = [];
  private section: Interface[] = [];
  private littleEndian = true;
  /** A block being stepped over: what is left of it before its closing length, and that length. */
  private skipping = 0;
  private closing = 0;
  private problem: string | undefined;

  get interfaces(): readonly CaptureInterface[] {
    return this.all;
  }

  get dropped(): number | undefined {
    return this.all.reduce<number | undefined>(
      (sum, { dropped }) => (dropped === undefined ? sum : (sum ?? 0) + dropped),
      undefined,
    );
  }

  walk(frame: MutableFrame, start: number, end: number, visit: FrameVisitor): Walked {
    const { view } = frame;
    let at = start;
    for (;;) {
      if (this.closing !== 0) {
        const step = Math.min(this.skipping, end - at);
        this.skipping -= step;
        at += step;
        if (this.skipping > 0 || end - at < 4) break;
        const repeated = view.getUint32(at, this.littleEndian);
        if (repeated !== this.closing) return { next: at, corrupt: unequal(this.closing, repeated) };
        at += 4;
        this.closing = 0;
      }
      if (end - at < 12) break;
      const type = view.getUint32(at, this.littleEndian);
      if (type === BLOCK.sectionHeader) {
        if (end - at < 24) break;
        const why = this.openSection(view, at);
        if (why !== undefined) return { next: at, corrupt: why };
      }
      const length = view.getUint32(at + 4, this.littleEndian);
      if (length < 12 || length % 4 !== 0) return { next: at, corrupt: `a block length of ${length} bytes` };
      if (!isRead(type)) {
        this.closing = length;
        this.skipping = length - 12;
        at += 8;
        continue;
      }
      if (length > MAX_BLOCK_BYTES) return { next: at, corrupt: `a block of type ${type} with ${length} bytes` };
      if (end - at < length) break;
      const repeated = view.getUint32(at + length - 4, this.littleEndian);
      if (repeated !== length) return { next: at, corrupt: unequal(length, repeated) };
      if (!this.readBlock(frame, type, at, length)) return { next: at, corrupt: this.problem };
      if (type !== BLOCK.interfaceDescription && type !== BLOCK.interfaceStatistics) {
        frame.number++;
        visit(frame);
      }
      at += length;
    }
    return { next: at, corrupt: undefined };
  }

  missing(view: DataView, start: number, rest: number): string | undefined {
    if (this.closing !== 0) return `${this.skipping + 4 - rest} bytes less than a block of ${this.closing}`;
    if (rest === 0) return undefined;
    if (rest < 12) return `only ${rest} of the 12 bytes of the shortest block`;
    return `only ${rest} bytes of a block of ${view.getUint32(start + 4, this.littleEndian)}`;
  }

  private openSection(view: DataView, at: number): string | undefined {
    const little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (!little && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) return 'a section without its byte order mark';
    const major = view.getUint16(at + 12, little);
    if (major !== 1) return `a section in version ${major} of the format (1 is read)`;
    this.littleEndian = little;
    this.section = [];
    return undefined;
  }

  /** Takes one whole block in; for a packet it leaves the frame ready. False: `problem` says why not. */
  private readBlock(frame: MutableFrame, type: number, at: number, length: number): boolean {
    const { view } = frame;
    const little = this.littleEndian;
    switch (type) {
      case BLOCK.enhancedPacket:
        if (length < 32) return this.fail(`a packet block of ${length} bytes`);
        return this.readPacket(frame, at, length, view.getUint32(at + 8, little));
      case BLOCK.packet:
        if (length < 32) return this.fail(`a packet block of ${length} bytes`);
        return this.readPacket(frame, at, length, view.getUint16(at + 8, little));
      case BLOCK.simplePacket:
        return this.readSimplePacket(frame, at, length);
      case BLOCK.interfaceDescription:
        return this.readInterface(view, at, length);
      default:
        return this.readStatistics(view, at, length);
    }
  }

  /** Enhanced and old Packet Blocks are alike from the time stamp on. */
  private readPacket(frame: MutableFrame, at: number, length: number, index: number): boolean {
    const { view } = frame;
    const little = this.littleEndian;
    const from = this.section[index];
    if (from === undefined) return this.fail(`a packet from interface ${index}, which the section does not have`);
    const captured = view.getUint32(at + 20, little);
    const original = view.getUint32(at + 24, little);
    if (captured > length - 32) return this.fail(`${captured} captured bytes in a packet block of ${length}`);
    if (!this.lengthsAreSound(captured, original)) return false;
    if (!from.clock.stamp(frame, view.getUint32(at + 12, little), view.getUint32(at + 16, little))) {
      return this.fail(`a time stamp ${frame.seconds} seconds after 1970`);
    }
    frame.timed = true;
    this.place(frame, at + 28, captured, original, index, from);
    return true;
  }

  private readSimplePacket(frame: MutableFrame, at: number, length: number): boolean {
    const from = this.section[0];
    if (length < 16) return this.fail(`a packet block of ${length} bytes`);
    if (from === undefined) return this.fail('a simple packet in a section without an interface');
    const original = frame.view.getUint32(at + 8, this.littleEndian);
    const captured = from.snaplen === 0 ? original : Math.min(original, from.snaplen);
    if (captured > length - 16) return this.fail(`${captured} captured bytes in a packet block of ${length}`);
    if (!this.lengthsAreSound(captured, original)) return false;
    frame.timed = false;
    frame.seconds = 0;
    frame.nanoseconds = 0;
    this.place(frame, at + 12, captured, original, 0, from);
    return true;
  }

  private lengthsAreSound(captured: number, original: number): boolean {
    if (captured > MAX_CAPTURED_BYTES) {
      return this.fail(`a captured length of ${captured} bytes (at most ${MAX_CAPTURED_BYTES})`);
    }
    return captured <= original || this.fail(`a captured length of ${captured} bytes of a frame of ${original}`);
  }

  private place(frame: MutableFrame, at: number, captured: number, original: number, index: number, from: Interface) {
    frame.start = at;
    frame.end = at + captured;
    frame.originalLength = original;
    frame.linkType = from.linkType;
    frame.interfaceIndex = index;
  }

  private readInterface(view: DataView, at: number, length: number): boolean {
    if (length < 20) return this.fail(`an interface block of ${length} bytes`);
    let resolution = DEFAULT_RESOLUTION;
    let offset = 0n;
    const sound = this.eachOption(view, at + 16, at + length - 4, (code, value, bytes) => {
      if (code === OPTION.resolution && bytes === 1) resolution = view.getUint8(value);
      if (code === OPTION.offset && bytes === 8) offset = view.getBigInt64(value, this.littleEndian);
    });
    if (!sound) return false;
    const one: Interface = {
      linkType: view.getUint16(at + 8, this.littleEndian),
      snaplen: view.getUint32(at + 12, this.littleEndian),
      clock: new PcapngClock(resolution, offset),
      dropped: undefined,
    };
    this.section.push(one);
    this.all.push(one);
    return true;
  }

  private readStatistics(view: DataView, at: number, length: number): boolean {
    const from = length < 24 ? undefined : this.section[view.getUint32(at + 8, this.littleEndian)];
    if (from === undefined) return this.fail('statistics of no interface of the section');
    let dropped: number | undefined;
    const sound = this.eachOption(view, at + 20, at + length - 4, (code, value, bytes) => {
      if ((code === OPTION.interfaceDrops || code === OPTION.systemDrops) && bytes === 8) {
        dropped = (dropped ?? 0) + Number(view.getBigUint64(value, this.littleEndian));
      }
    });
    if (sound) from.dropped = dropped;
    return sound;
  }

  private eachOption(
    view: DataView,
    start: number,
    end: number,
    take: (code: number, value: number, bytes: number) => void,
  ): boolean {
    let at = start;
    while (end - at >= 4) {
      const code = view.getUint16(at, this.littleEndian);
      const bytes = view.getUint16(at + 2, this.littleEndian);
      if (code === 0) return true;
      if (bytes > end - at - 4) return this.fail(`an option of ${bytes} bytes, longer than its block`);
      take(code, at + 4, bytes);
      at += 4 + Math.ceil(bytes / 4) * 4;
    }
    return true;
  }

  private fail(why: string): false {
    this.problem = why;
    return false;
  }
}

function isRead(type: number): boolean {
  return (
    type === BLOCK.enhancedPacket ||
    type === BLOCK.interfaceDescription ||
    type === BLOCK.simplePacket ||
    type === BLOCK.packet ||
    type === BLOCK.interfaceStatistics
  );
}

function unequal(first: number, repeated: number): string {
  return `a block whose length is ${first} at its start and ${repeated} at its end`;
}

import { closeSync, openSync, readSync } from 'node:fs';
import { CaptureFileError, type CaptureFormat, type CaptureInterface } from './capture-format.js';
import { emptyFrame, type FrameVisitor, type MutableFrame } from './frame.js';
import { PCAP_HEADER_BYTES, PcapFormat, pcapByteOrder, readPcapHeader } from './pcap.js';
import { PcapngFormat, startsPcapng } from './pcapng.js';

export { CaptureFileError } from './capture-format.js';
export type { Frame, FrameVisitor } from './frame.js';

/** Why a capture could not be read to its end. Everything before that place was delivered. */
export interface CaptureProblem {
  /** `cut`: it ends inside a record. `corrupt`: what stands there makes no sense. */
  readonly kind: 'cut' | 'corrupt';
  /** Frames delivered before. */
  readonly frames: number;
  /** Where in the file the record starts that could not be read. */
  readonly byteOffset: number;
  /** All of it in words, without the file's name. */
  readonly message: string;
}

/** What the reading of one capture came to. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng';
  readonly frames: number;
  /** Up to here the file was understood. */
  readonly bytes: number;
  /** Packets that the capturing program says it lost (pcapng statistics); undefined: it does not say. */
  readonly dropped: number | undefined;
  readonly problem: CaptureProblem | undefined;
}

const BUFFER_BYTES = 1 << 20;

/**
 * Reads a capture from bytes as they come, in one buffer of 1 MiB whatever its length. Fill `bytes` from `filled` on, then
 * call `advance`.
 */
export class CaptureDecoder {
  readonly bytes = Buffer.alloc(BUFFER_BYTES);
  private readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, BUFFER_BYTES);
  private readonly frame: MutableFrame = emptyFrame(this.bytes, this.view);
  private format: CaptureFormat | undefined;
  private end = 0;
  /** File offset of the buffer's first byte. */
  private origin = 0;
  private found: CaptureProblem | undefined;

  /** @param path for error messages */
  constructor(private readonly path: string) {}

  /** Where the next bytes of the file belong in `bytes`; there is always room. */
  get filled(): number {
    return this.end;
  }

  /** Set: reading on is of no use. */
  get problem(): CaptureProblem | undefined {
    return this.found;
  }

  /** The file header of a pcap file, once it was read. */
  get pcap(): PcapFormat | undefined {
    return this.format instanceof PcapFormat ? this.format : undefined;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.format?.interfaces ?? [];
  }

  /**
   * Takes `count` more bytes in and visits all frames that are complete now.
   * @throws CaptureFileError where the file is no capture that can be read
   */
  advance(count: number, visit: FrameVisitor): void {
    this.end += count;
    if (this.found !== undefined) return;
    let start = 0;
    if (this.format === undefined) {
      this.format = this.recognize();
      if (this.format === undefined) return;
      if (this.format.name === 'pcap') start = PCAP_HEADER_BYTES;
    }
    const { next, corrupt } = this.format.walk(this.frame, start, this.end, visit);
    this.bytes.copyWithin(0, next, this.end);
    this.end -= next;
    this.origin += next;
    if (corrupt !== undefined) this.found = this.describe('corrupt', `makes no sense: ${corrupt}`);
  }

  /**
   * Says that no more bytes come.
   * @throws CaptureFileError where there were too few to tell a capture
   */
  finish(): CaptureSummary {
    this.format ??= this.recognizeShort();
    if (this.found === undefined) {
      const missing = this.format.missing(this.view, 0, this.end);
      if (missing !== undefined) this.found = this.describe('cut', `is cut short: ${missing}`);
    }
    return {
      format: this.format.name,
      frames: this.frame.number,
      bytes: this.origin,
      dropped: this.format.dropped,
      problem: this.found,
    };
  }

  private describe(kind: CaptureProblem['kind'], what: string): CaptureProblem {
    const frames = this.frame.number;
    const after = frames === 0 ? 'before any frame' : `after frame ${frames}`;
    const message = `${after}, at byte ${this.origin}, the file ${what}`;
    return { kind, frames, byteOffset: this.origin, message };
  }

  /** undefined: too few bytes yet. */
  private recognize(): CaptureFormat | undefined {
    if (this.end < 4) return undefined;
    if (pcapByteOrder(this.view, 0) !== undefined) {
      if (this.end < PCAP_HEADER_BYTES) return undefined;
      const header = readPcapHeader(this.view, 0);
      if (header.versionMajor !== 2 || header.versionMinor !== 4) {
        const version = `${header.versionMajor}.${header.versionMinor}`;
        throw new CaptureFileError(this.path, `a pcap file in version ${version}; 2.4 is read`);
      }
      return new PcapFormat(header);
    }
    const magic = this.bytes.toString('hex', 0, 4);
    if (magic === '0a0d0d0a') {
      if (this.end < 24) return undefined;
      if (!startsPcapng(this.view, 0))
        throw new CaptureFileError(this.path, 'begins like pcapng, but has no byte order');
      return new PcapngFormat();
    }
    throw new CaptureFileError(this.path, otherFile(magic));
  }

  /** For a file that is shorter than any header. */
  private recognizeShort(): CaptureFormat {
    if (this.end === 0) throw new CaptureFileError(this.path, 'is empty, not even a file header was written');
    if (this.end < 4) throw new CaptureFileError(this.path, `${this.end} bytes are no capture`);
    if (pcapByteOrder(this.view, 0) === undefined) return new PcapngFormat();
    return new ShortPcap();
  }
}

/** A pcap file that ends inside its file header. */
class ShortPcap implements CaptureFormat {
  readonly name = 'pcap';
  readonly interfaces = [];
  readonly dropped = undefined;
  walk(_frame: MutableFrame, start: number): { next: number; corrupt: undefined } {
    return { next: start, corrupt: undefined };
  }
  missing(_view: DataView, _start: number, rest: number): string {
    return `only ${rest} of the ${PCAP_HEADER_BYTES} bytes of the file header`;
  }
}

function otherFile(magic: string): string {
  const known: Readonly<Record<string, string>> = {
    '1f8b': 'is compressed by gzip: unpack it first',
    '28b5': 'is compressed by Zstandard: unpack it first',
    fd37: 'is compressed by xz: unpack it first',
    '34cd': 'is a modified pcap file of an old libpcap: convert it with editcap',
    a1b2: 'is a pcap file of an unknown kind: convert it with editcap',
  };
  const why = known[magic.slice(0, 4)] ?? 'is no capture file';
  return `${why} (it begins with ${magic}; pcap and pcapng are read)`;
}

/**
 * Reads a pcap or pcapng file from its first frame to its last, in constant memory and without making anything per frame:
 * `visit` gets the same object every time.
 * @returns how far it got; a file that is cut or corrupt is a `problem` there, never an exception.
 * @throws CaptureFileError where the file cannot be opened or read, or is no capture (compressed ones included)
 */
export function forEachFrame(path: string, visit: FrameVisitor): CaptureSummary {
  const decoder = new CaptureDecoder(path);
  const fd = wrapped(path, () => openSync(path, 'r'));
  try {
    while (decoder.problem === undefined) {
      const at = decoder.filled;
      const count = wrapped(path, () => readSync(fd, decoder.bytes, at, BUFFER_BYTES - at, null));
      if (count === 0) break;
      decoder.advance(count, visit);
    }
    return decoder.finish();
  } finally {
    closeSync(fd);
  }
}

function wrapped<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new CaptureFileError(path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

import type { FrameVisitor, MutableFrame } from './frame.js';

/** The file is no capture, or one of a kind that is not read, or cannot be opened. Nothing of it was delivered. */
export class CaptureFileError extends Error {
  override readonly name = 'CaptureFileError';
  constructor(
    readonly path: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${why}`, options);
  }
}

/** What a walk over some bytes came to. Offsets are into the buffer that was given. */
export interface Walked {
  /** The first byte that was not used up; with what the file has next it shall be given again. */
  readonly next: number;
  /** Set: what stands at `next` makes no sense, and nothing after it can be read. */
  readonly corrupt: string | undefined;
}

/** One interface that frames came from. */
export interface CaptureInterface {
  readonly linkType: number;
  /** 0: no limit was written. */
  readonly snaplen: number;
}

/** Reads one file format from a buffer that is filled again and again. */
export interface CaptureFormat {
  readonly name: 'pcap' | 'pcapng';
  /** Of all sections, in the file's order. */
  readonly interfaces: readonly CaptureInterface[];
  /** What the capturing program wrote about packets it lost; undefined where it wrote nothing. */
  readonly dropped: number | undefined;
  /**
   * Reads every complete record in [start, end) of the frame's buffer and calls `visit` for each frame; leaves a record
   * that is not complete alone. `frame.number` counts on.
   */
  walk(frame: MutableFrame, start: number, end: number, visit: FrameVisitor): Walked;
  /** What is missing, where the file ends with `rest` bytes left over; undefined where it may end there. */
  missing(view: DataView, start: number, rest: number): string | undefined;
}

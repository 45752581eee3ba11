import { createHash } from 'node:crypto';
import { forEachFrame, type Frame } from './capture-reader.js';

/** One frame, copied out of a capture. */
export interface FrameCopy {
  /** Nanoseconds since 1970, decimal. */
  readonly at: string;
  readonly originalLength: number;
  readonly linkType: number;
  readonly bytes: Buffer;
}

/** Where two captures part. */
export interface CaptureDifference {
  /** 1-based, as Wireshark counts. */
  readonly frame: number;
  /** null: that capture ends before. */
  readonly first: FrameCopy | null;
  readonly second: FrameCopy | null;
}

/** Ends a reading. */
class Found extends Error {}

/**
 * The first frame in which two captures differ, by stamp, length or content.
 * @returns undefined where all frames are the same (the files may still differ in their headers)
 * @throws CaptureFileError where one is no capture
 */
export function firstDifference(first: string, second: string): CaptureDifference | undefined {
  const marks: string[] = [];
  forEachFrame(first, (frame) => void marks.push(markOf(frame)));
  let frame = 0;
  const ended = untilFound(second, (each) => {
    frame = each.number;
    if (marks[frame - 1] !== markOf(each)) throw new Found();
  });
  if (!ended) {
    if (frame === marks.length) return undefined;
    frame++;
  }
  return { frame, first: frameAt(first, frame), second: frameAt(second, frame) };
}

function markOf(frame: Frame): string {
  const content = createHash('sha1').update(frame.bytes.subarray(frame.start, frame.end)).digest('base64');
  return `${frame.seconds}.${frame.nanoseconds} ${frame.originalLength} ${frame.linkType} ${content}`;
}

function frameAt(path: string, number: number): FrameCopy | null {
  let found: FrameCopy | null = null;
  untilFound(path, (frame) => {
    if (frame.number !== number) return;
    found = {
      at: String(BigInt(frame.seconds) * 1_000_000_000n + BigInt(frame.nanoseconds)),
      originalLength: frame.originalLength,
      linkType: frame.linkType,
      bytes: Buffer.from(frame.bytes.subarray(frame.start, frame.end)),
    };
    throw new Found();
  });
  return found;
}

/** Reads until the visitor has found what it looks for. @returns whether it did */
function untilFound(path: string, visit: (frame: Frame) => void): boolean {
  try {
    forEachFrame(path, visit);
    return false;
  } catch (error) {
    if (error instanceof Found) return true;
    throw error;
  }
}

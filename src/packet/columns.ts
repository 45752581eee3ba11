import type { Instant } from '../core/instant.js';
import type { Frame } from './frame.js';

/** Numbers that are added one by one, in memory that doubles when it is full. */
export class NumberColumn {
  private values = new Float64Array(1024);
  private used = 0;

  get count(): number {
    return this.used;
  }

  add(value: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = value;
  }

  /** What was added; shares its memory. */
  take(): Float64Array {
    return this.values.subarray(0, this.used);
  }
}

/** The same for frame numbers. */
export class FrameNumberColumn {
  private values = new Uint32Array(1024);
  private used = 0;

  add(value: number): void {
    if (this.used === this.values.length) {
      const larger = new Uint32Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = value;
  }

  take(): Uint32Array {
    return this.values.subarray(0, this.used);
  }
}

/** Turns a frame's stamp into nanoseconds after a base. */
export class TimeBase {
  private readonly seconds: number;
  private readonly nanoseconds: number;

  constructor(readonly base: Instant) {
    this.seconds = Number(base / 1_000_000_000n);
    this.nanoseconds = Number(base % 1_000_000_000n);
  }

  /** Exact where the result is a safe integer. */
  atNs(frame: Frame): number {
    return (frame.seconds - this.seconds) * 1_000_000_000 + (frame.nanoseconds - this.nanoseconds);
  }
}

/** What could not be taken from a capture, counted by what it was, with the first frame of each kind. */
export class Remarks {
  private readonly seen = new Map<string, { first: number; count: number }>();

  /** @param what as in `3 frames from #17 on: <what>` */
  add(what: string, frame: number): void {
    const entry = this.seen.get(what);
    if (entry === undefined) this.seen.set(what, { first: frame, count: 1 });
    else entry.count++;
  }

  list(): string[] {
    return Array.from(this.seen, ([what, { first, count }]) =>
      count === 1 ? `frame ${first}: ${what}` : `${count} frames, the first is ${first}: ${what}`,
    );
  }
}

import type { LiveCount } from './types.js';

/**
 * Counts what arrives of one flow, while it arrives. Remembers which of the last `windowSize` sequence numbers came;
 * what is older than that is taken for a duplicate, since it cannot be told from one.
 */
export class SequenceCounter {
  private readonly seen: Uint8Array;
  private highest = -1;
  private received = 0;
  private duplicates = 0;

  /** @param windowSize a power of two, at least 8. */
  constructor(private readonly windowSize = 1 << 18) {
    if (windowSize < 8 || (windowSize & (windowSize - 1)) !== 0) throw new RangeError('not a power of two ≥ 8');
    this.seen = new Uint8Array(windowSize / 8);
  }

  add(sequence: number): void {
    if (sequence > this.highest) {
      if (sequence - this.highest >= this.windowSize) this.seen.fill(0);
      else for (let gap = this.highest + 1; gap < sequence; gap += 1) this.clear(gap);
      this.highest = sequence;
    } else if (sequence <= this.highest - this.windowSize || this.has(sequence)) {
      this.duplicates += 1;
      return;
    }
    this.set(sequence);
    this.received += 1;
  }

  /** `received` counts each sequence number once; `missing` counts from sequence 0, also for who joined later. */
  snapshot(): LiveCount {
    return {
      received: this.received,
      missing: this.highest + 1 - this.received,
      duplicates: this.duplicates,
      highest: this.highest,
    };
  }

  private has(sequence: number): boolean {
    const bit = sequence % this.windowSize;
    return (this.seen[bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  private set(sequence: number): void {
    const bit = sequence % this.windowSize;
    this.seen[bit >> 3]! |= 1 << (bit & 7);
  }

  private clear(sequence: number): void {
    const bit = sequence % this.windowSize;
    this.seen[bit >> 3]! &= ~(1 << (bit & 7));
  }
}

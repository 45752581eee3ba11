const STEPS_PER_OCTAVE = 8;

/** How late packets went: a histogram with steps of an eighth of an octave (9 %), of fixed size however many there are. */
export class Lateness {
  private readonly counts = new Uint32Array(STEPS_PER_OCTAVE * 44);
  private total = 0;
  private largestNs = 0;

  add(lateNs: number): void {
    const step = lateNs < 1 ? 0 : Math.floor(Math.log2(lateNs) * STEPS_PER_OCTAVE);
    this.counts[Math.min(step, this.counts.length - 1)]! += 1;
    this.total += 1;
    if (lateNs > this.largestNs) this.largestNs = lateNs;
  }

  get maxNs(): number {
    return this.largestNs;
  }

  /** Upper edge of the step that holds the given share (0–1) of the packets; 0 where there are none. */
  quantileNs(share: number): number {
    if (this.total === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let step = 0; step < this.counts.length; step += 1) {
      seen += this.counts[step]!;
      if (seen >= rank) return Math.min(this.largestNs, Math.ceil(2 ** ((step + 1) / STEPS_PER_OCTAVE)));
    }
    return this.largestNs;
  }
}

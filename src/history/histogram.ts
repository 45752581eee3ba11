/** How often values came out in bins of one width. */
export interface Histogram {
  /** Lower end of the first bin; a whole multiple of the width. */
  readonly fromNs: number;
  readonly binNs: number;
  readonly counts: readonly number[];
}

const MOST_BINS = 24;

/**
 * Bins of 1, 2 or 5 times a power of ten, at most 24 of them, none narrower than what the figures can tell apart.
 * @param leastBinNs greater than 0
 */
export function histogram(values: readonly number[], leastBinNs: number): Histogram | null {
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  let binNs = leastNice(Math.max(leastBinNs, (high - low) / MOST_BINS));
  const binOf = (value: number): number => Math.floor(value / binNs);
  while (binOf(high) - binOf(low) >= MOST_BINS) binNs = leastNice(binNs * 1.01);
  const first = binOf(low);
  const counts = Array<number>(binOf(high) - first + 1).fill(0);
  for (const value of values) counts[binOf(value) - first]!++;
  return { fromNs: first * binNs, binNs, counts };
}

/** The least of 1, 2, 5, 10, 20, … that is not below `atLeast`. */
function leastNice(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return [1, 2, 5, 10].map((step) => step * power).find((nice) => nice >= atLeast * (1 - 1e-9))!;
}

import type { Bounded } from '../analysis/types.js';

/** An order statistic of values that are only known by intervals lies between the same ones of their two ends. */
export function atRank(figures: readonly Bounded[], rank: number): Bounded {
  const pick = (of: (figure: Bounded) => number): number => figures.map(of).sort((a, b) => a - b)[rank]!;
  const highNs = pick((each) => (each.open ? Infinity : each.highNs));
  const ends = { valueNs: pick((each) => each.valueNs), lowNs: pick((each) => each.lowNs) };
  return Number.isFinite(highNs) ? { ...ends, highNs } : { ...ends, highNs: ends.valueNs, open: true };
}

/** The percentile by nearest rank: the least value that at least this share of all values does not exceed. */
export function percentile(figures: readonly Bounded[], share: number): Bounded {
  // Binary fractions must not push 0.95 × 20 above 19.
  return atRank(figures, Math.max(0, Math.ceil(share * figures.length - 1e-9) - 1));
}

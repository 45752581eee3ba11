import type { Matched } from './match.js';
import type { SenderSide, SentRange } from './sender-side.js';
import type { Bounded } from './types.js';

/** Consecutive packets that were sent and never arrived (RFC 3357): sender-side indices `first` … `last`. */
export interface LossRun {
  readonly first: number;
  readonly last: number;
  readonly lost: number;
  /** Receiver-side index of the arrival next below and next above in sequence; -1: none seen, the run is open there. */
  readonly goodBefore: number;
  readonly goodAfter: number;
  readonly outage: Bounded;
  readonly senderStallNs: number;
}

/**
 * Every loss run of the range, with its outage.
 *
 * The outage is the span of send times whose packets do not arrive. It is longer than from the first to the last lost
 * send, and shorter than from the last good send before to the first good one after: that holds however the sender
 * paced and however long packets travel. The interval is the union of this with ((n−1)·T, (n+1)·T).
 *
 * Packets outside the range count only as the good neighbours of a run at its edge.
 */
export function lossRuns(
  sender: SenderSide,
  matched: Matched,
  range: SentRange,
  intervalNs: number,
  watched: { readonly fromNs: number; readonly toNs: number },
): LossRun[] {
  const runs: LossRun[] = [];
  const { arrival, strayAfter } = matched;
  for (let k = range.first; k < range.end; k++) {
    if (arrival[k]! >= 0) continue;
    const first = k;
    // An arrival that the sender's capture missed shows that the path was whole, too.
    while (k + 1 < range.end && arrival[k + 1]! < 0 && !strayAfter.has(k)) k++;
    const last = k;
    const goodBefore = strayAfter.get(first - 1) ?? (first > 0 ? arrival[first - 1]! : -1);
    const goodAfter = strayAfter.get(last) ?? (last + 1 < sender.count ? arrival[last + 1]! : -1);
    runs.push({
      first,
      last,
      lost: last - first + 1,
      goodBefore,
      goodAfter,
      ...bounds(sender, { first, last, goodBefore, goodAfter }, intervalNs, watched),
    });
  }
  return runs;
}

function bounds(
  sender: SenderSide,
  run: Pick<LossRun, 'first' | 'last' | 'goodBefore' | 'goodAfter'>,
  intervalNs: number,
  watched: { readonly fromNs: number; readonly toNs: number },
): Pick<LossRun, 'outage' | 'senderStallNs'> {
  const { first, last } = run;
  const lost = last - first + 1;
  const open = run.goodBefore < 0 || run.goodAfter < 0;
  const from = run.goodBefore < 0 ? Math.min(watched.fromNs, sender.earliestNs[first]!) : sender.earliestNs[first - 1]!;
  const to = run.goodAfter < 0 ? Math.max(watched.toNs, sender.latestNs[last]!) : sender.latestNs[last + 1]!;
  const atLeast = Math.max(0, sender.earliestNs[last]! - sender.latestNs[first]!);
  const lowNs = Math.floor(Math.min((lost - 1) * intervalNs, atLeast));
  const highNs = Math.ceil(Math.max((lost + 1) * intervalNs, to - from));
  const spread = open ? sender.latestNs[last]! - lowNs - sender.earliestNs[first]! : highNs - lowNs - 2 * intervalNs;
  return {
    outage: { valueNs: Math.round(lost * intervalNs), lowNs, highNs, ...(open ? { open: true as const } : {}) },
    senderStallNs: Math.max(0, Math.floor(spread)),
  };
}

/** The longest of several: each bound is the greatest of all, since the longest true one is at least as long as each. */
export function longest(outages: readonly Bounded[]): Bounded | null {
  return combine(outages, Math.max);
}

export function total(outages: readonly Bounded[]): Bounded | null {
  return combine(outages, (a, b) => a + b);
}

function combine(outages: readonly Bounded[], how: (a: number, b: number) => number): Bounded | null {
  if (outages.length === 0) return null;
  return outages.reduce((a, b) => ({
    valueNs: how(a.valueNs, b.valueNs),
    lowNs: how(a.lowNs, b.lowNs),
    highNs: how(a.highNs, b.highNs),
    ...(a.open || b.open ? { open: true as const } : {}),
  }));
}

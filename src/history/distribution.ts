import type { Bounded, EventName } from '../analysis/types.js';
import type { RunResult } from '../run/result.js';
import { histogram, type Histogram } from './histogram.js';
import { requireComparable } from './one-clock.js';
import { atRank, percentile } from './order-statistics.js';

/** How the largest outage of one flow at one receiver came out over the seeds of a set. */
export interface OutageDistribution {
  readonly flow: string;
  readonly receiver: string;
  readonly event: Exclude<EventName, 'before'>;
  /** Seeds that count: those whose run came to a pass or a fail and measured it. */
  readonly n: number;
  /** Nearest rank. Each lies in the interval that the same rank of the intervals' ends gives. */
  readonly min: Bounded;
  readonly median: Bounded;
  readonly p95: Bounded;
  readonly max: Bounded;
  /** Seeds in which nothing was lost, and those in which the end of the outage was not seen. */
  readonly without: number;
  readonly open: number;
  /** Of the outages whose end was seen; null where there was none. */
  readonly histogram: Histogram | null;
  /** The seed with the longest outage, the lowest of several. */
  readonly worst: { readonly seed: number; readonly runId: string; readonly outage: Bounded };
}

interface Sample {
  readonly figure: Bounded;
  readonly isLost: boolean;
  readonly seed: number;
  readonly runId: string;
}

const EVENTS = ['initial', 'reversion'] as const;

/**
 * The distribution of each outage over runs that differ in their seed only, in the order of first appearance. Runs that
 * came to no pass or fail are left out.
 * @throws RangeError where they differ in more than that, or two have the same seed
 */
export function outageDistributions(results: readonly RunResult[]): readonly OutageDistribution[] {
  requireComparable(results);
  if (new Set(results.map(({ clock }) => clock.seed)).size < results.length) {
    throw new RangeError('no statistic over seeds counts one seed twice');
  }
  const counted = results
    .filter(({ verdict }) => verdict.outcome === 'pass' || verdict.outcome === 'fail')
    .sort((a, b) => a.clock.seed - b.clock.seed);
  const groups = new Map<
    string,
    { of: Pick<OutageDistribution, 'flow' | 'receiver' | 'event'>; all: Sample[]; stepNs: number }
  >();
  for (const event of EVENTS) {
    for (const result of counted) {
      for (const { flow, receiver, events, intervalNs } of result.analysis?.flows ?? []) {
        const { sent, largest, blindNs } = events[event];
        if (sent === 0) continue;
        const key = JSON.stringify([flow, receiver, event]);
        const group = groups.get(key) ?? { of: { flow, receiver, event }, all: [], stepNs: intervalNs };
        group.all.push({
          figure: largest ?? { valueNs: 0, lowNs: 0, highNs: blindNs },
          isLost: largest !== null,
          seed: result.clock.seed,
          runId: result.run.id,
        });
        groups.set(key, group);
      }
    }
  }
  return [...groups.values()].map(({ of, all, stepNs }) => distributionOf(of, all, stepNs));
}

function distributionOf(
  of: Pick<OutageDistribution, 'flow' | 'receiver' | 'event'>,
  all: readonly Sample[],
  stepNs: number,
): OutageDistribution {
  const figures = all.map(({ figure }) => figure);
  const reach = ({ figure }: Sample): number => (figure.open ? Infinity : figure.valueNs);
  const worst = all.reduce((top, each) => {
    const isLonger =
      reach(each) > reach(top) || (reach(each) === reach(top) && each.figure.valueNs > top.figure.valueNs);
    return isLonger ? each : top;
  });
  const seen = figures.filter((figure) => !figure.open).map(({ valueNs }) => valueNs);
  return {
    ...of,
    n: all.length,
    min: atRank(figures, 0),
    median: percentile(figures, 0.5),
    p95: percentile(figures, 0.95),
    max: atRank(figures, figures.length - 1),
    without: all.filter(({ isLost }) => !isLost).length,
    open: figures.length - seen.length,
    histogram: histogram(seen, stepNs),
    worst: { seed: worst.seed, runId: worst.runId, outage: worst.figure },
  };
}

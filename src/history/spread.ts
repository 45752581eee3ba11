import type { Bounded } from '../analysis/types.js';
import type { RunResult } from '../run/result.js';
import { requireSameClock } from './one-clock.js';
import { atRank } from './order-statistics.js';

/** How the largest outage of one flow at one receiver came out over several runs of a scenario by one kind of clock. */
export interface OutageSpread {
  readonly scenario: string;
  readonly clock: RunResult['clock']['kind'];
  readonly flow: string;
  readonly receiver: string;
  /** Runs that count: those with a verdict of pass or fail. */
  readonly runs: number;
  readonly smallest: Bounded;
  readonly median: Bounded;
  readonly largest: Bounded;
}

/**
 * The spread of outages over repeats, in the order of first appearance; only for what was measured at least twice.
 * Figures by the real and by the virtual clock are never mixed; inconclusive runs and errors are left out.
 */
export function outageSpread(results: readonly RunResult[]): OutageSpread[] {
  const groups = new Map<
    string,
    {
      of: Pick<OutageSpread, 'scenario' | 'clock' | 'flow' | 'receiver'>;
      all: { figure: Bounded; clock: RunResult['clock'] }[];
    }
  >();
  for (const result of results) {
    if (result.verdict.outcome !== 'pass' && result.verdict.outcome !== 'fail') continue;
    for (const { flow, receiver, events } of result.analysis?.flows ?? []) {
      const { sent, largest, blindNs } = events.initial;
      if (sent === 0) continue;
      const of = { scenario: result.scenario.name, clock: result.clock.kind, flow, receiver };
      const key = JSON.stringify([
        result.scenario.file,
        of.scenario,
        of.clock,
        result.clock.readNs ?? 0,
        flow,
        receiver,
      ]);
      const group = groups.get(key) ?? { of, all: [] };
      group.all.push({ figure: largest ?? { valueNs: 0, lowNs: 0, highNs: blindNs }, clock: result.clock });
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .filter(({ all }) => all.length > 1)
    .map(({ of, all }) => {
      requireSameClock(all);
      const figures = all.map(({ figure }) => figure);
      return {
        ...of,
        runs: figures.length,
        smallest: atRank(figures, 0),
        median: atRank(figures, Math.floor((figures.length - 1) / 2)),
        largest: atRank(figures, figures.length - 1),
      };
    });
}

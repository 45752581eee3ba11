import type { InstantText } from '../core/instant.js';
import type { RunResult } from '../run/result.js';
import { outageDistributions, type OutageDistribution } from './distribution.js';

type Outcome = RunResult['verdict']['outcome'];

/** `distribution.json`: one scenario by the virtual clock with many seeds. Plain data. */
export interface SeedSet {
  readonly format: 'faultline-distribution-1';
  readonly id: string;
  readonly faultline: string;
  readonly argv: readonly string[];
  /** By the host's clock. */
  readonly startedAt: InstantText;
  readonly elapsedMs: number;
  readonly jobs: number;
  readonly scenario: RunResult['scenario'];
  readonly lab: {
    readonly topology: string;
    readonly topologySha256: string;
    readonly runtime: string;
    readonly software: string;
  };
  readonly clock: Omit<RunResult['clock'], 'seed'>;
  /** The same of every run; null where no run got as far. */
  readonly record: RunResult['record'] | null;
  /** When the fault comes after the traffic is steady: drawn from [at, at + window). null: there is no fault. */
  readonly fault: { readonly summary: string; readonly atNs: number; readonly windowNs: number } | null;
  readonly seeds: readonly SeedOutcome[];
  readonly outages: readonly OutageDistribution[];
  readonly verdict: RunResult['verdict'];
}

/** What became of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  /** null: the run has no result. */
  readonly runId: string | null;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  /** By the guest's clock, and by the host's. */
  readonly guestS: number | null;
  readonly realS: number | null;
}

/** A seed's run: its result, or why there is none. */
export interface SeedRun {
  readonly seed: number;
  readonly result: RunResult | null;
  /** Of a run without a result. */
  readonly error: string | null;
  readonly guestS: number | null;
  readonly realS: number | null;
}

/**
 * Puts the runs of all seeds together.
 * @param verdictOf the verdict to show for a result
 * @throws RangeError where the runs differ in more than their seed
 */
export function seedSet(
  about: Pick<
    SeedSet,
    'id' | 'faultline' | 'argv' | 'startedAt' | 'elapsedMs' | 'jobs' | 'scenario' | 'lab' | 'clock' | 'fault'
  >,
  runs: readonly SeedRun[],
  verdictOf: (result: RunResult) => RunResult['verdict'],
): SeedSet {
  const sorted = [...runs].sort((a, b) => a.seed - b.seed);
  // What is not certain to be a pass or a fail is in no statistic.
  const results = sorted.flatMap(({ result }) => (result === null ? [] : [{ ...result, verdict: verdictOf(result) }]));
  const seeds = sorted.map(({ seed, result, error, guestS, realS }): SeedOutcome => {
    const verdict =
      result === null ? { outcome: 'error' as const, reasons: [error ?? 'no result'] } : verdictOf(result);
    return { seed, runId: result?.run.id ?? null, ...verdict, guestS, realS };
  });
  return {
    format: 'faultline-distribution-1',
    ...about,
    record: results[0]?.record ?? null,
    seeds,
    outages: outageDistributions(results),
    verdict: verdictOverSeeds(seeds),
  };
}

const MOST_REASONS = 10;

/** The worst outcome of all seeds; each seed that did not pass is named. */
export function verdictOverSeeds(seeds: readonly SeedOutcome[]): RunResult['verdict'] {
  const of = (outcome: Outcome): readonly SeedOutcome[] => seeds.filter((seed) => seed.outcome === outcome);
  const order = ['error', 'fail', 'inconclusive'] as const;
  const outcome = order.find((each) => of(each).length > 0);
  if (seeds.length === 0) return { outcome: 'inconclusive', reasons: ['no seed was run'] };
  if (outcome === undefined) return { outcome: 'pass', reasons: [`all ${seeds.length} seeds pass`] };
  const reasons = order.flatMap((each) => {
    const some = of(each);
    if (some.length === 0) return [];
    const told = some.slice(0, MOST_REASONS).map(({ seed, reasons: [first] }) => `seed ${seed}: ${first ?? each}`);
    const more = some.length - told.length;
    const which = `${some.length === 1 ? 'seed' : 'seeds'} ${rangesText(some.map(({ seed }) => seed))}`;
    return [
      `${each}: ${which} (${some.length} of ${seeds.length})`,
      ...told,
      ...(more > 0 ? [`and ${more} more`] : []),
    ];
  });
  return { outcome, reasons };
}

/** `1–5, 7, 9–10` */
export function rangesText(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}

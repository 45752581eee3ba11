import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { SeedSet } from '../../src/history/seed-set.js';
import { parseSeedSet } from '../../src/report/seeds/index.js';
import type { RunResult } from '../../src/run/result.js';
import type { Workplace } from '../lab/cli.js';

export interface SeededRun {
  readonly dir: string;
  readonly result: RunResult;
}

/** Runs a scenario with seeds 1 to `count` by the virtual clock: the set, and each run's result. */
export async function runSeedsOf(
  place: Workplace,
  scenario: string,
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly set: SeedSet; readonly runs: readonly SeededRun[]; readonly results: readonly RunResult[] }> {
  const before = new Set(place.runDirs());
  const end = await place.run(
    ['run', resolve(scenario), '--clock', 'virtual', '--seeds', `1..${count}`, '--out', place.runs],
    env,
  );
  const made = place.runDirs().filter((dir) => !before.has(dir));
  const folder = made.find((dir) => dir.endsWith('-seeds'));
  expect(folder, end.stdout + end.stderr).to.not.equal(undefined);
  const set = parseSeedSet(readFileSync(join(folder!, 'distribution.json'), 'utf8'), folder!);
  expect(
    set.seeds.filter(({ outcome }) => outcome !== 'pass'),
    end.stdout,
  ).to.deep.equal([]);
  expect(set.seeds).to.have.length(count);
  const runs = set.seeds.map(({ runId }): SeededRun => {
    const dir = join(place.runs, runId!);
    return { dir, result: JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as RunResult };
  });
  return { set, runs, results: runs.map(({ result }) => result) };
}

/** The largest outage of a flow at a receiver after the fault, ns; 0 where nothing was lost. */
export function outageOf(result: RunResult, flow: string, receiver: string): number {
  const found = result.analysis!.flows.find((each) => each.flow === flow && each.receiver === receiver)!;
  expect(found.events.initial.largest?.open, 'an outage whose end was not seen').to.equal(undefined);
  return found.events.initial.largest?.valueNs ?? 0;
}

/** `outageOf` each. */
export function outagesOf(results: readonly RunResult[], flow: string, receiver: string): readonly number[] {
  return results.map((result) => outageOf(result, flow, receiver));
}

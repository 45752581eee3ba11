import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { PCAP_HEADER_BYTES } from '../../src/packet/pcap.js';
import type { RunResult } from '../../src/run/result.js';
import { comparedCaptures, differingFigures } from '../../src/verify/compare.js';
import { describeVerification } from '../../src/verify/describe.js';
import { Workplace } from '../lab/cli.js';

/** One run by the virtual clock, in a workplace of its own. */
export interface Made {
  readonly place: Workplace;
  readonly dir: string;
  readonly result: RunResult;
}

/** Runs a scenario in a new workplace. Its verdict is its own matter; a run without a result is not. */
export async function make(scenario: string, seed: number, env: Readonly<Record<string, string>> = {}): Promise<Made> {
  const place = new Workplace();
  const end = await place.run(
    ['run', scenario, '--clock', 'virtual', '--seed', String(seed), '--out', place.runs],
    env,
  );
  const [dir] = place.runDirs();
  expect(dir, end.stdout + end.stderr).to.not.equal(undefined);
  expect(existsSync(join(dir!, 'report.html'))).to.equal(true);
  return made(place, dir!);
}

export function made(place: Workplace, dir: string): Made {
  return { place, dir, result: JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as RunResult };
}

export function hashesOf({ result }: Made): Readonly<Record<string, string>> {
  return Object.fromEntries(result.captures.map(({ file, sha256 }) => [file, sha256]));
}

/** Every capture to the byte, and every figure; what is not the same is told as `faultline verify` tells it. */
export function expectSame(first: Made, second: Made): void {
  const found = {
    ...{ run: second.result.run.id, seed: second.result.clock.seed, altered: [], parts: [], notRun: null },
    captures: comparedCaptures(first, second),
    figures: differingFigures(first.result, second.result),
  };
  const told = describeVerification({ ...found, verdict: { outcome: 'pass', reasons: [] } });
  expect(hashesOf(second), told).to.deep.equal(hashesOf(first));
  expect(found.figures, told).to.deep.equal([]);
}

/** Twice as many programs as there are CPUs that do nothing but keep them busy. @returns what ends them */
export function keepBusy(): () => void {
  const loops = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}

/**
 * What must hold of every scenario: the same seed, the same bytes and figures, twice in a row and a third time on a machine
 * that is kept busy; another seed, other captures.
 * @returns the runs, for what else is to be said of them; their workplaces are the caller's
 */
export async function expectRepeatable(
  scenario: string,
  seeds: readonly [number, number],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Made[]> {
  const first = await make(scenario, seeds[0], env);
  expect(first.result.clock).to.include({ kind: 'virtual', seed: seeds[0] });
  expect(first.result.verdict.outcome, first.result.verdict.reasons.join('\n')).to.not.equal('error');
  const all = [first, await make(scenario, seeds[0], env)];
  expectSame(first, all[1]!);
  const stop = keepBusy();
  try {
    all.push(await make(scenario, seeds[0], env));
  } finally {
    stop();
  }
  expectSame(first, all[2]!);
  const other = await make(scenario, seeds[1], env);
  const [these, those] = [hashesOf(first), hashesOf(other)];
  expect(Object.keys(those)).to.deep.equal(Object.keys(these));
  // where nothing came, nothing can differ
  const withFrames = first.result.captures.filter(({ bytes }) => bytes > PCAP_HEADER_BYTES);
  expect(withFrames).to.not.deep.equal([]);
  for (const { file } of withFrames) expect(those[file], file).to.not.equal(these[file]);
  return [...all, other];
}

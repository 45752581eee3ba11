import { resolve } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/run/result.js';
import type { CliEnd, Workplace } from './cli.js';

/** What a machine that stalled makes of a run: reasons that say nothing about the network. */
const MACHINE = /sender sent nothing|stall|dropped by the kernel|kernel dropped|stepped back/;

export function scenario(name: string): string {
  return resolve(`topologies/trading-floor/scenarios/${name}.yml`);
}

/** Runs one scenario of the trading floor; its verdict is a pass, or inconclusive for the machine's reasons alone. */
export async function holds(place: Workplace, name: string): Promise<RunResult> {
  const seen = place.runDirs().length;
  const end: CliEnd = await place.run(['run', scenario(name), '--out', place.runs]);
  const result = place.results().at(seen);
  expect(result, end.stdout + end.stderr).to.not.equal(undefined);
  const { outcome, reasons } = result!.verdict;
  if (outcome === 'inconclusive') for (const reason of reasons) expect(reason, end.stdout).to.match(MACHINE);
  else expect(outcome, end.stdout + end.stderr).to.equal('pass');
  return result!;
}

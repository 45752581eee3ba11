import type { RunResult } from '../run/result.js';

/**
 * Stands before every statistic over several runs: figures by the real clock hold processing and the machine's noise, those
 * by the virtual clock hold neither, so nothing that is computed from both means anything.
 * @throws RangeError
 */
export function requireSameClock(all: readonly { readonly clock: RunResult['clock'] }[]): void {
  same(all, 'their clock', ({ clock }) => clock.kind);
  same(all, 'the price of reading the clock', ({ clock }) => String(clock.readNs ?? 0));
}

/**
 * Runs of one thing: by one clock, of the same scenario, topology and kernel.
 * @throws RangeError that says what differs
 */
export function requireComparable(results: readonly RunResult[]): void {
  requireSameClock(results);
  same(results, 'their scenario', (result) => result.scenario.sha256);
  same(results, 'their topology', (result) => result.lab.topologySha256);
  same(results, 'the lab kernel', (result) => result.record?.kernel?.sha256 ?? 'none');
}

function same<T>(all: readonly T[], what: string, of: (one: T) => string): void {
  const values = [...new Set(all.map(of))];
  if (values.length > 1) throw new RangeError(`no statistic over runs that differ in ${what}: ${values.join(', ')}`);
}

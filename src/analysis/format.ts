import { formatDuration } from '../core/duration.js';
import { NS_PER_MS, NS_PER_SECOND } from '../core/instant.js';
import type { Bounded, Outcome } from './types.js';

/**
 * A figure with its uncertainty: `1.032 s ± 1 ms`; the larger side where the interval is not symmetric. The printed
 * interval always contains the true one: the uncertainty takes up what rounding the value costs, and is rounded up.
 * A figure whose end was not seen is `at least 1.031 s`.
 */
export function formatBounded(figure: Bounded): string {
  if (figure.open) return `at least ${formatDurationDown(figure.lowNs)}`;
  const half = Math.max(figure.highNs - figure.valueNs, figure.valueNs - figure.lowNs, 0);
  if (half === 0) return formatDuration(figure.valueNs, 9);
  const unit = unitOf(figure.valueNs === 0 ? half : figure.valueNs);
  // A hundredth of the uncertainty is as fine as the value need be.
  const step = 10 ** Math.floor(Math.log10(half / 100));
  const decimals = Math.min(9, Math.max(0, Math.round(Math.log10(unit.ns / step))));
  const rounded = Number((figure.valueNs / unit.ns).toFixed(decimals));
  const roundingNs = Math.abs(rounded * unit.ns - figure.valueNs);
  return `${rounded} ${unit.name} ± ${formatDuration(roundUp(half + roundingNs))}`;
}

/** A duration that is not exceeded by what it stands for: rounded down to four significant digits. */
export function formatDurationDown(ns: number): string {
  return formatDuration(significant(ns, 4, Math.floor), 9);
}

/** A duration that is not below what it stands for: rounded up to four significant digits. */
export function formatDurationUp(ns: number): string {
  return formatDuration(significant(ns, 4, Math.ceil), 9);
}

/** How many of each outcome there are: for summaries. */
export function countOutcomes(all: readonly { readonly outcome: Outcome }[]): Readonly<Record<Outcome, number>> {
  const counts = { pass: 0, fail: 0, inconclusive: 0 };
  for (const { outcome } of all) counts[outcome]++;
  return counts;
}

function roundUp(ns: number): number {
  return significant(ns, 3, Math.ceil);
}

function significant(ns: number, digits: number, round: (value: number) => number): number {
  if (ns <= 0) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(ns)) + 1 - digits);
  // The small allowance keeps 1.02e6 from becoming 1.03e6 because of binary fractions.
  const nearest = Math.round(ns / step);
  return Math.abs(ns / step - nearest) < 1e-6 ? nearest * step : round(ns / step) * step;
}

function unitOf(ns: number): { readonly name: string; readonly ns: number } {
  const size = Math.abs(ns);
  if (size >= NS_PER_SECOND) return { name: 's', ns: NS_PER_SECOND };
  if (size >= NS_PER_MS) return { name: 'ms', ns: NS_PER_MS };
  return size >= 1_000 ? { name: 'µs', ns: 1_000 } : { name: 'ns', ns: 1 };
}

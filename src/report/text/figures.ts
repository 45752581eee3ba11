import type { Bounded, FrameRef } from '../../analysis/types.js';
import { formatDuration } from '../../core/duration.js';
import { instantFromText, nsBetween, NS_PER_MS, NS_PER_SECOND, type InstantText } from '../../core/instant.js';

/** What separates thousands: narrow, and no place for a line break. */
export const THIN_SPACE = '\u202f';

/** `60 000` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

/**
 * A figure with the interval it lies in: `1.032 s ± 1 ms`, `1.03 s (−1 ms, +41 ms)` where the two sides differ.
 * What is printed never claims more than what was measured: the interval is rounded outwards from the value as printed,
 * to two significant digits, and the value has the digits that its interval leaves meaning to.
 */
export function formatBounded(figure: Bounded): string {
  const { valueNs, lowNs, highNs } = figure;
  const narrowest = Math.min(...[valueNs - lowNs, highNs - valueNs].filter((side) => side > 0));
  if (!Number.isFinite(narrowest)) return formatDuration(valueNs, 9);
  const unitNs = unitOf(valueNs === 0 ? narrowest : valueNs);
  const printed = roundFor(valueNs, narrowest, unitNs);
  const below = roundUp(printed.ns - lowNs);
  const above = roundUp(highNs - printed.ns);
  const value = printed.ns === 0 ? '0 s' : `${(printed.ns / unitNs.ns).toFixed(printed.decimals)} ${unitNs.name}`;
  if (below === above) return `${value} ± ${formatDuration(below)}`;
  const sides = [below > 0 ? `−${formatDuration(below)}` : '', above > 0 ? `+${formatDuration(above)}` : ''];
  return `${value} (${sides.filter((side) => side !== '').join(', ')})`;
}

/** The interval alone: `1.031 s … 1.033 s`, rounded to a microsecond or finer. */
export function formatInterval(figure: Bounded): string {
  return `${formatDuration(figure.lowNs, 6)} … ${formatDuration(figure.highNs, 6)}`.replaceAll('-', '−');
}

interface Unit {
  readonly name: string;
  readonly ns: number;
}

function unitOf(ns: number): Unit {
  const size = Math.abs(ns);
  if (size >= NS_PER_SECOND) return { name: 's', ns: NS_PER_SECOND };
  if (size >= NS_PER_MS) return { name: 'ms', ns: NS_PER_MS };
  if (size >= 1000) return { name: 'µs', ns: 1000 };
  return { name: 'ns', ns: 1 };
}

/** Rounds to one significant digit of the deviation where that changes nothing, else to two. */
function roundFor(valueNs: number, deviationNs: number, unit: Unit): { ns: number; decimals: number } {
  const firstDigit = Math.floor(Math.log10(deviationNs));
  for (const digits of [1, 2]) {
    const stepNs = 10 ** Math.max(0, firstDigit - digits + 1);
    const ns = Math.round(valueNs / stepNs) * stepNs;
    if (ns === valueNs || digits === 2) {
      return { ns, decimals: Math.max(0, Math.round(Math.log10(unit.ns) - Math.log10(stepNs))) };
    }
  }
  throw new RangeError('unreachable');
}

/** Up to two significant digits, never down. A side that rounding the value has used up is 0. */
function roundUp(ns: number): number {
  if (ns <= 0) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(ns)) - 1);
  return Math.ceil(ns / step) * step;
}

/** `rx-desk1.pcap #10417–#10418`: the last frame before an outage and the first one after it. */
export function formatFrames(last: FrameRef | null, first: FrameRef | null): string {
  const capture = last?.capture ?? first?.capture;
  if (capture === undefined) return '–';
  return `${captureFile(capture)} ${last === null ? 'no frame' : `#${last.frame}`}–${first === null ? 'none after' : `#${first.frame}`}`;
}

export function captureFile(capture: string): string {
  return capture.endsWith('.pcap') ? capture : `${capture}.pcap`;
}

/** `+5.003 s` after `from`. */
export function formatOffset(from: InstantText, at: InstantText): string {
  const ns = nsBetween(instantFromText(from), instantFromText(at));
  return `${ns < 0 ? '−' : '+'}${(Math.abs(ns) / NS_PER_SECOND).toFixed(3)} s`;
}

/** `43 s`, `2.4 s`, `7 min 5 s`: how long something took, for people. */
export function formatElapsed(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

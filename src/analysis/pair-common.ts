import { UsageError } from '../core/errors.js';
import { addNs, instantToText, type Instant } from '../core/instant.js';
import type { FlowPackets } from './packets.js';
import type { ForeignSide } from './pair-types.js';
import { rateSeries } from './rate.js';
import type { SenderSide } from './sender-side.js';
import type { FrameRef, RateSeries } from './types.js';

/** Arrivals per bin, from the first to the last. */
export function rateOf(receiver: FlowPackets, intervalNs: number): RateSeries {
  const fromNs = receiver.atNs.reduce((a, b) => Math.min(a, b), Infinity);
  const toNs = receiver.atNs.reduce((a, b) => Math.max(a, b), -Infinity);
  return receiver.count === 0 ? rateSeries(receiver, 0, 0, intervalNs) : rateSeries(receiver, fromNs, toNs, intervalNs);
}

export function frameRef(capture: string, base: Instant, frame: number, atNs: number): FrameRef {
  return { capture, frame, at: instantToText(addNs(base, atNs)) };
}

/** The median time per sequence number between neighbours. @throws UsageError where there is none. */
export function medianInterval(side: Pick<SenderSide, 'count' | 'atNs' | 'sequence'>): number {
  const gaps = new Float64Array(Math.max(0, side.count - 1));
  for (let k = 1; k < side.count; k++) {
    gaps[k - 1] = (side.atNs[k]! - side.atNs[k - 1]!) / (side.sequence[k]! - side.sequence[k - 1]!);
  }
  const median = gaps.sort()[Math.floor(gaps.length / 2)];
  if (median !== undefined && median > 0) return median;
  throw new UsageError('the captures do not show a packet interval: name it');
}

/** What the captures say against themselves. */
export function problemsOf(...sides: readonly ForeignSide[]): string[] {
  return sides.flatMap((side) => (side.problems ?? []).map((problem) => `${side.name}: ${problem}`));
}

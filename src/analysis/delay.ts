import type { FlowPackets } from './packets.js';
import type { Matched } from './match.js';
import type { SenderSide, SentRange } from './sender-side.js';
import type { DelayFigures } from './types.js';

/** One-way delays of the judged packets that arrived (first arrivals), in order of sequence. Needs one clock for both captures. */
export function oneWayDelays(
  sender: SenderSide,
  receiver: FlowPackets,
  matched: Matched,
  range: SentRange,
): Float64Array {
  const delays = new Float64Array(range.end - range.first);
  let count = 0;
  for (let k = range.first; k < range.end; k++) {
    const i = matched.arrival[k]!;
    if (i >= 0) delays[count++] = receiver.atNs[i]! - sender.atNs[k]!;
  }
  return delays.subarray(0, count);
}

/**
 * Percentiles by nearest rank; PDV relative to the least delay (RFC 5481 §4.2); jitter smoothed over consecutive
 * packets in order of sequence (RFC 3550 §6.4.1). null without samples.
 */
export function delayFigures(delays: Float64Array): DelayFigures | null {
  if (delays.length === 0) return null;
  let jitter = 0;
  for (let i = 1; i < delays.length; i++) jitter += (Math.abs(delays[i]! - delays[i - 1]!) - jitter) / 16;
  const ascending = delays.slice().sort();
  const rank = (share: number): number => ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)]!;
  const min = ascending[0]!;
  return {
    samples: ascending.length,
    minNs: min,
    medianNs: rank(0.5),
    p99Ns: rank(0.99),
    maxNs: ascending[ascending.length - 1]!,
    pdvP99Ns: rank(0.99) - min,
    jitterNs: Math.round(jitter),
  };
}

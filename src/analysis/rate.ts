import { addNs, instantToText } from '../core/instant.js';
import type { FlowPackets } from './packets.js';
import type { RateSeries } from './types.js';

const MAX_BINS = 600;

/** Smallest 1-2-5 multiple of the packet interval that cuts the span into at most 600 bins. */
export function chooseBinNs(spanNs: number, intervalNs: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const step of [1, 2, 5]) {
      const binNs = decade * step * intervalNs;
      if (spanNs / binNs <= MAX_BINS) return binNs;
    }
  }
}

/**
 * Arrivals per bin, duplicates included, from `fromNs` on; whole bins only, so that no partial bin looks like a dip
 * (one bin at least).
 */
export function rateSeries(receiver: FlowPackets, fromNs: number, toNs: number, intervalNs: number): RateSeries {
  const spanNs = Math.max(0, toNs - fromNs);
  const binNs = chooseBinNs(spanNs, intervalNs);
  // An interval that is no whole number of nanoseconds must not lose the last bin to rounding.
  const counts = new Array<number>(Math.min(MAX_BINS, Math.max(1, Math.floor(spanNs / binNs + 1e-6)))).fill(0);
  for (let i = 0; i < receiver.count; i++) {
    const bin = Math.floor((receiver.atNs[i]! - fromNs) / binNs);
    if (bin >= 0 && bin < counts.length) counts[bin]!++;
  }
  return { from: instantToText(addNs(receiver.base, fromNs)), binNs, counts };
}

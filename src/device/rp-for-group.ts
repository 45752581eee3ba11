import { prefixBits } from './address.js';
import type { DeviceFacts } from './types.js';

type RpEntry = DeviceFacts['rp-info'][number];

/**
 * Which RP a router uses for a group: the longest group range that covers it. Where no range does, a single entry that is
 * given by the name of a prefix list counts, since the list's ranges are not in the answer.
 */
export function rpForGroup(entries: DeviceFacts['rp-info'], group: string): RpEntry | undefined {
  let best: { readonly entry: RpEntry; readonly length: number } | undefined;
  const named: RpEntry[] = [];
  for (const entry of entries) {
    const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(entry.groups);
    if (match === null) {
      named.push(entry);
      continue;
    }
    const length = Number(match[2]);
    const covers = prefixBits(match[1]!, length) === prefixBits(group, length);
    if (covers && (best === undefined || length > best.length)) best = { entry, length };
  }
  if (best !== undefined) return best.entry;
  return named.length === 1 ? named[0] : undefined;
}

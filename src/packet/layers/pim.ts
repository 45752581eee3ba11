import { ipv4ToText } from '../addresses.js';
import { Fields } from './parts.js';
import { Undecodable } from './wire.js';

export const PIM_JOIN_PRUNE = 3;
const IPV4_FAMILY = 1;
const WILDCARD = 2;

/** One source (or `*`) of one group that is joined or pruned. */
export interface PimChange {
  readonly action: 'join' | 'prune';
  readonly source: string;
  readonly group: string;
}

/**
 * A join/prune message (RFC 7761 §4.9.5), IPv4.
 * @param bytes of the PIM message
 * @returns undefined where it is another PIM message
 * @throws Undecodable on another version or address family, or lengths that do not fit
 */
export function decodePimJoinPrune(
  bytes: Uint8Array,
): { readonly upstream: string; readonly changes: readonly PimChange[] } | undefined {
  const fields = new Fields(bytes, 'a PIM join/prune');
  const first = fields.u8();
  if (first >>> 4 !== 2) throw new Undecodable(`PIM version ${first >>> 4}`);
  if ((first & 0x0f) !== PIM_JOIN_PRUNE) return undefined;
  fields.skip(3);
  family(fields);
  const upstream = ipv4ToText(fields.u32());
  fields.skip(1);
  const groups = fields.u8();
  fields.skip(2);
  const changes: PimChange[] = [];
  for (let left = groups; left > 0; left--) {
    family(fields);
    fields.skip(2);
    const group = ipv4ToText(fields.u32());
    const counts = [fields.u16(), fields.u16()] as const;
    (['join', 'prune'] as const).forEach((action, index) => {
      for (let n = counts[index]!; n > 0; n--) {
        family(fields);
        const flags = fields.u8();
        fields.skip(1);
        const source = ipv4ToText(fields.u32());
        changes.push({ action, source: (flags & WILDCARD) !== 0 ? '*' : source, group });
      }
    });
  }
  return { upstream, changes };
}

function family(fields: Fields): void {
  const value = fields.u8();
  if (value !== IPV4_FAMILY) throw new Undecodable(`address family ${value} in a PIM message`);
  fields.skip(1);
}

import type { FlowPackets } from '../packets.js';

/**
 * Orders and replies as the client's capture shows them, however they travel. Times are ns after the captures' base.
 * `at` columns are in order of time.
 */
export interface Exchange {
  readonly orders: readonly PlacedOrder[];
  readonly replies: readonly Reply[];
  /** Times in which the engine had an order and did not answer it, by the engine's capture. */
  readonly engineStalls: readonly Span[];
}

export interface PlacedOrder {
  /** First time that it left. */
  readonly sentNs: number;
  /** Infinity: never. */
  readonly answeredNs: number;
  /** While it is unanswered a reply is due: TCP repeats it, UDP forgets it. */
  readonly waitsUntilNs: number;
}

export interface Reply {
  readonly atNs: number;
  readonly frame: number;
}

export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A silence before it has an event. */
export interface Gap {
  readonly fromNs: number;
  readonly toNs: number;
  /** When a reply was due first: an order waited from then on. */
  readonly dueNs: number;
  readonly stalledNs: number;
  /** No reply ended it. */
  readonly open: boolean;
  readonly before: Reply | null;
  readonly after: Reply | null;
}

/** Every time between two replies, in order; the last one only where an order waited. Watched: [fromNs, toNs]. */
export function gaps(exchange: Exchange, watched: Span): readonly Gap[] {
  const { orders, replies } = exchange;
  const found: Gap[] = [];
  let order = 0;
  let stall = 0;
  /** Orders that were placed before the gap and may still be waited for. */
  let waiting: PlacedOrder[] = [];
  const stalls = exchange.engineStalls;
  for (let i = -1; i < replies.length; i++) {
    const before = replies[i] ?? null;
    const after = replies[i + 1] ?? null;
    const fromNs = before?.atNs ?? watched.fromNs;
    const toNs = after?.atNs ?? watched.toNs;
    if (fromNs >= watched.toNs) break;
    while (order < orders.length && orders[order]!.sentNs <= fromNs) waiting.push(orders[order++]!);
    waiting = waiting.filter((one) => one.answeredNs > fromNs && one.waitsUntilNs > fromNs);
    let dueNs = waiting.length > 0 ? fromNs : Infinity;
    if (dueNs === Infinity && order < orders.length) dueNs = orders[order]!.sentNs;
    if (toNs <= watched.fromNs || toNs <= fromNs) continue;
    if (after === null && dueNs >= toNs) continue;
    while (stall < stalls.length && stalls[stall]!.toNs <= fromNs) stall++;
    let stalledNs = 0;
    for (let s = stall; s < stalls.length && stalls[s]!.fromNs < toNs; s++) {
      stalledNs = Math.max(stalledNs, Math.min(toNs, stalls[s]!.toNs) - Math.max(fromNs, stalls[s]!.fromNs));
    }
    found.push({ fromNs, toNs, dueNs: Math.min(dueNs, toNs), stalledNs, open: after === null, before, after });
  }
  return found;
}

/** First arrival of each number, in order of time, as replies. */
export function firstArrivals(packets: FlowPackets): readonly (Reply & { readonly sequence: number })[] {
  const seen = new Set<number>();
  const replies: (Reply & { sequence: number })[] = [];
  for (let i = 0; i < packets.count; i++) {
    const sequence = packets.sequence[i]!;
    if (seen.has(sequence)) continue;
    seen.add(sequence);
    replies.push({ sequence, atNs: packets.atNs[i]!, frame: packets.frame[i]! });
  }
  return replies.sort((a, b) => a.atNs - b.atNs);
}

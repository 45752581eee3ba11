import type { FlowPackets } from './packets.js';
import { indexOfSequence, type SenderSide, type SentRange } from './sender-side.js';

/** A receiver's packets of a flow, by the sender's. Receiver-side indices point into its `FlowPackets`. */
export interface Matched {
  /** Receiver-side index of the first arrival, by sender-side index; -1: never arrived. */
  readonly arrival: Int32Array;
  /** Further arrivals of the same sequence number, by sender-side index. */
  readonly repeats: Uint32Array;
  /** Sender-side indices in order of first arrival. */
  readonly order: Int32Array;
  /**
   * Arrivals of numbers that the sender's capture has not, between sender-side index k and k + 1: the receiver-side
   * index of the first of them, by k.
   */
  readonly strayAfter: ReadonlyMap<number, number>;
  /** Receiver-side indices of all arrivals that the sender's capture has not. */
  readonly strays: readonly number[];
}

/** Matches by sequence number. @param fromIndex receiver-side packets before it are left out. */
export function matchArrivals(sender: SenderSide, receiver: FlowPackets, fromIndex = 0): Matched {
  const arrival = new Int32Array(sender.count).fill(-1);
  const repeats = new Uint32Array(sender.count);
  const order = new Int32Array(receiver.count);
  const strayAfter = new Map<number, number>();
  const strays: number[] = [];
  let ordered = 0;
  for (let i = fromIndex; i < receiver.count; i++) {
    const k = indexOfSequence(sender, receiver.sequence[i]!);
    if (k < 0) {
      strays.push(i);
      const after = -1 - k - 1;
      if (after >= 0 && after + 1 < sender.count && !strayAfter.has(after)) strayAfter.set(after, i);
    } else if (arrival[k] === -1) {
      arrival[k] = i;
      order[ordered++] = k;
    } else {
      repeats[k]!++;
    }
  }
  return { arrival, repeats, order: order.subarray(0, ordered), strayAfter, strays };
}

/** Sequence numbers inside the range that the sender's capture has not (not sent, or not captured). */
export function missingAtSender(sender: SenderSide, range: SentRange): number {
  if (range.end - range.first < 2) return 0;
  return sender.sequence[range.end - 1]! - sender.sequence[range.first]! + 1 - (range.end - range.first);
}

/**
 * Arrivals that the sender's capture should have and has not: numbers between the judged ones, and numbers outside all
 * it saw that arrived within [fromNs, toNs].
 */
export function unexplainedArrivals(
  sender: SenderSide,
  receiver: FlowPackets,
  matched: Matched,
  range: SentRange,
  window: { readonly fromNs: number; readonly toNs: number },
): number {
  const lowest = sender.count === 0 ? Infinity : sender.sequence[0]!;
  const highest = sender.count === 0 ? -Infinity : sender.sequence[sender.count - 1]!;
  const from = range.end > range.first ? sender.sequence[range.first]! : Infinity;
  const to = range.end > range.first ? sender.sequence[range.end - 1]! : -Infinity;
  let count = 0;
  for (const i of matched.strays) {
    const sequence = receiver.sequence[i]!;
    const at = receiver.atNs[i]!;
    const outside = sequence < lowest || sequence > highest;
    if ((sequence > from && sequence < to) || (outside && at >= window.fromNs && at <= window.toNs)) count++;
  }
  return count;
}

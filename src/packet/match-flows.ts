import type { FlowPackets } from '../analysis/packets.js';
import { nsBetween } from '../core/instant.js';
import type { FlowTimes, IdentifiedFlow, SequencedFlow } from './generic-flow.js';
import { nearest } from './sequence-field.js';

/**
 * The receiver's packets with the sender's numbers, where the field is short and the captures did not begin in the same
 * round, or an outage was longer than half a round: of all numbers that a packet may have, the one that the sender had
 * closest to that time. Right as long as delay and clock offset together are below half the time of a round.
 */
export function alignSequences(sent: SequencedFlow, received: SequencedFlow): FlowPackets {
  const { modulus } = sent;
  if (modulus === Infinity || sent.packets.count === 0) return received.packets;
  const shiftNs = nsBetween(sent.packets.base, received.packets.base);
  const numberAt = sentNumberAt(sent.packets);
  const sequence = received.packets.sequence.map((number, index) =>
    nearest(((number % modulus) + modulus) % modulus, numberAt(received.packets.atNs[index]! + shiftNs), modulus),
  );
  return { ...received.packets, sequence };
}

/** The number of the last packet that was sent by then, or of the first. Stamps may step back a little. */
function sentNumberAt({ atNs, sequence }: FlowPackets): (atNs: number) => number {
  return (at) => {
    let low = 0;
    let high = atNs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (atNs[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return sequence[Math.max(0, low - 1)]!;
  };
}

/** Two captures whose packets were told apart by what they are. */
export interface MatchedFlows {
  /** Numbered 0, 1, 2 … as they stand in the sender's capture. */
  readonly sent: FlowPackets;
  /** With the sender's numbers. Packets that could not be matched are left out. */
  readonly received: FlowPackets;
  /** Received packets which the sender's capture does not have. */
  readonly unmatched: number;
  /** Received packets which may be one of several that were sent. */
  readonly ambiguous: number;
  /** Why figures may be wrong; empty: nothing known. */
  readonly problems: readonly string[];
}

export interface MatchOptions {
  /**
   * Where several sent packets look alike, the received one is that which was sent at most so long before or after: delay and
   * clock offset together. 250 ms unless told.
   */
  readonly withinNs?: number;
}

/** Finds for each received packet the one that was sent. A packet that came twice gets the same number twice. */
export function matchIdentities(
  sent: IdentifiedFlow,
  received: IdentifiedFlow,
  options: MatchOptions = {},
): MatchedFlows {
  const withinNs = options.withinNs ?? 250_000_000;
  const shiftNs = nsBetween(sent.packets.base, received.packets.base);
  const candidates = indexByIdentity(sent.identity);
  const kept: number[] = [];
  const numbers: number[] = [];
  let unmatched = 0;
  let ambiguous = 0;
  received.identity.forEach((identity, index) => {
    const found = candidates.get(identity) ?? [];
    const at = received.packets.atNs[index]! + shiftNs;
    const near = found.length === 1 ? found : within(sent.packets, found, at, withinNs);
    if (near.length === 0) unmatched++;
    else if (near.length > 1) ambiguous++;
    else {
      kept.push(index);
      numbers.push(near[0]!);
    }
  });
  const problems = [
    ...(unmatched === 0 ? [] : [`${unmatched} received packets are not in the sender's capture`]),
    ...(ambiguous === 0
      ? []
      : [
          `${ambiguous} received packets look like several that were sent within ${withinNs / 1e6} ms and cannot be told apart`,
        ]),
  ];
  return {
    sent: { ...sent.packets, sequence: Float64Array.from(sent.identity, (_, index) => index) },
    received: { ...pick(received.packets, kept), sequence: Float64Array.from(numbers) },
    unmatched,
    ambiguous,
    problems,
  };
}

function indexByIdentity(identity: Float64Array): Map<number, number[]> {
  const byIdentity = new Map<number, number[]>();
  identity.forEach((value, index) => {
    const list = byIdentity.get(value);
    if (list === undefined) byIdentity.set(value, [index]);
    else list.push(index);
  });
  return byIdentity;
}

/** At most two of the candidates that were sent close enough to `at`: more are not needed to know that it is not one. */
function within({ atNs }: FlowTimes, candidates: readonly number[], at: number, withinNs: number): number[] {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (atNs[candidates[middle]!]! < at - withinNs) low = middle + 1;
    else high = middle;
  }
  return candidates.slice(low, low + 2).filter((index) => atNs[index]! <= at + withinNs);
}

function pick(packets: FlowTimes, indices: readonly number[]): FlowTimes {
  return {
    base: packets.base,
    count: indices.length,
    frame: Uint32Array.from(indices, (index) => packets.frame[index]!),
    atNs: Float64Array.from(indices, (index) => packets.atNs[index]!),
  };
}

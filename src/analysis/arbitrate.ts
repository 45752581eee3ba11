import type { ArbitratedFlows } from '../scenario/plan.js';
import { distinctDoubts } from './doubts.js';
import type { EventTimes } from './events.js';
import { measurePair, type Measured } from './measure.js';
import type { FlowPackets } from './packets.js';
import { senderSide, type SenderSide } from './sender-side.js';
import type { Evidence, FrameRef } from './types.js';

/** What of the captures' reader the arbitration uses. */
export interface PacketSource {
  packets(id: string, flow: Evidence['flows'][number]): FlowPackets;
}

/**
 * Redundant feeds as a receiver of all of them sees them, message by message (by sequence number), first arrival wins: one
 * measurement for each receiver, in the shape of a flow's.
 */
export function arbitrate(
  evidence: Evidence,
  captures: PacketSource,
  measured: readonly Measured[],
  times: EventTimes,
): Measured[] {
  return (evidence.arbitrations ?? []).flatMap((one) =>
    one.receivers.flatMap((receiver) => {
      const feeds = one.feeds.flatMap((name) => feedOf(evidence, captures, measured, name, receiver));
      return feeds.length < one.feeds.length ? [] : [together(one, receiver, feeds, times)];
    }),
  );
}

interface Feed {
  readonly measured: Measured;
  readonly flow: Evidence['flows'][number];
  readonly sent: FlowPackets;
  readonly arrived: FlowPackets;
}

function feedOf(
  evidence: Evidence,
  captures: PacketSource,
  measured: readonly Measured[],
  name: string,
  receiver: string,
): Feed[] {
  const flow = evidence.flows.find((one) => one.name === name);
  const own = measured.find((one) => one.measurement.flow === name && one.measurement.receiver === receiver);
  if (flow === undefined || own === undefined) return [];
  const { senderCapture, receiverCapture } = own.measurement;
  return [
    {
      measured: own,
      flow,
      sent: captures.packets(senderCapture, flow),
      arrived: captures.packets(receiverCapture, flow),
    },
  ];
}

function together(one: ArbitratedFlows, receiver: string, feeds: readonly Feed[], times: EventTimes): Measured {
  const [first] = feeds as [Feed];
  const sender = publishedBy(feeds);
  const arrivals = firstArrivalsOf(feeds);
  const result = measurePair({
    flow: { ...first.flow, name: one.name, item: one.item },
    receiver: first.flow.receivers.find(({ node }) => node === receiver)!,
    senderCapture: first.measured.measurement.senderCapture,
    receiverCapture: first.measured.measurement.receiverCapture,
    sender,
    packets: arrivals.packets,
    memberships: [],
    times,
    doubts: distinctDoubts(feeds.flatMap((feed) => feed.measured.captureDoubts)),
    alreadyHad: () => null,
  });
  const { measurement } = result;
  const captureOf = (ref: FrameRef | null): FrameRef | null =>
    ref === null ? null : { ...ref, capture: arrivals.captureOf(ref.frame), frame: arrivals.frameOf(ref.frame) };
  const sum = (of: (feed: Measured['measurement']) => number): number =>
    feeds.reduce((total, feed) => total + of(feed.measured.measurement), 0);
  const perEvent = (event: 'before' | 'initial' | 'reversion'): (typeof measurement.events)['before'] => ({
    ...measurement.events[event],
    duplicates: sum((feed) => feed.events[event].duplicates),
  });
  return {
    ...result,
    measurement: {
      ...measurement,
      source: [...new Set(feeds.map((feed) => feed.measured.measurement.source))].join(' + '),
      group: [...new Set(feeds.map((feed) => feed.measured.measurement.group))].join(' + '),
      from: [...new Set(feeds.map((feed) => feed.measured.measurement.from))].join(' + '),
      duplicates: sum((feed) => feed.duplicates),
      events: { before: perEvent('before'), initial: perEvent('initial'), reversion: perEvent('reversion') },
      periods: measurement.periods.map((period) => ({
        ...period,
        lastGood: captureOf(period.lastGood),
        firstGood: captureOf(period.firstGood),
      })),
      delay: null,
      arbitrates: feeds.map((feed) => feed.flow.name),
    },
  };
}

/**
 * Every message that any feed sent, dated by the first that did. A message lost on one feed may have been sent on another a
 * while earlier or later: its send time is open between the two, and so are the bounds of an outage.
 */
function publishedBy(feeds: readonly Feed[]): SenderSide {
  const sides = feeds.map((feed) => senderSide(feed.sent));
  const earliest = new Map<number, number>();
  const latest = new Map<number, number>();
  const frames = new Map<number, number>();
  for (const side of sides) {
    for (let k = 0; k < side.count; k++) {
      const sequence = side.sequence[k]!;
      const before = earliest.get(sequence);
      if (before === undefined || side.earliestNs[k]! < before) {
        earliest.set(sequence, side.earliestNs[k]!);
        frames.set(sequence, side.frame[k]!);
      }
      latest.set(sequence, Math.max(latest.get(sequence) ?? -Infinity, side.latestNs[k]!));
    }
  }
  const sequence = Float64Array.from(earliest.keys()).sort();
  const column = (of: ReadonlyMap<number, number>): Float64Array => sequence.map((number) => of.get(number)!);
  const earliestNs = monotonicFromEnd(column(earliest));
  const latestNs = monotonic(column(latest));
  return {
    count: sequence.length,
    ...{ sequence, atNs: column(earliest), frame: Uint32Array.from(sequence, (number) => frames.get(number)!) },
    ...{ earliestNs, latestNs },
    repeated: sides.reduce((total, side) => total + side.repeated, 0),
    stepBackNs: Math.max(...sides.map((side) => side.stepBackNs)),
  };
}

function monotonic(values: Float64Array): Float64Array {
  let latest = -Infinity;
  return values.map((value) => (latest = Math.max(latest, value)));
}

function monotonicFromEnd(values: Float64Array): Float64Array {
  return monotonic(values.map((value) => -value).reverse())
    .map((value) => -value)
    .reverse();
}

/** First arrival of each message from any feed, in order of arrival. `frame` is a number that the two functions resolve. */
function firstArrivalsOf(feeds: readonly Feed[]): {
  readonly packets: FlowPackets;
  readonly captureOf: (token: number) => string;
  readonly frameOf: (token: number) => number;
} {
  const all = feeds.flatMap(({ arrived }, feed) =>
    Array.from({ length: arrived.count }, (_, i) => ({
      feed,
      frame: arrived.frame[i]!,
      atNs: arrived.atNs[i]!,
      sequence: arrived.sequence[i]!,
    })),
  );
  all.sort((a, b) => a.atNs - b.atNs || a.feed - b.feed || a.frame - b.frame);
  const seen = new Set<number>();
  const first = all.filter(({ sequence }) => {
    if (seen.has(sequence)) return false;
    seen.add(sequence);
    return true;
  });
  return {
    packets: {
      base: feeds[0]!.arrived.base,
      count: first.length,
      frame: Uint32Array.from(first, (_, index) => index),
      atNs: Float64Array.from(first, (one) => one.atNs),
      sequence: Float64Array.from(first, (one) => one.sequence),
    },
    captureOf: (token) => feeds[first[token]!.feed]!.measured.measurement.receiverCapture,
    frameOf: (token) => first[token]!.frame,
  };
}

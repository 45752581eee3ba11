import { EVENTS, type EventTimes } from '../events.js';
import { measurePair, type Measured } from '../measure.js';
import type { CaptureContent, FlowPackets } from '../packets.js';
import { indexOfSequence, senderSide } from '../sender-side.js';
import type { Doubt } from '../doubts.js';
import type { EventName } from '../types.js';
import type { Flow, OrderFlow } from '../../traffic/types.js';
import { firstArrivals, type Exchange, type Span } from './exchange.js';
import type { OrderDirection } from './types.js';

export interface UdpInput {
  readonly order: OrderFlow;
  readonly clientCapture: string;
  readonly engineCapture: string;
  readonly client: CaptureContent;
  readonly engine: CaptureContent;
  readonly nothing: FlowPackets;
  readonly times: EventTimes;
}

export interface UdpMeasured {
  readonly exchange: Exchange;
  readonly directions: Readonly<
    Record<EventName, { readonly requests: OrderDirection; readonly replies: OrderDirection }>
  >;
  readonly unanswered: Readonly<Record<EventName, number>>;
  readonly orders: Readonly<Record<EventName, number>>;
  readonly blindNs: Readonly<Record<EventName, number>>;
  readonly doubts: readonly Doubt[];
}

/** Requests and replies as three flows: there, back, and there and back. */
export function measureUdp(input: UdpInput): UdpMeasured {
  const { order, client, engine, nothing } = input;
  const asked = client.flows.get(order.id) ?? nothing;
  const got = engine.flows.get(order.id) ?? nothing;
  const answered = engine.flows.get(order.replyId) ?? nothing;
  const heard = client.flows.get(order.replyId) ?? nothing;
  const there = pair(input, asked, got, [input.clientCapture, input.engineCapture]);
  const back = pair(input, ...byPlace(answered, heard), [input.engineCapture, input.clientCapture]);
  const round = pair(input, asked, heard, [input.clientCapture, input.clientCapture]);
  const perEvent = <T>(of: (event: EventName) => T): Record<EventName, T> =>
    Object.fromEntries(EVENTS.map((event) => [event, of(event)])) as Record<EventName, T>;
  return {
    exchange: exchangeOf(asked, heard, got, answered),
    directions: perEvent((event) => ({ requests: direction(there, event), replies: direction(back, event) })),
    unanswered: perEvent((event) => round.measurement.events[event].lost),
    orders: perEvent((event) => round.measurement.events[event].sent),
    blindNs: perEvent((event) => round.measurement.events[event].blindNs),
    doubts: [...round.doubts, ...ofDirection(there), ...ofDirection(back), ...silentEngine(got, answered, input.times)],
  };
}

/** An order that got through alone and whose reply did not is no recovery: whether that is there, the replies heard tell. */
function ofDirection({ doubts }: Measured): readonly Doubt[] {
  return doubts.filter(({ recovery }) => recovery !== true);
}

/**
 * The engine answers only what reaches it, so that numbers are missing among its replies that it never meant to send:
 * replies are counted by their place among those that left. -1: one that did not leave.
 */
function byPlace(sent: FlowPackets, arrived: FlowPackets): readonly [FlowPackets, FlowPackets] {
  const side = senderSide(sent);
  const place = (sequence: number): number => Math.max(-1, indexOfSequence(side, sequence));
  return [
    { ...sent, sequence: sent.sequence.map(place) },
    { ...arrived, sequence: arrived.sequence.map(place) },
  ];
}

function pair(
  { order, times }: UdpInput,
  sent: FlowPackets,
  arrived: FlowPackets,
  [senderCapture, receiverCapture]: readonly [string, string],
): Measured {
  const flow: Flow = {
    ...{ id: order.id, name: order.name, item: order.name, from: order.client, group: order.engine.address },
    ...{ port: order.port, ssm: false, intervalNs: order.intervalNs, payloadBytes: order.payloadBytes, ttl: 64 },
    ...{ tree: undefined, receivers: [] },
  };
  return measurePair({
    ...{ flow, receiver: { ...order.engine, igmp: 3, join: { when: 'start' } }, senderCapture, receiverCapture },
    ...{ sender: senderSide(sent), packets: arrived, memberships: [], times, doubts: [], alreadyHad: () => null },
  });
}

function direction({ measurement }: Measured, event: EventName): OrderDirection {
  const { sent, received, lost, duplicates, reordered } = measurement.events[event];
  return { sent, arrived: received, lost, retransmitted: 0, duplicates, reordered };
}

function exchangeOf(asked: FlowPackets, heard: FlowPackets, got: FlowPackets, answered: FlowPackets): Exchange {
  const sender = senderSide(asked);
  const replies = firstArrivals(heard);
  const answeredNs = new Float64Array(sender.count).fill(Infinity);
  for (const { sequence, atNs } of replies) {
    const k = indexOfSequence(sender, sequence);
    if (k >= 0) answeredNs[k] = atNs;
  }
  const left = new Map(firstArrivals(answered).map(({ sequence, atNs }) => [sequence, atNs]));
  const engineStalls = firstArrivals(got).flatMap(({ sequence, atNs }): Span[] => {
    const leftNs = left.get(sequence);
    return leftNs === undefined || leftNs <= atNs ? [] : [{ fromNs: atNs, toNs: leftNs }];
  });
  return {
    orders: Array.from(sender.atNs, (sentNs, k) => {
      const whenNs = answeredNs[k]!;
      return { sentNs, answeredNs: whenNs, waitsUntilNs: whenNs === Infinity ? sentNs : whenNs };
    }),
    replies,
    engineStalls,
  };
}

/** Orders that reached the engine and that it never answered are no loss of the network. */
function silentEngine(got: FlowPackets, answered: FlowPackets, times: EventTimes): Doubt[] {
  const left = new Set(answered.sequence);
  const ignored = firstArrivals(got).filter(
    ({ sequence, atNs }) => atNs >= times.fromNs && atNs <= times.toNs && !left.has(sequence),
  ).length;
  if (ignored === 0) return [];
  const text = `${ignored} orders reached the engine and were never answered there: it may have stood still`;
  return [{ text, explains: 'too-much' }];
}

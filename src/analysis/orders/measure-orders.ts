import { addNs, instantToText } from '../../core/instant.js';
import { delayFigures } from '../delay.js';
import { distinctDoubts, type Doubt } from '../doubts.js';
import { EVENTS, eventOfSend, eventSpan, type EventTimes } from '../events.js';
import type { CaptureContent, FlowPackets } from '../packets.js';
import { toleratedPauseNs } from '../limits.js';
import type { EventName, FrameRef } from '../types.js';
import type { OrderFlow } from '../../traffic/types.js';
import { gaps, type Exchange, type Gap, type PlacedOrder, type Reply } from './exchange.js';
import { measureTcp, type TcpMeasured } from './measure-tcp.js';
import { measureUdp } from './measure-udp.js';
import type { OrderEventFigures, OrderMeasurement, SessionReport, Silence } from './types.js';

export interface OrderInput {
  readonly order: OrderFlow;
  readonly clientCapture: string;
  readonly engineCapture: string;
  readonly client: CaptureContent;
  readonly engine: CaptureContent;
  /** Columns without a packet, for a flow that a capture has not. */
  readonly nothing: FlowPackets;
  readonly times: EventTimes;
  readonly doubts: readonly Doubt[];
  readonly clock: 'real' | 'virtual';
}

export interface MeasuredOrders {
  readonly measurement: OrderMeasurement;
  readonly doubts: readonly Doubt[];
}

const NO_TIME = 'by the virtual clock a processor takes no time: response times would say nothing';

/** Order entry of one client with one engine, from the captures at both ends. */
export function measureOrders(input: OrderInput): MeasuredOrders {
  const { order, times } = input;
  const parts = order.over === 'udp' ? udpParts(input) : tcpParts(input);
  const { exchange, sessions } = parts;
  const silences = gaps(exchange, times).map((gap) => silence(input, gap));
  const figures = (event: EventName): OrderEventFigures => ({
    ...parts.counts[event],
    silence: longestOf(silences.filter((one) => one.event === event)),
    sessionsLost: sessions.filter((one) => one.lost && one.event === event).length,
    sessionsOpened: sessions.filter((one) => openedIn(one, input) === event).length,
  });
  const doubts = distinctDoubts([...input.doubts, ...parts.doubts]);
  const response = input.clock === 'virtual' ? null : delayFigures(responseTimes(exchange, times));
  return {
    doubts,
    measurement: {
      ...{ item: order.name, over: order.over, client: order.client.node, engine: order.engine.node },
      ...{ intervalNs: order.intervalNs, clientCapture: input.clientCapture, engineCapture: input.engineCapture },
      events: { before: figures('before'), initial: figures('initial'), reversion: figures('reversion') },
      sessions,
      response,
      responseNote: response === null ? (input.clock === 'virtual' ? NO_TIME : 'no order was answered') : null,
      doubts: [...new Set(doubts.map((doubt) => doubt.text))],
    },
  };
}

type Counts = Omit<OrderEventFigures, 'silence' | 'sessionsLost' | 'sessionsOpened'>;
interface Parts {
  readonly exchange: Exchange;
  readonly sessions: readonly SessionReport[];
  readonly counts: Readonly<Record<EventName, Counts>>;
  readonly doubts: readonly Doubt[];
}

function udpParts(input: OrderInput): Parts {
  const { exchange, directions, orders, unanswered, blindNs: blind, doubts } = measureUdp(input);
  const counts = perEvent((event) => ({
    orders: orders[event],
    answered: orders[event] - unanswered[event],
    unanswered: unanswered[event],
    blindNs: blind[event],
    ...directions[event],
  }));
  return { exchange, sessions: [], counts, doubts };
}

function tcpParts(input: OrderInput): Parts {
  const { order, times, nothing } = input;
  const measured: TcpMeasured = measureTcp({
    ...{ order, clientCapture: input.clientCapture, client: input.client.tcp, engine: input.engine.tcp },
    ...{ base: nothing.base, times },
  });
  const { orders } = measured.exchange;
  const judged = orders.filter((one) => one.sentNs >= times.fromNs && one.sentNs <= times.toNs);
  const counts = perEvent((event) => {
    const own = judged.filter((one) => eventOfOrder(one, times) === event);
    const unanswered = own.filter((one) => one.answeredNs === Infinity).length;
    return {
      orders: own.length,
      answered: own.length - unanswered,
      unanswered,
      blindNs: Math.ceil(idleNs(orders, times, event)),
      ...measured.directions[event],
    };
  });
  const doubts = measured.doubts.map((text): Doubt => ({ text, explains: 'anything' }));
  return { exchange: measured.exchange, sessions: measured.sessions, counts, doubts };
}

/**
 * The longest time within an event in which no order left while none waited. What the client places while TCP waits for an
 * acknowledgement leaves later: that is no idleness of the client.
 */
function idleNs(orders: readonly PlacedOrder[], times: EventTimes, event: EventName): number {
  const span = eventSpan(times, event);
  let longestNs = 0;
  let busyUntilNs = -Infinity;
  const pause = (toNs: number): void => {
    const fromNs = Math.max(span.fromNs, busyUntilNs);
    if (fromNs < span.toNs) longestNs = Math.max(longestNs, toNs - fromNs);
  };
  for (const { sentNs, waitsUntilNs } of orders) {
    if (sentNs > span.fromNs) pause(sentNs);
    busyUntilNs = Math.max(busyUntilNs, sentNs, waitsUntilNs);
  }
  pause(times.toNs);
  return longestNs;
}

/** An order that was still waited for when the fault came belongs to it, where it was never answered. */
function eventOfOrder(order: PlacedOrder, times: EventTimes): EventName {
  const event = eventOfSend(times, order.sentNs);
  if (order.answeredNs !== Infinity) return event;
  if (event === 'before' && order.waitsUntilNs >= times.appliedFromNs) return 'initial';
  return event;
}

function silence({ clientCapture, nothing, times, order }: OrderInput, gap: Gap): Silence {
  const ref = (reply: Reply | null): FrameRef | null =>
    reply === null
      ? null
      : { capture: clientCapture, frame: reply.frame, at: instantToText(addNs(nothing.base, reply.atNs)) };
  const highNs = Math.ceil(gap.toNs - gap.fromNs);
  const startNs = Math.max(gap.fromNs, gap.dueNs);
  const lowNs = Math.max(0, Math.floor(gap.toNs - startNs - gap.stalledNs));
  const stalledNs = Math.floor(highNs - lowNs - order.intervalNs);
  return {
    event: eventOfGap(gap, startNs, times, order.intervalNs),
    length: { valueNs: highNs, lowNs, highNs, ...(gap.open ? { open: true as const } : {}) },
    lastReply: ref(gap.before),
    firstReply: ref(gap.after),
    endsStalledNs: stalledNs > toleratedPauseNs(order.intervalNs) ? stalledNs : 0,
  };
}

/** Where it began; but one that had hardly begun when the fault or its revert came belongs to that. */
function eventOfGap(gap: Gap, startNs: number, times: EventTimes, intervalNs: number): EventName {
  if (!times.hasFault) return 'initial';
  if (gap.toNs < times.appliedFromNs) return 'before';
  if (gap.toNs < times.revertFromNs) return 'initial';
  return times.revertFromNs - startNs > intervalNs ? 'initial' : 'reversion';
}

/** Each bound is the greatest of all: the longest true one is at least as long as each. */
function longestOf(silences: readonly Silence[]): Silence | null {
  let longest: Silence | null = null;
  for (const one of silences) {
    if (longest === null || one.length.highNs > longest.length.highNs) longest = one;
  }
  if (longest === null) return null;
  const lowNs = Math.max(...silences.map((one) => one.length.lowNs));
  const open = silences.some((one) => one.length.open);
  return { ...longest, length: { ...longest.length, lowNs, ...(open ? { open: true as const } : {}) } };
}

function openedIn(session: SessionReport, { nothing, times }: OrderInput): EventName | null {
  if (session.established === null) return null;
  const atNs = Number(BigInt(session.established.at) - nothing.base);
  return atNs < times.fromNs || atNs > times.toNs ? null : eventOfSend(times, atNs);
}

function responseTimes({ orders }: Exchange, times: EventTimes): Float64Array {
  const judged = orders.filter(
    (one) => one.sentNs >= times.fromNs && one.sentNs <= times.toNs && one.answeredNs !== Infinity,
  );
  return Float64Array.from(judged, (one) => one.answeredNs - one.sentNs);
}

function perEvent<T>(of: (event: EventName) => T): Record<EventName, T> {
  return Object.fromEntries(EVENTS.map((event) => [event, of(event)])) as Record<EventName, T>;
}

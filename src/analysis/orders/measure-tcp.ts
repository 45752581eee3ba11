import { addNs, instantToText } from '../../core/instant.js';
import { EVENTS, eventOfSend, type EventTimes } from '../events.js';
import type { TcpSegments } from '../packets.js';
import type { EventName, FrameRef } from '../types.js';
import type { OrderFlow } from '../../traffic/types.js';
import type { Exchange, PlacedOrder, Reply, Span } from './exchange.js';
import {
  delivered,
  firstSent,
  passages,
  reached,
  sentAgain,
  sessionsIn,
  type SessionSegments,
} from './tcp-sessions.js';
import type { OrderDirection, SessionReport } from './types.js';

export interface TcpInput {
  readonly order: OrderFlow;
  readonly clientCapture: string;
  readonly client: TcpSegments | undefined;
  readonly engine: TcpSegments | undefined;
  readonly base: bigint;
  readonly times: EventTimes;
}

export interface TcpMeasured {
  readonly exchange: Exchange;
  readonly sessions: readonly SessionReport[];
  readonly directions: Readonly<
    Record<EventName, { readonly requests: OrderDirection; readonly replies: OrderDirection }>
  >;
  readonly doubts: readonly string[];
}

/** TCP sessions from the captures at both ends. */
export function measureTcp(input: TcpInput): TcpMeasured {
  const { order, times } = input;
  const atClient = sessionsIn(input.client, order);
  const atEngine = sessionsIn(input.engine, order);
  const twin = (session: SessionSegments): SessionSegments | undefined =>
    atEngine.find((one) => one.clientPort === session.clientPort && one.clientIsn === session.clientIsn);
  const reports = atClient.map((session, index) => report(input, session, atClient[index + 1]));
  const replies = atClient.flatMap((session) => repliesOf(session, order.payloadBytes)).sort((a, b) => a.atNs - b.atNs);
  const orders = atClient.flatMap((session, index) => {
    const ended = reports[index]!.endNs;
    const heardAgain = replies.find((reply) => reply.atNs >= ended)?.atNs ?? Infinity;
    return ordersOf(session, order.payloadBytes, ended === Infinity ? Infinity : heardAgain);
  });
  const engineStalls = atClient.flatMap((session) => stallsOf(twin(session), order.payloadBytes));
  const none: SessionSegments = { clientPort: 0, clientIsn: 0, up: [], down: [] };
  const pairs = atClient.map((session) => ({ client: session, engine: twin(session) ?? none }));
  const doubts: string[] = [];
  if (atClient.length === 0) doubts.push(`capture ${input.clientCapture} has no session of ${order.name}`);
  return {
    exchange: {
      orders: orders.sort((a, b) => a.sentNs - b.sentNs),
      replies,
      engineStalls: engineStalls.sort((a, b) => a.fromNs - b.fromNs),
    },
    sessions: reports.map((one) => one.report),
    directions: Object.fromEntries(
      EVENTS.map((event) => [
        event,
        {
          requests: direction(
            pairs.map(({ client, engine }) => [client.up, engine.up]),
            event,
            times,
          ),
          replies: direction(
            pairs.map(({ client, engine }) => [engine.down, client.down]),
            event,
            times,
          ),
        },
      ]),
    ) as TcpMeasured['directions'],
    doubts,
  };
}

type Segments = SessionSegments['up'];

function direction(
  pairs: readonly (readonly [Segments, Segments])[],
  event: EventName,
  times: EventTimes,
): OrderDirection {
  let [sent, arrived, retransmitted] = [0, 0, 0];
  let whole = true;
  const within = ({ atNs }: { readonly atNs: number }): boolean =>
    atNs >= times.fromNs && atNs <= times.toNs && eventOfSend(times, atNs) === event;
  for (const [from, to] of pairs) {
    retransmitted += sentAgain(from).filter(({ firstSentNs }) => within({ atNs: firstSentNs })).length;
    const passed = passages(from, to);
    whole &&= passed !== undefined;
    const own = (passed ?? []).filter(within);
    sent += passed === undefined ? from.filter((one) => one.length > 0 && within(one)).length : own.length;
    arrived +=
      passed === undefined
        ? to.filter((one) => one.length > 0 && within(one)).length
        : own.filter((one) => one.arrived).length;
  }
  return { sent, arrived, lost: whole ? sent - arrived : null, retransmitted, duplicates: 0, reordered: 0 };
}

function ordersOf(session: SessionSegments, size: number, forgottenNs: number): PlacedOrder[] {
  const sent = firstSent(session.up);
  const heard = delivered(session.down);
  const count = Math.floor((sent.at(-1)?.offset ?? 0) / size);
  return Array.from({ length: count }, (_, m) => {
    const answeredNs = reached(heard, (m + 1) * size)?.atNs ?? Infinity;
    return {
      sentNs: reached(sent, (m + 1) * size)!.atNs,
      answeredNs,
      waitsUntilNs: answeredNs === Infinity ? forgottenNs : answeredNs,
    };
  });
}

/** Replies that became whole with one segment are one thing heard. */
function repliesOf(session: SessionSegments, size: number): Reply[] {
  let before = 0;
  return delivered(session.down).flatMap(({ offset, atNs, frame }) => {
    const count = Math.floor(offset / size);
    const came = count > before;
    before = count;
    return came ? [{ atNs, frame }] : [];
  });
}

/**
 * From an order's arrival at the engine to its reply's first leaving, where nothing of the session was on its way
 * unacknowledged then: TCP held nothing back, so the engine did.
 */
function stallsOf(session: SessionSegments | undefined, size: number): Span[] {
  if (session === undefined) return [];
  const got = delivered(session.up);
  const sent = firstSent(session.down);
  const acknowledged = session.up.filter((one) => one.acknowledged >= 0);
  let ack = 0;
  let acked = 0;
  let ackedAtNs = -Infinity;
  const spans: Span[] = [];
  const count = Math.floor((sent.at(-1)?.offset ?? 0) / size);
  for (let m = 0; m < count; m++) {
    const arrivedNs = reached(got, (m + 1) * size)?.atNs;
    const leftNs = reached(sent, (m + 1) * size)!.atNs;
    for (; ack < acknowledged.length && acknowledged[ack]!.atNs <= leftNs; ack++) {
      const { acknowledged: upTo, atNs } = acknowledged[ack]!;
      if (upTo > acked) [acked, ackedAtNs] = [upTo, atNs];
    }
    if (arrivedNs === undefined || acked < m * size) continue;
    const fromNs = Math.max(arrivedNs, ackedAtNs);
    if (leftNs > fromNs) spans.push({ fromNs, toNs: leftNs });
  }
  return spans;
}

function report(
  input: TcpInput,
  session: SessionSegments,
  next: SessionSegments | undefined,
): { readonly report: SessionReport; readonly endNs: number } {
  const { times, base } = input;
  const ref = ({ frame, atNs }: { readonly frame: number; readonly atNs: number }): FrameRef => ({
    capture: input.clientCapture,
    frame,
    at: instantToText(addNs(base, atNs)),
  });
  const established = session.down.find((one) => one.syn);
  const byClient = session.up.find((one) => one.rst || one.fin);
  const byEngine = session.down.find((one) => one.rst || one.fin);
  const first = [byClient, byEngine].filter((one) => one !== undefined).sort((a, b) => a.atNs - b.atNs)[0];
  const given = next?.up[0];
  const who = first === byClient ? 'client' : 'engine';
  const end =
    first !== undefined
      ? { segment: first, how: `${first.rst ? 'reset' : 'closed'} by the ${who}` }
      : given !== undefined
        ? { segment: given, how: 'given up: the client opened another' }
        : undefined;
  const endNs = end?.segment.atNs ?? Infinity;
  return {
    endNs,
    report: {
      clientPort: session.clientPort,
      opened: ref(session.up[0]!),
      established: established === undefined ? null : ref(established),
      ended: end === undefined ? null : { at: ref(end.segment), how: end.how },
      event: eventOfSend(times, endNs === Infinity ? session.up[0]!.atNs : endNs),
      lost: established !== undefined && endNs <= times.toNs && endNs >= times.fromNs,
    },
  };
}

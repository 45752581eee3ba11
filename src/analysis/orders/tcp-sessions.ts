import { ipv4FromText } from '../../packet/addresses.js';
import { ORDER_PORTS, type OrderFlow } from '../../traffic/types.js';
import type { TcpSegments } from '../packets.js';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/** One segment of a session in one capture. `offset` counts the stream's bytes from 0. */
export interface Segment {
  readonly atNs: number;
  readonly frame: number;
  readonly offset: number;
  readonly length: number;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  /** The first byte that it does not acknowledge, of the stream the other way; -1: it acknowledges nothing. */
  readonly acknowledged: number;
}

/** A TCP session (RFC 9293) as one capture shows it: from its first SYN on. */
export interface SessionSegments {
  readonly clientPort: number;
  readonly clientIsn: number;
  readonly up: readonly Segment[];
  readonly down: readonly Segment[];
}

/** The sessions of a flow of orders in one capture, in order. Segments of a session whose SYN was not captured are left out. */
export function sessionsIn(tcp: TcpSegments | undefined, order: OrderFlow): readonly SessionSegments[] {
  if (tcp === undefined) return [];
  const client = ipv4FromText(order.client.address);
  const engine = ipv4FromText(order.engine.address);
  const mine = (port: number): boolean => port >= order.sourcePort && port < order.sourcePort + ORDER_PORTS;
  const sessions: Building[] = [];
  const current = new Map<number, Building>();
  for (let i = 0; i < tcp.count; i++) {
    const [source, destination] = [tcp.source[i]!, tcp.destination[i]!];
    const [sourcePort, destinationPort] = [tcp.sourcePort[i]!, tcp.destinationPort[i]!];
    const up = source === client && destination === engine && destinationPort === order.port && mine(sourcePort);
    const down = source === engine && destination === client && sourcePort === order.port && mine(destinationPort);
    if (!up && !down) continue;
    const clientPort = up ? sourcePort : destinationPort;
    const flags = tcp.flags[i]!;
    const sequence = tcp.sequence[i]!;
    let session = current.get(clientPort);
    if (up && (flags & SYN) !== 0 && session?.clientIsn !== sequence) {
      session = { clientPort, clientIsn: sequence, engineIsn: undefined, up: [], down: [] };
      current.set(clientPort, session);
      sessions.push(session);
    }
    if (session === undefined) continue;
    if (down && (flags & SYN) !== 0) session.engineIsn ??= sequence;
    const [own, other] = up ? [session.clientIsn, session.engineIsn] : [session.engineIsn, session.clientIsn];
    (up ? session.up : session.down).push({
      atNs: tcp.atNs[i]!,
      frame: tcp.frame[i]!,
      offset: own === undefined ? -1 : offsetOf(sequence, own) - ((flags & SYN) !== 0 ? 0 : 1),
      length: tcp.length[i]!,
      syn: (flags & SYN) !== 0,
      fin: (flags & FIN) !== 0,
      rst: (flags & RST) !== 0,
      acknowledged: (flags & ACK) === 0 || other === undefined ? -1 : offsetOf(tcp.acknowledgement[i]!, other) - 1,
    });
  }
  return sessions;
}

interface Building {
  readonly clientPort: number;
  readonly clientIsn: number;
  engineIsn: number | undefined;
  readonly up: Segment[];
  readonly down: Segment[];
}

/** `sequence` − `isn` modulo 2^32, as a number that may be a little below 0. */
function offsetOf(sequence: number, isn: number): number {
  const distance = (sequence - isn) >>> 0;
  return distance >= 2 ** 31 ? distance - 2 ** 32 : distance;
}

/** When something was reached: growing offsets with the time and frame at which the stream came that far. */
export interface Progress {
  readonly offset: number;
  readonly atNs: number;
  readonly frame: number;
}

/** First time that bytes up to an offset left, by the sender's capture. */
export function firstSent(segments: readonly Segment[]): readonly Progress[] {
  const progress: Progress[] = [];
  let highest = 0;
  for (const { offset, length, atNs, frame } of segments) {
    if (length === 0 || offset < 0 || offset + length <= highest) continue;
    highest = offset + length;
    progress.push({ offset: highest, atNs, frame });
  }
  return progress;
}

/**
 * Segments that carry bytes which had left before, or a SYN that had: sent again. Each is dated by when its bytes (or the SYN)
 * left first: what repairs a loss belongs to the loss.
 */
export function sentAgain(segments: readonly Segment[]): readonly { readonly firstSentNs: number }[] {
  const first = firstSent(segments);
  let highest = 0;
  let firstSynNs: number | undefined;
  return segments.flatMap(({ offset, length, syn, atNs }) => {
    if (syn) {
      const again = firstSynNs !== undefined;
      firstSynNs ??= atNs;
      return again ? [{ firstSentNs: firstSynNs }] : [];
    }
    if (length === 0) return [];
    const again = offset < highest;
    highest = Math.max(highest, offset + length);
    return again ? [{ firstSentNs: reached(first, Math.max(0, offset) + 1)?.atNs ?? atNs }] : [];
  });
}

/** How far the stream was whole, by the receiver's capture. */
export function delivered(segments: readonly Segment[]): readonly Progress[] {
  const progress: Progress[] = [];
  let next = 0;
  let ahead: { from: number; to: number }[] = [];
  for (const { offset, length, atNs, frame } of segments) {
    if (length === 0 || offset + length <= next) continue;
    ahead.push({ from: offset, to: offset + length });
    const before = next;
    for (let grew = true; grew;) {
      grew = false;
      for (const { from, to } of ahead) {
        if (from <= next && to > next) {
          next = to;
          grew = true;
        }
      }
    }
    if (next === before) continue;
    ahead = ahead.filter(({ to }) => to > next);
    progress.push({ offset: next, atNs, frame });
  }
  return progress;
}

/** The first progress that reaches an offset. */
export function reached(progress: readonly Progress[], offset: number): Progress | undefined {
  let low = 0;
  let high = progress.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (progress[middle]!.offset >= offset) high = middle;
    else low = middle + 1;
  }
  return progress[low];
}

/** Each data segment (and SYN) that left, and whether it arrived. */
export interface Passage {
  readonly atNs: number;
  readonly arrived: boolean;
}

/**
 * Matches what left with what arrived: each arrival with the latest like it that had left by then.
 * @returns undefined where something arrived that never left like that: segments were cut differently on the way
 */
export function passages(sent: readonly Segment[], arrived: readonly Segment[]): readonly Passage[] | undefined {
  const keyOf = ({ offset, length, syn }: Segment): string => `${syn ? 'syn' : offset}:${length}`;
  const carries = ({ length, syn }: Segment): boolean => length > 0 || syn;
  const open = new Map<string, { atNs: number; arrived: boolean }[]>();
  const all: { atNs: number; arrived: boolean }[] = [];
  for (const segment of sent.filter(carries)) {
    const one = { atNs: segment.atNs, arrived: false };
    all.push(one);
    const key = keyOf(segment);
    open.set(key, [...(open.get(key) ?? []), one]);
  }
  for (const segment of arrived.filter(carries)) {
    const like = open.get(keyOf(segment)) ?? [];
    const match = like.findLast((one) => !one.arrived && one.atNs <= segment.atNs + CLOCK_TOLERANCE_NS);
    if (match === undefined) return undefined;
    match.arrived = true;
  }
  return all;
}

/** Stamps of one clock can differ so much across processors. */
const CLOCK_TOLERANCE_NS = 100_000;

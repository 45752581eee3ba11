import type { FlowPackets } from '../analysis/packets.js';
import type { Instant } from '../core/instant.js';
import { ipv4FromText, ipv4ToText } from './addresses.js';
import { forEachFrame, type Frame } from './capture-reader.js';
import { FrameNumberColumn, NumberColumn, Remarks, TimeBase } from './columns.js';
import { packetIdentity } from './packet-identity.js';
import { stampOf, summaryProblems } from './read-capture.js';
import { SequenceUnwrapper, readNumber, type FieldWidth } from './sequence-field.js';
import { UdpLocator } from './udp-locator.js';

/** Which UDP packets make the flow. What is not given, is not looked at. */
export interface FlowFilter {
  /** Dotted quads. */
  readonly destination?: string;
  readonly source?: string;
  readonly destinationPort?: number;
  readonly sourcePort?: number;
}

/** By what the packets of a flow are told apart, where they do not carry faultline's own payload. */
export type FlowIdentity =
  | {
      readonly kind: 'sequence';
      /** Of the number, in the UDP payload. */
      readonly offset: number;
      readonly width: FieldWidth;
      readonly byteOrder: 'big' | 'little';
      /** How many numbers a packet takes, where that is not always one. Packets with an `empty` count are left out. */
      readonly count?: { readonly offset: number; readonly width: FieldWidth; readonly empty: readonly number[] };
    }
  /** IP identification and the first bytes of the payload (64 unless told), which both captures must hold. */
  | { readonly kind: 'packet'; readonly payloadBytes?: number }
  /** Nothing: only when packets came. */
  | { readonly kind: 'rate' };

/** MoldUDP64: a packet is known by its first message; heartbeats and the end of the session carry none. */
export const MOLD_UDP64: Extract<FlowIdentity, { kind: 'sequence' }> = {
  kind: 'sequence',
  offset: 10,
  width: 8,
  byteOrder: 'big',
  count: { offset: 18, width: 2, empty: [0, 0xffff] },
};

const DEFAULT_PAYLOAD_BYTES = 64;

/** When the packets of a flow came, in the file's order, as columns of the same length; see `FlowPackets`. */
export type FlowTimes = Omit<FlowPackets, 'sequence'>;

interface FlowFound {
  /** Of the whole file. */
  readonly frames: number;
  /** Why figures may be wrong; empty: nothing known. */
  readonly problems: readonly string[];
}

/** Numbers go on over the field's end: after 65535 comes 65536. */
export interface SequencedFlow extends FlowFound {
  readonly kind: 'sequence';
  readonly packets: FlowPackets;
  /** After how many numbers the field begins again; Infinity for eight bytes. */
  readonly modulus: number;
  /** How many numbers each packet takes; undefined: one. */
  readonly counts: Float64Array | undefined;
}
/** Packets that are the same packet in two captures have the same `identity`, a 53-bit hash. */
export interface IdentifiedFlow extends FlowFound {
  readonly kind: 'packet';
  readonly packets: FlowTimes;
  readonly identity: Float64Array;
}
export interface TimedFlow extends FlowFound {
  readonly kind: 'rate';
  readonly packets: FlowTimes;
}
export type GenericFlow = SequencedFlow | IdentifiedFlow | TimedFlow;

/**
 * Reads one flow of a capture that was made anywhere, in one pass. To compare two captures, read both with the same filter,
 * identity and base, then give them to `alignSequences` or `matchIdentities`.
 * @param base zero of all times; unless given, the second in which the capture's first frame lies
 * @throws CaptureFileError where the file cannot be opened or is no capture; RangeError where an address is none
 */
export function readGenericFlow<K extends FlowIdentity['kind']>(
  path: string,
  filter: FlowFilter,
  identity: Extract<FlowIdentity, { kind: K }>,
  base?: Instant,
): Extract<GenericFlow, { kind: K }>;
export function readGenericFlow(path: string, filter: FlowFilter, identity: FlowIdentity, base?: Instant): GenericFlow {
  const matches = flowTest(filter);
  const locator = new UdpLocator();
  const remarks = new Remarks();
  const columns = { frame: new FrameNumberColumn(), atNs: new NumberColumn() };
  const take = takerOf(identity, remarks);
  let time = base === undefined ? undefined : new TimeBase(base);
  let flow: { source: number; destination: number; port: number } | undefined;

  const summary = forEachFrame(path, (frame) => {
    time ??= frame.timed ? new TimeBase(BigInt(frame.seconds) * 1_000_000_000n) : undefined;
    const located = locator.locate(frame);
    if (located === 'unknown-link') remarks.add(`link type ${frame.linkType} is not known`, frame.number);
    if (located !== 'udp' || !matches(locator)) return;
    flow ??= { source: locator.source, destination: locator.destination, port: locator.destinationPort };
    if (
      locator.source !== flow.source ||
      locator.destination !== flow.destination ||
      locator.destinationPort !== flow.port
    ) {
      remarks.add('the filter takes packets of more than one flow', frame.number);
    }
    const atNs = stampOf(frame, time ?? new TimeBase(0n), remarks);
    if (atNs === undefined || !take.add(frame, locator)) return;
    columns.frame.add(frame.number);
    columns.atNs.add(atNs);
  });

  const times: FlowTimes = {
    base: time?.base ?? 0n,
    count: columns.atNs.count,
    frame: columns.frame.take(),
    atNs: columns.atNs.take(),
  };
  return take.finish(times, {
    frames: summary.frames,
    problems: [...summaryProblems(summary), ...remarks.list()],
  });
}

function flowTest(filter: FlowFilter): (locator: UdpLocator) => boolean {
  const destination = filter.destination === undefined ? undefined : ipv4FromText(filter.destination);
  const source = filter.source === undefined ? undefined : ipv4FromText(filter.source);
  const { destinationPort, sourcePort } = filter;
  return (locator) =>
    (destination === undefined || locator.destination === destination) &&
    (source === undefined || locator.source === source) &&
    (destinationPort === undefined || locator.destinationPort === destinationPort) &&
    (sourcePort === undefined || locator.sourcePort === sourcePort);
}

/** Takes what one kind of identity needs of each packet. `add` says false where the packet is left out. */
interface Taker {
  add(frame: Frame, locator: UdpLocator): boolean;
  finish(times: FlowTimes, found: FlowFound): GenericFlow;
}

function takerOf(identity: FlowIdentity, remarks: Remarks): Taker {
  switch (identity.kind) {
    case 'sequence':
      return sequenceTaker(identity, remarks);
    case 'packet':
      return identityTaker(identity.payloadBytes ?? DEFAULT_PAYLOAD_BYTES, remarks);
    case 'rate':
      return { add: () => true, finish: (packets, found) => ({ kind: 'rate', packets, ...found }) };
  }
}

function sequenceTaker(
  { offset, width, byteOrder, count }: Extract<FlowIdentity, { kind: 'sequence' }>,
  remarks: Remarks,
): Taker {
  const little = byteOrder === 'little';
  const numbers = new NumberColumn();
  const counts = new NumberColumn();
  const unwrapper = new SequenceUnwrapper(width);
  const needed = Math.max(offset + width, count === undefined ? 0 : count.offset + count.width);
  return {
    add({ view, number }, { payloadStart, payloadEnd }) {
      if (payloadEnd - payloadStart < needed) {
        remarks.add('it is too short for the sequence field and was left out', number);
        return false;
      }
      if (count !== undefined) {
        const taken = readNumber(view, payloadStart + count.offset, count.width, little);
        if (count.empty.includes(taken)) return false;
        counts.add(taken);
      }
      const raw = readNumber(view, payloadStart + offset, width, little);
      if (!Number.isSafeInteger(raw)) remarks.add('its sequence number is beyond 2^53 and not exact', number);
      numbers.add(unwrapper.unwrap(raw));
      return true;
    },
    finish: (times, found) => ({
      kind: 'sequence',
      packets: { ...times, sequence: numbers.take() },
      modulus: unwrapper.modulus,
      counts: count === undefined ? undefined : counts.take(),
      ...found,
    }),
  };
}

function identityTaker(payloadBytes: number, remarks: Remarks): Taker {
  const identities = new NumberColumn();
  return {
    add({ bytes, number }, { payloadStart, payloadEnd, payloadLength, identification }) {
      const length = Math.min(payloadBytes, payloadLength);
      if (payloadEnd - payloadStart < length) {
        remarks.add(`less than ${length} bytes of its payload were captured and it was left out`, number);
        return false;
      }
      identities.add(packetIdentity(bytes, payloadStart, payloadStart + length, identification, payloadLength));
      return true;
    },
    finish: (packets, found) => ({ kind: 'packet', packets, identity: identities.take(), ...found }),
  };
}

/** One flow of a capture. */
export interface FlowSeen {
  readonly source: string;
  readonly destination: string;
  readonly destinationPort: number;
  readonly packets: number;
  /** Of the first packet. */
  readonly frame: number;
}

/** Which UDP flows a capture holds, the one with the most packets first. @throws CaptureFileError as `readGenericFlow` */
export function surveyFlows(path: string): readonly FlowSeen[] {
  const locator = new UdpLocator();
  const byDestination = new Map<number, Map<number, { packets: number; frame: number }>>();
  forEachFrame(path, (frame) => {
    if (locator.locate(frame) !== 'udp') return;
    const key = locator.destination * 65_536 + locator.destinationPort;
    let bySource = byDestination.get(key);
    if (bySource === undefined) {
      bySource = new Map<number, { packets: number; frame: number }>();
      byDestination.set(key, bySource);
    }
    const seen = bySource.get(locator.source);
    if (seen === undefined) bySource.set(locator.source, { packets: 1, frame: frame.number });
    else seen.packets++;
  });
  return Array.from(byDestination, ([key, bySource]) =>
    Array.from(bySource, ([source, seen]) => ({
      source: ipv4ToText(source),
      destination: ipv4ToText(Math.floor(key / 65_536)),
      destinationPort: key % 65_536,
      ...seen,
    })),
  )
    .flat()
    .sort((a, b) => b.packets - a.packets || a.frame - b.frame);
}

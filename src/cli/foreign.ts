import { basename } from 'node:path';
import { formatBounded } from '../analysis/format.js';
import { analyzePair } from '../analysis/pair.js';
import type { ForeignPair, ForeignSide, PairMeasurement } from '../analysis/pair-types.js';
import type { FlowPackets } from '../analysis/packets.js';
import { formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import {
  MOLD_UDP64,
  readGenericFlow,
  surveyFlows,
  type FlowFilter,
  type FlowIdentity,
} from '../packet/generic-flow.js';
import { alignSequences, matchIdentities } from '../packet/match-flows.js';

/** What the user says of captures that faultline did not make. */
export interface ForeignOptions {
  readonly tx?: string;
  readonly rx?: string;
  readonly flow?: string;
  readonly sequence?: string;
  readonly identity?: boolean;
  readonly rateOnly?: boolean;
  readonly rate?: string;
  readonly sameClock?: boolean;
}

/** @throws UsageError, CaptureFileError */
export function analyzeForeign(options: ForeignOptions): PairMeasurement {
  const rx = options.rx!;
  return analyzePair({
    ...pairOf(options, rx, flowFilter(options.flow, rx)),
    intervalNs: intervalOf(options.rate),
    sameClock: options.sameClock === true,
    window: undefined,
  });
}

function pairOf(
  options: ForeignOptions,
  rx: string,
  filter: FlowFilter,
): Pick<ForeignPair, 'sequenceFrom' | 'tx' | 'rx'> {
  const { tx } = options;
  const sideOf = (
    path: string,
    packets: FlowPackets,
    problems: readonly string[],
    counts?: Float64Array,
  ): ForeignSide => ({
    name: basename(path),
    packets,
    problems,
    counts,
  });
  if (options.sequence !== undefined) {
    const identity = sequenceOf(options.sequence);
    const received = readGenericFlow(rx, filter, identity);
    if (tx === undefined) {
      const alone = sideOf(rx, received.packets, received.problems, received.counts);
      return { sequenceFrom: 'field', tx: undefined, rx: alone };
    }
    const sent = readGenericFlow(tx, filter, identity, received.packets.base);
    return {
      sequenceFrom: 'field',
      tx: sideOf(tx, sent.packets, sent.problems, sent.counts),
      rx: sideOf(rx, alignSequences(sent, received), received.problems, received.counts),
    };
  }
  if (options.rateOnly === true || tx === undefined) {
    const received = readGenericFlow(rx, filter, { kind: 'rate' });
    const packets = { ...received.packets, sequence: Float64Array.from(received.packets.atNs, (_, index) => index) };
    return { sequenceFrom: 'none', tx: undefined, rx: sideOf(rx, packets, received.problems) };
  }
  const received = readGenericFlow(rx, filter, { kind: 'packet' });
  const sent = readGenericFlow(tx, filter, { kind: 'packet' }, received.packets.base);
  const matched = matchIdentities(sent, received);
  return {
    sequenceFrom: 'identity',
    tx: sideOf(tx, matched.sent, sent.problems),
    rx: sideOf(rx, matched.received, [...received.problems, ...matched.problems]),
  };
}

function sequenceOf(text: string): Extract<FlowIdentity, { kind: 'sequence' }> {
  if (text === 'moldudp64') return MOLD_UDP64;
  const match = /^(\d+):([1248])(le)?$/.exec(text);
  if (match === null)
    throw new UsageError(`--sequence ${text}: write offset:bytes as 0:4, 10:8 or 0:4le, or moldudp64`);
  return {
    kind: 'sequence',
    offset: Number(match[1]),
    width: Number(match[2]) as 1 | 2 | 4 | 8,
    byteOrder: match[3] === 'le' ? 'little' : 'big',
  };
}

/** `[source>]group[:port]`; without one the flow with the most packets. */
function flowFilter(text: string | undefined, rx: string): FlowFilter {
  if (text === undefined) {
    const busiest = surveyFlows(rx)[0];
    if (busiest === undefined) throw new UsageError(`${rx} holds no UDP packet`);
    return { source: busiest.source, destination: busiest.destination, destinationPort: busiest.destinationPort };
  }
  const match = /^(?:(\d+\.\d+\.\d+\.\d+)>)?(\d+\.\d+\.\d+\.\d+)(?::(\d+))?$/.exec(text);
  if (match === null) throw new UsageError(`--flow ${text}: write 239.1.1.1:5001 or 10.0.0.1>239.1.1.1:5001`);
  return {
    destination: match[2]!,
    ...(match[1] === undefined ? {} : { source: match[1] }),
    ...(match[3] === undefined ? {} : { destinationPort: Number(match[3]) }),
  };
}

function intervalOf(rate: string | undefined): number | undefined {
  if (rate === undefined) return undefined;
  const pps = Number(rate.replace(/\s*pps$/, ''));
  if (!(pps > 0)) throw new UsageError(`--rate ${rate}: write packets per second, as 1000`);
  return 1e9 / pps;
}

/** The measurement for people. */
export function describeForeign(measured: PairMeasurement): string {
  const count = (number: number | null): string => (number === null ? 'not known by this method' : String(number));
  const lines = [
    `method      ${measured.method}: ${measured.methodText}`,
    `interval    ${formatDuration(measured.intervalNs)} (${measured.intervalFrom})`,
    `sent        ${count(measured.sent)}`,
    `received    ${measured.received}`,
    `lost        ${measured.lost}`,
    `duplicates  ${count(measured.duplicates)}`,
    `reordered   ${count(measured.reordered)}`,
    `largest     ${measured.largest === null ? 'nothing lost' : formatBounded(measured.largest)}`,
    `sum         ${measured.sum === null ? 'nothing lost' : formatBounded(measured.sum)}`,
    ...measured.periods.map(
      (period) =>
        `  ${formatBounded(period.outage)}: ${period.lost} packets, frames ${period.lastGood?.frame ?? '–'} to ${period.firstGood?.frame ?? '–'}`,
    ),
    ...measured.doubts.map((doubt) => `doubt       ${doubt}`),
  ];
  return `${lines.join('\n')}\n`;
}

import { UsageError } from '../core/errors.js';
import { addNs, instantFromText, instantToText, nsBetween, type Instant, type InstantText } from '../core/instant.js';
import { delayFigures, oneWayDelays } from './delay.js';
import { delayDoubts, packets as packetCount, stepBackDoubts } from './doubts.js';
import { longest, lossRuns, total } from './loss-runs.js';
import { matchArrivals, missingAtSender, unexplainedArrivals, type Matched } from './match.js';
import type { FlowPackets } from './packets.js';
import { receiverOnly } from './pair-receiver.js';
import { rateSeries } from './rate.js';
import { reordering } from './reordering.js';
import { senderSide, sentWithin, type SenderSide, type SentRange } from './sender-side.js';
import type { Bounded, DelayFigures, FrameRef, RateSeries } from './types.js';

/** One flow in captures that faultline did not make. */
export interface ForeignPair {
  /**
   * What the `sequence` columns are: a `field` of the packets (unwrapped, so that it only grows); `identity`: the
   * packet's place among the sender's (0, 1, 2 …) and, in the receiver's column, the place of the same packet there, or
   * -1 where it was never sent; `none`: nothing (rate only).
   */
  readonly sequenceFrom: 'field' | 'identity' | 'none';
  readonly tx: ForeignSide | undefined;
  readonly rx: ForeignSide;
  /** Nominal packet interval; undefined: the median that the captures show. */
  readonly intervalNs: number | undefined;
  /** Both captures were stamped by one clock: one-way delays mean something. */
  readonly sameClock: boolean;
  /** Only packets sent in it are judged; undefined: from the first packet that arrived to the last. */
  readonly window: { readonly from: InstantText; readonly to: InstantText } | undefined;
}

export interface ForeignSide {
  /** For frame references: the file's name. */
  readonly name: string;
  readonly packets: FlowPackets;
}

export interface PairPeriod {
  /** By rate only: how many packets fit into the gap. */
  readonly lost: number;
  readonly firstLostSeq: number | null;
  readonly lastLostSeq: number | null;
  readonly firstLostSentAt: InstantText | null;
  readonly lastLostSentAt: InstantText | null;
  readonly lastGood: FrameRef | null;
  readonly firstGood: FrameRef | null;
  readonly outage: Bounded;
  /** null: without a sender's capture it is not known. */
  readonly senderStallNs: number | null;
}

/** What can be told of one flow between two captures. null: this method cannot tell. */
export interface PairMeasurement {
  readonly method: 'sequence' | 'identity' | 'receiver-sequence' | 'rate';
  /** One line for people: how the figures were found, and what they rest on. */
  readonly methodText: string;
  readonly intervalNs: number;
  readonly intervalFrom: 'given' | 'median';
  readonly sent: number | null;
  readonly received: number;
  readonly lost: number;
  readonly duplicates: number | null;
  readonly reordered: number | null;
  readonly reorderingExtentMax: number | null;
  readonly periods: readonly PairPeriod[];
  /** null where nothing was lost. */
  readonly largest: Bounded | null;
  readonly sum: Bounded | null;
  /** Longest time in which the sender sent nothing. */
  readonly blindNs: number | null;
  readonly delay: DelayFigures | null;
  readonly rate: RateSeries;
  readonly doubts: readonly string[];
}

/**
 * Outages of one flow from captures made elsewhere: sent against received where there are both and packets can be told
 * apart, else by the receiver's sequence numbers, else by gaps in its rate; the result says which.
 * @throws UsageError where there is nothing to measure or no packet interval.
 */
export function analyzePair(pair: ForeignPair): PairMeasurement {
  if (pair.rx.packets.count === 0 && (pair.tx?.packets.count ?? 0) === 0) {
    throw new UsageError('no packet of the flow in the captures');
  }
  if (pair.sequenceFrom === 'none' || pair.tx === undefined) return receiverOnly(pair);
  return bothSides(pair, pair.tx, pair.sequenceFrom);
}

function bothSides(pair: ForeignPair, tx: ForeignSide, from: 'field' | 'identity'): PairMeasurement {
  const base = pair.rx.packets.base;
  const sender = senderSide(onBase(tx.packets, base));
  const receiver = pair.rx.packets;
  if (sender.count === 0) throw new UsageError(`no packet of the flow in ${tx.name}`);
  const intervalNs = pair.intervalNs ?? medianInterval(sender);
  const matched = matchArrivals(sender, receiver);
  const range = judgedRange(pair, sender, matched, base);
  const watched = { fromNs: sender.earliestNs[range.first] ?? 0, toNs: sender.latestNs[range.end - 1] ?? 0 };
  const runs = lossRuns(sender, matched, range, intervalNs, watched);
  const order = matched.order.filter((k) => k >= range.first && k < range.end);
  const reordered = reordering(order);
  const delay = pair.sameClock ? delayFigures(oneWayDelays(sender, receiver, matched, range)) : null;
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  const sent = range.end - range.first;
  const outages = runs.map((run) => run.outage);
  const at = (ns: number): InstantText => instantToText(addNs(base, ns));
  const unexplained = unexplainedArrivals(sender, receiver, matched, range, watched);
  const missing = missingAtSender(sender, range);
  const outside = pair.window === undefined ? sender.count - sent : 0;
  return {
    method: from === 'field' ? 'sequence' : 'identity',
    methodText:
      (from === 'field' ? 'sent against received by sequence number' : 'sent against received by packet identity') +
      '; an outage is n lost packets times their interval (RFC 6412 Eq. 4), bounded by the real send times',
    intervalNs,
    intervalFrom: pair.intervalNs === undefined ? 'median' : 'given',
    sent,
    received: sent - lost,
    lost,
    duplicates: matched.repeats.subarray(range.first, range.end).reduce((a, b) => a + b, 0),
    reordered: reordered.positions.length,
    reorderingExtentMax: reordered.extents.reduce((a, b) => Math.max(a, b), 0),
    periods: runs.map((run) => ({
      lost: run.lost,
      firstLostSeq: sender.sequence[run.first]!,
      lastLostSeq: sender.sequence[run.last]!,
      firstLostSentAt: at(sender.atNs[run.first]!),
      lastLostSentAt: at(sender.atNs[run.last]!),
      lastGood: arrivalRef(pair.rx, run.goodBefore),
      firstGood: arrivalRef(pair.rx, run.goodAfter),
      outage: run.outage,
      senderStallNs: run.senderStallNs,
    })),
    largest: longest(outages),
    sum: total(outages),
    blindNs: longestPause(sender, range),
    delay,
    rate: rateOf(receiver, intervalNs),
    doubts: [
      ...stepBackDoubts(tx.name, sender.stepBackNs, intervalNs).map((doubt) => doubt.text),
      ...delayDoubts(delay, intervalNs).map((doubt) => doubt.text),
      ...(sender.repeated > 0 ? [`${tx.name} has ${packetCount(sender.repeated)} of the flow more than once`] : []),
      ...(missing > 0 ? [`${tx.name} lacks ${missing} sequence numbers: not sent, or not captured`] : []),
      ...(unexplained > 0 ? [`${packetCount(unexplained)} arrived that ${tx.name} did not see leave`] : []),
      ...(outside > 0
        ? [`${packetCount(outside)} sent before the first or after the last arrival not judged: name a window`]
        : []),
    ],
  };
}

/** Without a window nothing says that the receiver's capture was running before the first and after the last arrival. */
function judgedRange(pair: ForeignPair, sender: SenderSide, matched: Matched, base: Instant): SentRange {
  if (pair.window !== undefined) {
    const ns = (text: InstantText): number => nsBetween(base, instantFromText(text));
    return sentWithin(sender, ns(pair.window.from), ns(pair.window.to));
  }
  if (matched.order.length === 0) return { first: 0, end: sender.count };
  let first = sender.count;
  let last = -1;
  for (const k of matched.order) {
    first = Math.min(first, k);
    last = Math.max(last, k);
  }
  return { first, end: last + 1 };
}

function longestPause(sender: SenderSide, range: SentRange): number {
  let longestNs = 0;
  for (let k = range.first + 1; k < range.end; k++) {
    longestNs = Math.max(longestNs, sender.atNs[k]! - sender.atNs[k - 1]!);
  }
  return longestNs;
}

export function rateOf(receiver: FlowPackets, intervalNs: number): RateSeries {
  const fromNs = receiver.atNs.reduce((a, b) => Math.min(a, b), Infinity);
  const toNs = receiver.atNs.reduce((a, b) => Math.max(a, b), -Infinity);
  return receiver.count === 0 ? rateSeries(receiver, 0, 0, intervalNs) : rateSeries(receiver, fromNs, toNs, intervalNs);
}

export function arrivalRef(side: ForeignSide, index: number): FrameRef | null {
  if (index < 0) return null;
  const { base, frame, atNs } = side.packets;
  return { capture: side.name, frame: frame[index]!, at: instantToText(addNs(base, atNs[index]!)) };
}

/** The median time per sequence number between neighbours. @throws UsageError where there is none. */
export function medianInterval(side: Pick<SenderSide, 'count' | 'atNs' | 'sequence'>): number {
  const gaps = new Float64Array(Math.max(0, side.count - 1));
  for (let k = 1; k < side.count; k++) {
    gaps[k - 1] = (side.atNs[k]! - side.atNs[k - 1]!) / (side.sequence[k]! - side.sequence[k - 1]!);
  }
  const median = gaps.sort()[Math.floor(gaps.length / 2)];
  if (median !== undefined && median > 0) return median;
  throw new UsageError('the captures do not show a packet interval: name it');
}

function onBase(packets: FlowPackets, base: Instant): FlowPackets {
  if (packets.base === base) return packets;
  const shiftNs = nsBetween(base, packets.base);
  return { ...packets, base, atNs: packets.atNs.map((at) => at + shiftNs) };
}

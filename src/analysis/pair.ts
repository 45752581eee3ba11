import { UsageError } from '../core/errors.js';
import { addNs, instantFromText, instantToText, nsBetween, type Instant, type InstantText } from '../core/instant.js';
import { delayFigures, oneWayDelays } from './delay.js';
import { delayDoubts, packets as packetCount, stepBackDoubts } from './doubts.js';
import { longest, lossRuns, total } from './loss-runs.js';
import { matchArrivals, missingAtSender, unexplainedArrivals, type Matched } from './match.js';
import type { FlowPackets } from './packets.js';
import { frameRef, medianInterval, problemsOf, rateOf } from './pair-common.js';
import { receiverOnly } from './pair-receiver.js';
import type { ForeignPair, ForeignSide, PairMeasurement } from './pair-types.js';
import { reordering } from './reordering.js';
import type { FrameRef } from './types.js';
import { indexOfSequence, senderSide, sentWithin, type SenderSide, type SentRange } from './sender-side.js';

/**
 * Outages of one flow from captures made elsewhere: sent against received where there are both and packets can be told
 * apart, else by the receiver's sequence numbers, else by gaps in its rate; the result says which.
 * @throws UsageError where there is nothing to measure or no packet interval.
 */
export function analyzePair(pair: ForeignPair): PairMeasurement {
  if (pair.rx.packets.count === 0 && (pair.tx?.packets.count ?? 0) === 0) {
    throw new UsageError('no packet of the flow in the captures');
  }
  if (pair.sequenceFrom === 'none') return receiverOnly(pair);
  if (pair.tx === undefined) {
    if (pair.sequenceFrom === 'field') return receiverOnly(pair);
    throw new UsageError("packets can be told apart by their identity only with the sender's capture");
  }
  return bothSides(pair, pair.tx, pair.sequenceFrom);
}

function bothSides(pair: ForeignPair, tx: ForeignSide, from: 'field' | 'identity'): PairMeasurement {
  const base = pair.rx.packets.base;
  const { sender, receiver, numbers, missingIn } = numberPackets(tx, onBase(tx.packets, base), pair.rx.packets);
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
  const arrival = (i: number): FrameRef | null =>
    i < 0 ? null : frameRef(pair.rx.name, base, receiver.frame[i]!, receiver.atNs[i]!);
  const at = (ns: number): InstantText => instantToText(addNs(base, ns));
  const unexplained = unexplainedArrivals(sender, receiver, matched, range, watched);
  const missing = missingIn(range);
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
      firstLostSeq: numbers[run.first]!,
      lastLostSeq: numbers[run.last]!,
      firstLostSentAt: at(sender.atNs[run.first]!),
      lastLostSentAt: at(sender.atNs[run.last]!),
      lastGood: arrival(run.goodBefore),
      firstGood: arrival(run.goodAfter),
      outage: run.outage,
      senderStallNs: run.senderStallNs,
    })),
    largest: longest(outages),
    sum: total(outages),
    blindNs: longestPause(sender, range),
    delay,
    rate: rateOf(receiver, intervalNs),
    doubts: [
      ...problemsOf(tx, pair.rx),
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

interface Numbered {
  readonly sender: SenderSide;
  readonly receiver: FlowPackets;
  /** The numbers as they stand in the packets, by sender-side index. */
  readonly numbers: Float64Array;
  /** How many of them the sender's capture lacks in a range. */
  readonly missingIn: (range: SentRange) => number;
}

/** Where packets take several numbers each, they are counted by their place among the sender's instead. */
function numberPackets(tx: ForeignSide, sent: FlowPackets, receiver: FlowPackets): Numbered {
  const side = senderSide(sent);
  const numbers = side.sequence;
  if (tx.counts === undefined) {
    return { sender: side, receiver, numbers, missingIn: (range) => missingAtSender(side, range) };
  }
  const place = (sequence: number): number => Math.max(-1, indexOfSequence(side, sequence));
  const counts = new Float64Array(side.count);
  sent.sequence.forEach((sequence, i) => (counts[place(sequence)] = tx.counts![i]!));
  return {
    sender: senderSide({ ...sent, sequence: sent.sequence.map(place) }),
    receiver: { ...receiver, sequence: receiver.sequence.map(place) },
    numbers,
    missingIn: (range) => {
      let missing = 0;
      for (let k = range.first + 1; k < range.end; k++) {
        missing += Math.max(0, numbers[k]! - numbers[k - 1]! - counts[k - 1]!);
      }
      return missing;
    },
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

function onBase(packets: FlowPackets, base: Instant): FlowPackets {
  if (packets.base === base) return packets;
  const shiftNs = nsBetween(base, packets.base);
  return { ...packets, base, atNs: packets.atNs.map((at) => at + shiftNs) };
}

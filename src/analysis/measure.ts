import { addNs, instantToText } from '../core/instant.js';
import type { Flow, FlowReceiver } from '../traffic/types.js';
import { delayFigures, oneWayDelays } from './delay.js';
import { delayDoubts, packets as packetCount, stepBackDoubts, type Doubt } from './doubts.js';
import { eventOfRun, type EventTimes } from './events.js';
import { eventFigures, type AssignedRun, type PairColumns } from './figures.js';
import { findJoin, joinFigures, type JoinSeen } from './join.js';
import { lossRuns, type LossRun } from './loss-runs.js';
import { matchArrivals, missingAtSender, unexplainedArrivals } from './match.js';
import type { FlowPackets, MembershipMessage } from './packets.js';
import { rateSeries } from './rate.js';
import { reordering } from './reordering.js';
import { indexOfSequence, sentWithin, type SenderSide, type SentRange } from './sender-side.js';
import type { EventName, FlowMeasurement, FrameRef, LossPeriod } from './types.js';

/** Sustained delivery: this many packets must have come after a recovery (RFC 6412 §3.7.5). */
export const SUSTAINED_PACKETS = 5;

export interface PairInput {
  readonly flow: Flow;
  readonly receiver: FlowReceiver;
  readonly senderCapture: string;
  readonly receiverCapture: string;
  readonly sender: SenderSide;
  readonly packets: FlowPackets;
  readonly memberships: readonly MembershipMessage[];
  readonly times: EventTimes;
  /** Known before anything was computed: what the captures say against themselves. */
  readonly doubts: readonly Doubt[];
  /** Who else had got the flow's group before this instant; null: nobody. */
  readonly alreadyHad: (beforeNs: number) => string | null;
}

/** A measurement with what the judge needs besides. */
export interface Measured {
  readonly measurement: FlowMeasurement;
  readonly doubts: readonly Doubt[];
  /** Those of them that its captures gave. */
  readonly captureDoubts: readonly Doubt[];
  readonly late: LateJoin | null;
}

export interface LateJoin {
  readonly reported: boolean;
  readonly dataBefore: boolean;
  /** Packets sent after its report, and the time from the report to the last of them. */
  readonly sentAfter: number;
  readonly waitedNs: number;
}

export function measurePair(input: PairInput): Measured {
  const { flow, receiver, sender, packets, times } = input;
  const late = receiver.join.when === 'after-fault';
  const window = sentWithin(sender, times.fromNs, times.toNs);
  const join = late ? findJoin(input.memberships, flow, receiver, packets) : null;
  const matched = matchArrivals(sender, packets, join === null ? 0 : Math.max(0, join.firstData));
  const range = join === null ? window : sinceFirstData(sender, packets, join, window);
  const pair: PairColumns = { sender, receiver: packets, matched, range, intervalNs: flow.intervalNs, late };

  const runs = lossRuns(sender, matched, range, flow.intervalNs, times);
  const delays = oneWayDelays(sender, packets, matched, range);
  const delay = delayFigures(delays);
  const assigned = runs.map((run) => ({ ...run, event: assign(pair, times, run, delay?.medianNs ?? 0) }));

  const order = matched.order.filter((k) => k >= range.first && k < range.end);
  const reordered = reordering(order);
  const events = eventFigures(
    pair,
    times,
    assigned,
    reordered.positions.map((position) => order[position]!),
  );
  const sum = (what: 'sent' | 'received' | 'lost' | 'duplicates' | 'reordered'): number =>
    events.before[what] + events.initial[what] + events.reversion[what];

  const doubts = [
    ...input.doubts,
    ...senderDoubts(input, window, pair),
    ...delayDoubts(delay, flow.intervalNs),
    ...joinDoubts(join, receiver, flow),
    ...sustainedDoubts(pair, assigned),
  ];
  const measurement: FlowMeasurement = {
    flow: flow.name,
    item: flow.item,
    source: flow.from.address,
    group: flow.group,
    from: flow.from.node,
    receiver: receiver.node,
    intervalNs: flow.intervalNs,
    senderCapture: input.senderCapture,
    receiverCapture: input.receiverCapture,
    sent: sum('sent'),
    received: sum('received'),
    lost: sum('lost'),
    duplicates: sum('duplicates'),
    reordered: sum('reordered'),
    reorderingExtentMax: reordered.extents.reduce((a, b) => Math.max(a, b), 0),
    events,
    periods: assigned.map((run) => lossPeriod(pair, run, input.receiverCapture)),
    delay,
    join:
      join &&
      joinFigures(join, packets, sender, {
        capture: input.receiverCapture,
        intervalNs: flow.intervalNs,
        alreadyHad: join.report && input.alreadyHad(join.report.atNs),
      }),
    rate: rateSeries(packets, times.fromNs, times.toNs, flow.intervalNs),
    doubts: doubts.map((doubt) => doubt.text),
  };
  return { measurement, doubts, captureDoubts: input.doubts, late: join && lateJoin(join, sender, window) };
}

/** Of a late joiner only what was sent from its first packet on is judged. */
function sinceFirstData(sender: SenderSide, packets: FlowPackets, join: JoinSeen, window: SentRange): SentRange {
  if (join.firstData < 0) return { first: window.end, end: window.end };
  const k = indexOfSequence(sender, packets.sequence[join.firstData]!);
  return { first: Math.min(window.end, Math.max(window.first, k < 0 ? -1 - k : k)), end: window.end };
}

function assign(pair: PairColumns, times: EventTimes, run: LossRun, medianDelayNs: number): EventName {
  const { sender, receiver, matched } = pair;
  const before = run.first > 0 ? matched.arrival[run.first - 1]! : -1;
  const lastDelayNs = before < 0 ? 0 : receiver.atNs[before]! - sender.atNs[run.first - 1]!;
  return eventOfRun(times, sender, run, pair.intervalNs, Math.max(0, medianDelayNs, lastDelayNs));
}

function lossPeriod(pair: PairColumns, run: AssignedRun, capture: string): LossPeriod {
  const { sender, receiver } = pair;
  const at = (ns: number): string => instantToText(addNs(receiver.base, ns));
  const frame = (i: number): FrameRef | null =>
    i < 0 ? null : { capture, frame: receiver.frame[i]!, at: at(receiver.atNs[i]!) };
  return {
    event: run.event,
    lost: run.lost,
    firstLostSeq: sender.sequence[run.first]!,
    lastLostSeq: sender.sequence[run.last]!,
    firstLostSentAt: at(sender.atNs[run.first]!),
    lastLostSentAt: at(sender.atNs[run.last]!),
    lastGood: frame(run.goodBefore),
    firstGood: frame(run.goodAfter),
    outage: run.outage,
    senderStallNs: run.senderStallNs,
  };
}

function lateJoin(join: JoinSeen, sender: SenderSide, window: SentRange): LateJoin {
  const { report, dataBefore } = join;
  if (report === null) return { reported: false, dataBefore, sentAfter: 0, waitedNs: 0 };
  let first = window.first;
  while (first < window.end && sender.atNs[first]! < report.atNs) first++;
  const sentAfter = window.end - first;
  const waitedNs = sentAfter === 0 ? 0 : Math.max(0, sender.earliestNs[window.end - 1]! - report.atNs);
  return { reported: true, dataBefore, sentAfter, waitedNs };
}

function senderDoubts(input: PairInput, window: SentRange, pair: PairColumns): Doubt[] {
  const { sender, packets, times, flow } = input;
  const capture = input.senderCapture;
  const doubts: Doubt[] = [];
  if (window.end === window.first) {
    doubts.push({ text: `capture ${capture} saw no packet of the flow in the window`, explains: 'anything' });
  }
  doubts.push(...stepBackDoubts(capture, sender.stepBackNs, flow.intervalNs));
  if (sender.repeated > 0) {
    const text = `capture ${capture} saw ${packetCount(sender.repeated)} of the flow more than once`;
    doubts.push({ text, explains: 'anything' });
  }
  const missing = missingAtSender(sender, pair.range);
  if (missing > 0) {
    const text = `capture ${capture} lacks ${missing} sequence numbers: not sent, or not captured`;
    doubts.push({ text, explains: 'too-little' });
  }
  const unexplained = unexplainedArrivals(sender, packets, pair.matched, pair.range, times);
  if (unexplained > 0) {
    const text = `${packetCount(unexplained)} arrived that capture ${capture} did not see leave: it is incomplete`;
    doubts.push({ text, explains: 'anything' });
  }
  return doubts;
}

function joinDoubts(join: JoinSeen | null, receiver: FlowReceiver, flow: Flow): Doubt[] {
  if (join === null || join.report !== null) return [];
  const text = `no IGMP report by ${receiver.address} for ${flow.group} was captured: when it joined is not known`;
  return [{ text, explains: 'anything' }];
}

/** The last loss of an event must be followed by sustained delivery, or it may not have been over (RFC 6412 §3.7.5). */
function sustainedDoubts(pair: PairColumns, runs: readonly AssignedRun[]): Doubt[] {
  const doubts: Doubt[] = [];
  runs.forEach((run, index) => {
    const next = runs[index + 1];
    if (run.goodAfter < 0 || next?.event === run.event) return;
    const delivered = (next?.first ?? pair.range.end) - run.last - 1;
    if (delivered >= SUSTAINED_PACKETS) return;
    const text = `only ${packetCount(delivered)} came after the last loss (${run.event}): too few to call it recovered (RFC 6412 §3.7.5 asks for ${SUSTAINED_PACKETS})`;
    doubts.push({ text, explains: 'too-little', recovery: true });
  });
  return doubts;
}

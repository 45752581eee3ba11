import { formatDuration } from '../../core/duration.js';
import type { Expectation, Limits } from '../../scenario/types.js';
import type { Doubt } from '../doubts.js';
import { formatDurationDown, formatDurationUp } from '../format.js';
import { missingEvent, rowOf, weigh } from '../judge-row.js';
import { toleratedPauseNs, type Finding } from '../limits.js';
import { SUSTAINED_PACKETS } from '../measure.js';
import type { Evidence, Judged } from '../types.js';
import type { MeasuredOrders } from './measure-orders.js';
import type { OrderEventFigures } from './types.js';

/** Holds the limits for order entry against its figures, as `judge` does for flows. */
export function judgeOrders(
  evidence: Pick<Evidence, 'expect' | 'fault' | 'revert'>,
  measured: readonly MeasuredOrders[],
): Judged[] {
  return measured.flatMap((one) => {
    const own = evidence.expect.filter(({ item }) => item === one.measurement.item);
    const rows = own.flatMap((expectation) => rowsOf(expectation, one, evidence));
    const [first] = own;
    const before = first === undefined || rows.length === 0 ? undefined : troubleBefore(one);
    if (before === undefined) return rows;
    const finding: Finding = { ...NOTHING, outcome: 'inconclusive', measured: before.count, reason: before.text };
    return [judgedRow(first!, one, 'before', 'before', 0, 'packets', finding), ...rows];
  });
}

const NOTHING = { measured: null, low: null, high: null, direction: 'extra' } as const;

function rowsOf(expectation: Expectation, one: MeasuredOrders, evidence: Pick<Evidence, 'fault' | 'revert'>): Judged[] {
  const before = troubleBefore(one);
  const doubts: readonly Doubt[] =
    before === undefined ? one.doubts : [...one.doubts, { text: before.text, explains: 'anything' }];
  return (['initial', 'reversion'] as const).flatMap((event) => {
    const figures = one.measurement.events[event];
    return limitsOf(expectation[event], figures, one).map(({ what, limit, unit, judgeIt }) => {
      const finding = missingEvent(event, evidence) ?? enoughOrders(judgeIt(), figures);
      return judgedRow(expectation, one, event, what, limit, unit, weigh(finding, doubts));
    });
  });
}

function judgedRow(
  expectation: Expectation,
  { measurement }: MeasuredOrders,
  event: Judged['event'],
  what: string,
  limit: number,
  unit: Judged['unit'],
  finding: Finding,
): Judged {
  const subject = { flow: measurement.item, receiver: measurement.client };
  return rowOf(expectation, subject, { event, what, limit, unit }, finding);
}

interface LimitToJudge {
  readonly what: string;
  readonly limit: number;
  readonly unit: Judged['unit'];
  readonly judgeIt: () => Finding;
}

function limitsOf(limits: Limits, figures: OrderEventFigures, { measurement }: MeasuredOrders): LimitToJudge[] {
  const { intervalNs } = measurement;
  const { requests, replies, sessionsLost, unanswered } = figures;
  const again = requests.retransmitted + replies.retransmitted;
  const all: readonly (readonly [string, number | undefined, Judged['unit'], (limit: number) => Finding])[] = [
    ['silence', limits.silenceNs, 'ns', (limit) => judgeSilence(limit, figures)],
    ['silence-at-least', limits.silenceAtLeastNs, 'ns', (limit) => judgeSilenceAtLeast(limit, figures)],
    [
      'unanswered',
      limits.unanswered,
      'count',
      (limit) => counted(unanswered, limit, 'unanswered', figures, intervalNs),
    ],
    [
      'retransmissions',
      limits.retransmissions,
      'count',
      (limit) => counted(again, limit, 'retransmissions', figures, intervalNs),
    ],
    ['sessions-lost', limits.sessionsLost, 'count', (limit) => counted(sessionsLost, limit, 'sessions lost')],
  ];
  return all.flatMap(([what, limit, unit, judgeIt]): LimitToJudge[] =>
    limit === undefined ? [] : [{ what, limit, unit, judgeIt: () => judgeIt(limit) }],
  );
}

function judgeSilence(limitNs: number, { silence }: OrderEventFigures): Finding {
  const limit = `limit ${formatDuration(limitNs, 9)}`;
  if (silence === null) {
    const seen = { measured: 0, low: 0, high: 0, direction: 'too-much' } as const;
    return { ...seen, outcome: 'pass', reason: `no reply was waited for, ${limit}` };
  }
  const { lowNs, highNs, valueNs, open } = silence.length;
  const seen = {
    measured: valueNs,
    low: lowNs,
    high: open ? null : highNs,
    direction: 'too-much',
  } as const;
  const text = open
    ? `at least ${formatDurationDown(lowNs)} without a reply, its end was not seen, ${limit}`
    : `${formatDurationUp(highNs)} without a reply, ${limit}`;
  if (lowNs > limitNs) return { ...seen, outcome: 'fail', reason: text };
  if (open) return { ...seen, outcome: 'inconclusive', reason: text };
  if (highNs <= limitNs) return { ...seen, outcome: 'pass', reason: text };
  const waited = `an order waited for only ${formatDurationDown(lowNs)} of it: the client or the engine stood still`;
  return { ...seen, outcome: 'inconclusive', reason: `${text}, but ${waited}` };
}

function judgeSilenceAtLeast(limitNs: number, { silence }: OrderEventFigures): Finding {
  const demand = `at least ${formatDuration(limitNs, 9)} was expected`;
  const lowNs = silence?.length.lowNs ?? 0;
  const highNs = silence?.length.highNs ?? 0;
  const open = silence?.length.open ?? false;
  const seen = {
    measured: silence?.length.valueNs ?? 0,
    low: lowNs,
    high: open ? null : highNs,
    direction: 'too-little',
  } as const;
  const text = `${formatDurationDown(lowNs)} to ${formatDurationUp(highNs)} without a reply, ${demand}`;
  if (lowNs >= limitNs) return { ...seen, outcome: 'pass', reason: text };
  if (!open && highNs < limitNs) return { ...seen, outcome: 'fail', reason: text };
  return { ...seen, outcome: 'inconclusive', reason: text };
}

/** @param pace with it, what a client that stood still did not send could have counted too */
function counted(count: number, limit: number, words: string, figures?: OrderEventFigures, intervalNs = 0): Finding {
  const seen = { measured: count, low: null, high: null, direction: 'too-much' } as const;
  const reason = `${count} ${words}, limit ${limit}`;
  if (count > limit) return { ...seen, outcome: 'fail', reason };
  if (figures !== undefined && figures.blindNs > toleratedPauseNs(intervalNs)) {
    const unsent = Math.floor(figures.blindNs / intervalNs) - 1;
    // Where orders could not leave because of the network, the orders before them tell.
    if (count + unsent > limit && count === 0) {
      const pause = formatDurationUp(figures.blindNs);
      return { ...seen, outcome: 'inconclusive', reason: `${reason}, but the client placed no order for ${pause}` };
    }
  }
  return { ...seen, outcome: 'pass', reason };
}

function enoughOrders(finding: Finding, { orders }: OrderEventFigures): Finding {
  if (finding.outcome === 'fail' || orders >= SUSTAINED_PACKETS) return finding;
  const reason = `${finding.reason}, but only ${orders} orders of this event could be judged`;
  return { ...finding, outcome: 'inconclusive', reason };
}

function troubleBefore({ measurement }: MeasuredOrders): { readonly count: number; readonly text: string } | undefined {
  const { unanswered, sessionsLost, requests, replies } = measurement.events.before;
  const again = requests.retransmitted + replies.retransmitted;
  const parts = [
    ...(unanswered > 0 ? [`${unanswered} unanswered`] : []),
    ...(again > 0 ? [`${again} retransmissions`] : []),
    ...(sessionsLost > 0 ? [`${sessionsLost} sessions lost`] : []),
  ];
  if (parts.length === 0) return undefined;
  const text = `order entry was not whole before the fault (${parts.join(', ')})`;
  return { count: unanswered + again + sessionsLost, text };
}

import { formatDuration } from '../core/duration.js';
import type { Expectation, Limits } from '../scenario/types.js';
import { packets, type Doubt } from './doubts.js';
import { missingEvent, rowOf, weigh } from './judge-row.js';
import {
  judgeCount,
  judgeJoin,
  judgeLost,
  judgeOutage,
  judgeOutageAtLeast,
  judgeSilence,
  type Finding,
} from './limits.js';
import { SUSTAINED_PACKETS, type Measured } from './measure.js';
import type { EventName, Evidence, Judged } from './types.js';

/**
 * Holds every limit against every flow × receiver it is for. Nothing passes on a pair that is in doubt; a violated limit
 * stays violated only where no doubt can explain it. An expectation that matches nothing is a row of its own,
 * inconclusive. A flow without expectation has no row.
 * @param elsewhere items that are judged by somebody else
 */
export function judge(
  evidence: Pick<Evidence, 'expect' | 'fault' | 'revert'>,
  measured: readonly Measured[],
  elsewhere: ReadonlySet<string> = new Set(),
): Judged[] {
  const rows: Judged[] = [];
  const judgedPairs = new Set<Measured>();
  for (const expectation of evidence.expect) {
    if (elsewhere.has(expectation.item)) continue;
    const ofItem = measured.filter((one) => one.measurement.item === expectation.item);
    const wanted = expectation.receivers;
    const pairs = wanted === undefined ? ofItem : ofItem.filter((one) => wanted.includes(one.measurement.receiver));
    const absent = (wanted ?? []).filter((name) => !pairs.some((one) => one.measurement.receiver === name));
    if (ofItem.length === 0) rows.push(unmatched(expectation, '*', `there is no flow of ${expectation.item}`));
    else for (const name of absent) rows.push(unmatched(expectation, name, `${name} is no receiver of it`));
    for (const one of pairs) {
      const own = pairRows(expectation, one, evidence);
      if (own.length > 0 && !judgedPairs.has(one)) {
        judgedPairs.add(one);
        own.unshift(...beforeRow(expectation, one));
      }
      rows.push(...own);
    }
    if (expectation.joinDelayNs !== undefined && pairs.length > 0 && pairs.every((one) => one.late === null)) {
      rows.push(unmatched(expectation, '*', 'a join delay is expected, but no receiver of it joins late'));
    }
  }
  return rows;
}

function pairRows(expectation: Expectation, one: Measured, evidence: Pick<Evidence, 'fault' | 'revert'>): Judged[] {
  const rows: Judged[] = [];
  const doubts = [...one.doubts, ...lossBeforeDoubts(one)];
  const add = (event: Judged['event'], what: string, limit: number, unit: Judged['unit'], finding: Finding): void => {
    rows.push(row(expectation, one, event, what, limit, unit, weigh(finding, doubts)));
  };
  for (const event of ['initial', 'reversion'] as const) {
    for (const [what, limit, unit, judgeIt] of limitsOf(expectation[event], event, one)) {
      const finding = missingEvent(event, evidence) ?? enoughPackets(judgeIt(), event, one);
      add(
        event,
        what,
        limit,
        unit,
        event === 'initial' && what === 'outage' && limit > 0 ? tested(finding, one, evidence) : finding,
      );
    }
  }
  if (expectation.joinDelayNs !== undefined && one.late !== null) {
    const finding = judgeJoin(expectation.joinDelayNs, one.measurement.join, one.late);
    add('join', 'join-delay', expectation.joinDelayNs, 'ns', finding);
  }
  return rows;
}

type LimitToJudge = readonly [what: string, limit: number, unit: Judged['unit'], judgeIt: () => Finding];

function limitsOf(limits: Limits, event: EventName, one: Measured): LimitToJudge[] {
  const { measurement, late } = one;
  const { intervalNs } = measurement;
  const figures = measurement.events[event];
  const periods = measurement.periods.filter((period) => period.event === event);
  /** A late joiner that never got anything has no figures; its silence is what there is to judge. */
  const silent = late !== null && measurement.received === 0 && event === 'initial' ? late : null;
  const silence = (limitNs: number, text: string): Finding => judgeSilence(limitNs, silent!, `limit ${text}`);
  const all: readonly (readonly [string, number | undefined, Judged['unit'], (limit: number) => Finding])[] = [
    [
      'outage',
      limits.outageNs,
      'ns',
      (limit) => (silent ? silence(limit, formatDuration(limit, 9)) : judgeOutage(limit, figures, periods, intervalNs)),
    ],
    ['outage-at-least', limits.outageAtLeastNs, 'ns', (limit) => judgeOutageAtLeast(limit, figures)],
    [
      'lost',
      limits.lost,
      'packets',
      (limit) =>
        silent ? packetsOfSilence(silence(limit * intervalNs, packets(limit))) : judgeLost(limit, figures, intervalNs),
    ],
    ['duplicates', limits.duplicates, 'packets', (limit) => judgeCount('duplicates', limit, figures)],
    ['reordered', limits.reordered, 'packets', (limit) => judgeCount('reordered', limit, figures)],
  ];
  return all.flatMap(([what, limit, unit, judgeIt]): LimitToJudge[] =>
    limit === undefined ? [] : [[what, limit, unit, () => judgeIt(limit)]],
  );
}

function packetsOfSilence(finding: Finding): Finding {
  return { ...finding, low: null };
}

function enoughPackets(finding: Finding, event: EventName, one: Measured): Finding {
  const { sent } = one.measurement.events[event];
  const failed = finding.outcome === 'fail' && (sent > 0 || finding.direction !== 'too-little');
  if (failed || sent >= SUSTAINED_PACKETS) return finding;
  const few = sent === 0 ? 'no packet' : `only ${packets(sent)}`;
  const reason = `${finding.reason}, but ${few} of this event could be judged (RFC 6412 §3.7.5 asks for ${SUSTAINED_PACKETS})`;
  return { ...finding, outcome: 'inconclusive', reason };
}

/**
 * A limit for an outage that was held because there was none says nothing where the flow went past what broke: that is what
 * `lost: 0` is for.
 */
function tested(finding: Finding, one: Measured, { fault }: Pick<Evidence, 'fault'>): Finding {
  const { flow, receiver, events } = one.measurement;
  const way = fault?.beside?.find((each) => each.flow === flow && each.receiver === receiver);
  if (way === undefined || finding.outcome !== 'pass' || events.initial.lost > 0) return finding;
  const reason = `nothing was lost, but it did not go over what broke (its way: ${way.routers.join(', ')}); expect \`lost: 0\` where that is meant`;
  return { ...finding, outcome: 'inconclusive', reason };
}

function lossBeforeDoubts(one: Measured): Doubt[] {
  const { lost } = one.measurement.events.before;
  if (lost === 0) return [];
  const text = `the lab was not loss-free before the fault (${packets(lost)} lost)`;
  return [{ text, explains: 'anything' }];
}

function beforeRow(expectation: Expectation, one: Measured): Judged[] {
  const { lost } = one.measurement.events.before;
  if (lost === 0) return [];
  const reason = `the lab was not loss-free before the fault: ${packets(lost)} lost`;
  const finding: Finding = {
    outcome: 'inconclusive',
    measured: lost,
    low: null,
    high: null,
    reason,
    direction: 'extra',
  };
  return [row(expectation, one, 'before', 'before', 0, 'packets', finding)];
}

function row(
  expectation: Expectation,
  one: Measured,
  event: Judged['event'],
  what: string,
  limit: number,
  unit: Judged['unit'],
  finding: Finding,
): Judged {
  const { flow, receiver } = one.measurement;
  return rowOf(expectation, { flow, receiver }, { event, what, limit, unit }, finding);
}

function unmatched(expectation: Expectation, receiver: string, reason: string): Judged {
  return {
    flow: expectation.item,
    receiver,
    event: 'initial',
    what: 'expectation',
    limit: 0,
    measured: null,
    low: null,
    high: null,
    unit: 'packets',
    outcome: 'inconclusive',
    reason: `the expectation matches nothing: ${reason}`,
    because: expectation.because,
  };
}

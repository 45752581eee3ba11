import { formatDuration } from '../../core/duration.js';
import type { Doubt } from '../doubts.js';
import { formatDurationUp } from '../format.js';
import { missingEvent, rowOf, weigh } from '../judge-row.js';
import type { Finding } from '../limits.js';
import type { MeasuredOrders } from '../orders/measure-orders.js';
import type { Measured } from '../measure.js';
import type { Evidence, Judged } from '../types.js';
import type { Timeline } from './types.js';

/**
 * Holds `unexplained` against the time of each outage that no step accounts for. Without loss there is nothing to explain.
 * Where evidence could not be had, more could be explained: a violation is inconclusive then.
 */
export function judgeUnexplained(
  evidence: Pick<Evidence, 'expect' | 'fault' | 'revert'>,
  measured: readonly (Measured | MeasuredOrders)[],
  { outages, problems }: Timeline,
): Judged[] {
  return evidence.expect.flatMap((expectation) =>
    measured
      .map(({ measurement, doubts }) => ({ ...subjectOf(measurement), doubts }))
      .filter(({ item }) => item === expectation.item)
      .filter(({ receiver }) => expectation.receivers?.includes(receiver) ?? true)
      .flatMap(({ flow, receiver, doubts }) =>
        (['initial', 'reversion'] as const).flatMap((event): Judged[] => {
          const limit = expectation[event].unexplainedNs;
          if (limit === undefined) return [];
          const outage = outages.find((one) => one.flow === flow && one.receiver === receiver && one.event === event);
          const finding = missingEvent(event, evidence) ?? judgeOne(limit, outage?.unexplainedNs ?? 0);
          const missing = problems.map((text): Doubt => ({ text, explains: 'too-much' }));
          const weighed = weigh(finding, [...doubts, ...missing]);
          return [rowOf(expectation, { flow, receiver }, { event, what: 'unexplained', limit, unit: 'ns' }, weighed)];
        }),
      ),
  );
}

function subjectOf(one: (Measured | MeasuredOrders)['measurement']): Record<'item' | 'flow' | 'receiver', string> {
  return 'client' in one ? { item: one.item, flow: one.item, receiver: one.client } : one;
}

function judgeOne(limitNs: number, unexplainedNs: number): Finding {
  const reason = `${formatDurationUp(unexplainedNs)} of the outage with no step that accounts for it, limit ${formatDuration(limitNs, 9)}`;
  return {
    ...{ measured: unexplainedNs, low: unexplainedNs, high: unexplainedNs, direction: 'too-much', reason },
    outcome: unexplainedNs > limitNs ? 'fail' : 'pass',
  };
}

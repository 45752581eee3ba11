import { formatDuration } from '../../core/duration.js';
import type { Doubt } from '../doubts.js';
import { formatDurationUp } from '../format.js';
import { missingEvent, rowOf, weigh } from '../judge-row.js';
import type { Finding } from '../limits.js';
import type { Measured } from '../measure.js';
import type { Evidence, Judged } from '../types.js';
import type { Timeline } from './types.js';

/**
 * Holds `unexplained` against the time of each outage that no step accounts for. Without loss there is nothing to explain.
 * Where evidence could not be had, more could be explained: a violation is inconclusive then.
 */
export function judgeUnexplained(
  evidence: Pick<Evidence, 'expect' | 'fault' | 'revert'>,
  measured: readonly Measured[],
  { outages, problems }: Timeline,
): Judged[] {
  return evidence.expect.flatMap((expectation) =>
    measured
      .filter(({ measurement }) => measurement.item === expectation.item)
      .filter(({ measurement }) => expectation.receivers?.includes(measurement.receiver) ?? true)
      .flatMap(({ measurement, doubts }) =>
        (['initial', 'reversion'] as const).flatMap((event): Judged[] => {
          const limit = expectation[event].unexplainedNs;
          if (limit === undefined) return [];
          const { flow, receiver } = measurement;
          const outage = outages.find((one) => one.flow === flow && one.receiver === receiver && one.event === event);
          const finding = missingEvent(event, evidence) ?? judgeOne(limit, outage?.unexplainedNs ?? 0);
          const missing = problems.map((text): Doubt => ({ text, explains: 'too-much' }));
          const weighed = weigh(finding, [...doubts, ...missing]);
          return [rowOf(expectation, { flow, receiver }, { event, what: 'unexplained', limit, unit: 'ns' }, weighed)];
        }),
      ),
  );
}

function judgeOne(limitNs: number, unexplainedNs: number): Finding {
  const reason = `${formatDurationUp(unexplainedNs)} of the outage with no step that accounts for it, limit ${formatDuration(limitNs, 9)}`;
  return {
    ...{ measured: unexplainedNs, low: unexplainedNs, high: unexplainedNs, direction: 'too-much', reason },
    outcome: unexplainedNs > limitNs ? 'fail' : 'pass',
  };
}

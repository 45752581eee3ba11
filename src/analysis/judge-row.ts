import type { Expectation } from '../scenario/types.js';
import type { Doubt } from './doubts.js';
import type { Finding } from './limits.js';
import type { EventName, Evidence, Judged } from './types.js';

/** What is to be said of a limit for an event that there was not. */
export function missingEvent(event: EventName, evidence: Pick<Evidence, 'fault' | 'revert'>): Finding | undefined {
  if (event !== 'reversion' || (evidence.fault !== undefined && evidence.revert !== undefined)) return undefined;
  const reason = evidence.fault === undefined ? 'there was no fault to revert' : 'the fault was not reverted';
  return { outcome: 'inconclusive', measured: null, low: null, high: null, reason, direction: 'too-much' };
}

/** A finding that a doubt could explain is inconclusive. */
export function weigh(finding: Finding, doubts: readonly Doubt[]): Finding {
  const relevant =
    finding.outcome === 'fail'
      ? doubts.filter(({ explains }) => explains === 'anything' || explains === finding.direction)
      : doubts;
  const [first, ...others] = relevant;
  if (first === undefined) return finding;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return { ...finding, outcome: 'inconclusive', reason: `${finding.reason}, but in doubt: ${first.text}${more}` };
}

/** One judged limit as a line of the result. */
export function rowOf(
  expectation: Pick<Expectation, 'because'>,
  subject: Pick<Judged, 'flow' | 'receiver'>,
  limit: Pick<Judged, 'event' | 'what' | 'limit' | 'unit'>,
  finding: Finding,
): Judged {
  const { measured, low, high, outcome, reason } = finding;
  return { ...subject, ...limit, measured, low, high, outcome, reason, because: expectation.because };
}

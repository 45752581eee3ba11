import { formatDurationUp } from '../analysis/format.js';
import { type OutageAccount, type Step, type Timeline } from '../analysis/steps/types.js';
import { formatDuration } from '../core/duration.js';
import { NS_PER_SECOND } from '../core/instant.js';
import type { RunResult } from '../run/result.js';
import { formatOffset } from './text/figures.js';

export function stepOffset(result: RunResult, step: Step): string {
  return formatOffset(result.fault?.appliedFrom ?? result.run.startedAt, step.at);
}

export function burst({ count }: Step): string {
  return count === 1 ? '' : ` (${count} times)`;
}

/** Where it stands: a frame, or what kind of record. */
export function stepSource(step: Step): string {
  if (step.frame !== null) return `${step.frame.capture}.pcap #${step.frame.frame}`;
  return step.source === 'log' ? `log of ${step.node}` : `netlink at ${step.node}`;
}

/** `103 ms until link at we1, 60 ms until bgp-withdraw at p1; 1.2 ms unexplained` */
export function accountText(timeline: Timeline, outage: OutageAccount): string {
  const parts = outage.parts.flatMap(({ fromNs, toNs, step }) => {
    if (typeof step !== 'number') return [];
    const { kind, node } = timeline.steps[step]!;
    return [`${formatDuration(toNs - fromNs, 1)} until ${kind} at ${node}`];
  });
  const shown = parts.length > 6 ? [...parts.slice(0, 5), `and ${parts.length - 5} more`] : parts;
  const unexplained =
    outage.unexplainedNs === 0 ? 'nothing unexplained' : `${formatDurationUp(outage.unexplainedNs)} unexplained`;
  return [shown.join(', '), unexplained].filter((text) => text !== '').join('; ');
}

/** The outages that the console names: of each event the one with most unexplained, the longest of several. */
export function worstAccounts({ outages }: Timeline): readonly OutageAccount[] {
  return (['initial', 'reversion'] as const).flatMap((event) => {
    const own = outages.filter((one) => one.event === event);
    const sorted = [...own].sort((a, b) => b.unexplainedNs - a.unexplainedNs || b.lengthNs - a.lengthNs);
    return sorted.slice(0, 1);
  });
}

/** Steps that a part of some outage ends with; the others are in the report's table as well. */
export function usedSteps({ outages }: Timeline): ReadonlySet<number> {
  return new Set(outages.flatMap(({ parts }) => parts.flatMap(({ step }) => (typeof step === 'number' ? [step] : []))));
}

export function lengthText({ lengthNs }: OutageAccount): string {
  return formatDuration(lengthNs, lengthNs >= NS_PER_SECOND ? 3 : 1);
}

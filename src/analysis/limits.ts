import { formatDuration } from '../core/duration.js';
import { NS_PER_MS } from '../core/instant.js';
import { packets } from './doubts.js';
import { formatBounded, formatDurationDown, formatDurationUp } from './format.js';
import type { LateJoin } from './measure.js';
import type { EventFigures, JoinFigures, LossPeriod, Outcome } from './types.js';

/** One limit held against one figure, before anything is said about how far the figure can be trusted. */
export interface Finding {
  readonly outcome: Outcome;
  readonly measured: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string;
  /** What is wrong where it fails: more loss than allowed, less than demanded, or packets that should not be there. */
  readonly direction: 'too-much' | 'too-little' | 'extra';
}

/** With no loss allowed at all a sender may still pause this long: ten packets, and the pauses of any ordinary machine. */
export function toleratedPauseNs(intervalNs: number): number {
  return Math.max(10 * intervalNs, 20 * NS_PER_MS);
}

export function judgeOutage(
  limitNs: number,
  figures: EventFigures,
  periods: readonly LossPeriod[],
  intervalNs: number,
): Finding {
  const { largest, blindNs } = figures;
  const limit = formatDuration(limitNs, 9);
  const blind = `the sender sent nothing for ${formatDurationUp(blindNs)}`;
  if (largest === null) {
    const seen = { measured: 0, low: 0, high: blindNs, direction: 'too-much' } as const;
    if (blindNs <= (limitNs === 0 ? toleratedPauseNs(intervalNs) : limitNs)) {
      return { ...seen, outcome: 'pass', reason: 'nothing was lost' };
    }
    const reason = `nothing was lost, but ${blind}: an outage longer than the limit ${limit} could hide in it`;
    return { ...seen, outcome: 'inconclusive', reason };
  }
  const seen = {
    measured: largest.valueNs,
    low: largest.lowNs,
    high: largest.open ? null : largest.highNs,
    direction: 'too-much',
  } as const;
  const text = formatBounded(largest);
  if (limitNs === 0) {
    return { ...seen, outcome: 'fail', reason: `${packets(figures.lost)} lost (${text}), limit 0` };
  }
  if (largest.lowNs > limitNs) {
    const excess = formatDurationDown(largest.lowNs - limitNs);
    return { ...seen, outcome: 'fail', reason: `${text}, limit ${limit}: over by at least ${excess}` };
  }
  if (largest.open) {
    const reason = `${text}, limit ${limit}: how long it lasted was not seen`;
    return { ...seen, outcome: 'inconclusive', reason };
  }
  if (largest.highNs > limitNs) {
    const excess = formatDurationUp(largest.highNs - limitNs);
    const stallNs = Math.max(
      0,
      ...periods.filter((one) => one.outage.highNs > limitNs).map((one) => one.senderStallNs),
    );
    const stall =
      stallNs > intervalNs ? `; ${formatDurationUp(stallNs)} of the interval come from a stalled sender` : '';
    const reason = `${text}, limit ${limit}: may be over by up to ${excess}${stall}`;
    return { ...seen, outcome: 'inconclusive', reason };
  }
  if (blindNs > limitNs) {
    const reason = `${text}, limit ${limit}, but ${blind}: a longer outage could hide in it`;
    return { ...seen, high: blindNs, outcome: 'inconclusive', reason };
  }
  return { ...seen, outcome: 'pass', reason: `${text}, limit ${limit}` };
}

export function judgeOutageAtLeast(limitNs: number, figures: EventFigures): Finding {
  const { largest, blindNs } = figures;
  const lowNs = largest?.lowNs ?? 0;
  const highNs = Math.max(largest?.highNs ?? 0, blindNs);
  const open = largest?.open ?? false;
  const text = largest === null ? 'nothing was lost' : formatBounded(largest);
  const demand = `at least ${formatDuration(limitNs, 9)} was expected`;
  const seen = {
    measured: largest?.valueNs ?? 0,
    low: lowNs,
    high: open ? null : highNs,
    direction: 'too-little',
  } as const;
  if (lowNs >= limitNs) return { ...seen, outcome: 'pass', reason: `${text}, ${demand}` };
  if (!open && highNs < limitNs) return { ...seen, outcome: 'fail', reason: `${text}, but ${demand}` };
  const why = open ? 'its end was not seen' : `it may be as short as ${formatDurationDown(lowNs)}`;
  return { ...seen, outcome: 'inconclusive', reason: `${text}, ${demand}: ${why}` };
}

/** Lost packets. What a pausing sender did not send could have been lost, too. */
export function judgeLost(limit: number, figures: EventFigures, intervalNs: number): Finding {
  const seen = { measured: figures.lost, low: null, high: null, direction: 'too-much' } as const;
  const text = `${packets(figures.lost)} lost, limit ${limit}`;
  if (figures.lost > limit) return { ...seen, outcome: 'fail', reason: text };
  const unsent = Math.floor(figures.blindNs / intervalNs) - 1;
  if (figures.blindNs > toleratedPauseNs(intervalNs) && figures.lost + unsent > limit) {
    const pause = formatDurationUp(figures.blindNs);
    const reason = `${text}, but the sender sent nothing for ${pause}: ${packets(unsent)} more could have been lost`;
    return { ...seen, outcome: 'inconclusive', reason };
  }
  return { ...seen, outcome: 'pass', reason: text };
}

export function judgeCount(what: 'duplicates' | 'reordered', limit: number, figures: EventFigures): Finding {
  const count = figures[what];
  const reason = `${count} ${what === 'duplicates' ? (count === 1 ? 'duplicate' : 'duplicates') : 'reordered'}, limit ${limit}`;
  const outcome = count > limit ? 'fail' : 'pass';
  return { outcome, measured: count, low: null, high: null, reason, direction: 'extra' };
}

export function judgeJoin(limitNs: number, join: JoinFigures | null, late: LateJoin): Finding {
  const limit = formatDuration(limitNs, 9);
  if (join === null) return judgeSilence(limitNs, late, `limit ${limit}`);
  const lowNs = Math.max(0, join.delayNs - join.uncertaintyNs);
  const highNs = join.delayNs + join.uncertaintyNs;
  const text = `${formatBounded({ valueNs: join.delayNs, lowNs, highNs })}, limit ${limit}`;
  const seen = { measured: join.delayNs, low: lowNs, high: highNs, direction: 'too-much' } as const;
  if (late.dataBefore) {
    const reason = `${text}, but the group was on its link before it asked: the figure says nothing about joining`;
    return { ...seen, outcome: 'inconclusive', reason };
  }
  if (highNs <= limitNs) return { ...seen, outcome: 'pass', reason: text };
  if (lowNs > limitNs) return { ...seen, outcome: 'fail', reason: text };
  const reason = `${text}: may be over by up to ${formatDurationUp(highNs - limitNs)}`;
  return { ...seen, outcome: 'inconclusive', reason };
}

/** A late joiner that never got anything: it was without data at least from its report to the last packet sent. */
export function judgeSilence(limitNs: number, late: LateJoin, limit: string): Finding {
  const seen = { measured: null, low: late.waitedNs, high: null, direction: 'too-much' } as const;
  if (late.waitedNs > limitNs) {
    const reason = `no data ever came after its report (${packets(late.sentAfter)} sent in ${formatDurationDown(late.waitedNs)}), ${limit}`;
    return { ...seen, outcome: 'fail', reason };
  }
  const watched = late.sentAfter === 0 ? 'nothing was sent' : `only ${formatDurationUp(late.waitedNs)} were watched`;
  return { ...seen, outcome: 'inconclusive', reason: `no data came, but ${watched} after its report, ${limit}` };
}

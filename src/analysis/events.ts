import { instantFromText, nsBetween, type Instant } from '../core/instant.js';
import type { LossRun } from './loss-runs.js';
import type { SenderSide, SentRange } from './sender-side.js';
import type { EventName, Evidence } from './types.js';

export const EVENTS: readonly EventName[] = ['before', 'initial', 'reversion'];

/** When the window, the fault and its revert were, in ns after the base. Infinity: never. */
export interface EventTimes {
  readonly hasFault: boolean;
  readonly fromNs: number;
  readonly toNs: number;
  readonly appliedFromNs: number;
  readonly appliedToNs: number;
  readonly revertFromNs: number;
  readonly revertToNs: number;
}

export function eventTimes(evidence: Pick<Evidence, 'window' | 'fault' | 'revert'>, base: Instant): EventTimes {
  const ns = (text: string | undefined): number =>
    text === undefined ? Infinity : nsBetween(base, instantFromText(text));
  return {
    hasFault: evidence.fault !== undefined,
    fromNs: ns(evidence.window.from),
    toNs: ns(evidence.window.to),
    appliedFromNs: ns(evidence.fault?.appliedFrom),
    appliedToNs: ns(evidence.fault?.appliedTo),
    revertFromNs: ns(evidence.fault === undefined ? undefined : evidence.revert?.from),
    revertToNs: ns(evidence.fault === undefined ? undefined : evidence.revert?.to),
  };
}

/** The event in which a packet was sent. Without a fault everything is `initial`. */
export function eventOfSend(times: EventTimes, sentNs: number): EventName {
  if (sentNs >= times.revertFromNs) return 'reversion';
  return sentNs >= times.appliedFromNs || !times.hasFault ? 'initial' : 'before';
}

/**
 * The event to which a loss run belongs: where its first lost packet was sent, except at the edge. A packet that was
 * still on its way (`pathNs`) when the fault or its revert began may have been lost to it; so may one sent up to T
 * earlier still, where the loss went on at least until the fault was fully applied. A run that goes on past the revert
 * stays where it began.
 */
export function eventOfRun(
  times: EventTimes,
  sender: SenderSide,
  run: LossRun,
  intervalNs: number,
  pathNs: number,
): EventName {
  const sentNs = sender.atNs[run.first]!;
  const event = eventOfSend(times, sentNs);
  if (event === 'before') {
    const onItsWay = sentNs + pathNs >= times.appliedFromNs;
    const endsAtNs = run.goodAfter < 0 ? Infinity : sender.latestNs[run.last + 1]! + pathNs;
    const adjoins = sentNs >= times.appliedFromNs - intervalNs - pathNs && endsAtNs >= times.appliedToNs;
    return onItsWay || adjoins ? 'initial' : 'before';
  }
  if (event === 'initial' && sentNs + pathNs >= times.revertFromNs) return 'reversion';
  return event;
}

/**
 * The longest time within an event in which nothing was sent, where an outage that began in the event could hide: from
 * a send (or the event's begin) to the next send (or the window's end), even after the event's end. 0 where the event has no time at all.
 */
export function blindNs(
  times: EventTimes,
  event: EventName,
  sender: SenderSide,
  range: SentRange,
  late: boolean,
): number {
  const span = eventSpan(times, event);
  // A late joiner is watched from its first packet on.
  const fromNs = late && range.end > range.first ? Math.max(span.fromNs, sender.atNs[range.first]!) : span.fromNs;
  if (fromNs >= span.toNs) return 0;
  let longestNs = 0;
  const lowest = late ? range.first : Math.max(0, range.first - 1);
  const highest = Math.min(sender.count, range.end + 1);
  let previousNs = lowest < range.first ? sender.atNs[lowest]! : fromNs;
  for (let k = range.first; k < highest; k++) {
    const sentNs = sender.atNs[k]!;
    if (previousNs < span.toNs && sentNs > fromNs) {
      longestNs = Math.max(longestNs, sentNs - Math.max(previousNs, fromNs));
    }
    previousNs = sentNs;
  }
  if (highest === range.end && previousNs < span.toNs) {
    longestNs = Math.max(longestNs, times.toNs - Math.max(previousNs, fromNs));
  }
  return Math.max(0, longestNs);
}

/** When an event was, within the window. Without a fault `initial` is all of it. */
export function eventSpan(times: EventTimes, event: EventName): { readonly fromNs: number; readonly toNs: number } {
  const initialFrom = times.hasFault ? times.appliedFromNs : times.fromNs;
  const clamp = (ns: number): number => Math.min(Math.max(ns, times.fromNs), times.toNs);
  if (event === 'before') return { fromNs: times.fromNs, toNs: clamp(times.hasFault ? initialFrom : times.fromNs) };
  if (event === 'initial') return { fromNs: clamp(initialFrom), toNs: clamp(times.revertFromNs) };
  return { fromNs: clamp(times.revertFromNs), toNs: times.toNs };
}

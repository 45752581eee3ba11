import { blindNs, EVENTS, eventOfSend, type EventTimes } from './events.js';
import { longest, total, type LossRun } from './loss-runs.js';
import type { Matched } from './match.js';
import type { FlowPackets } from './packets.js';
import type { SenderSide, SentRange } from './sender-side.js';
import type { Bounded, EventFigures, EventName } from './types.js';

/** All that the figures of one flow at one receiver are computed from. */
export interface PairColumns {
  readonly sender: SenderSide;
  readonly receiver: FlowPackets;
  readonly matched: Matched;
  readonly range: SentRange;
  readonly intervalNs: number;
  readonly late: boolean;
}

export interface AssignedRun extends LossRun {
  readonly event: EventName;
}

interface Counts {
  received: number;
  lost: number;
  duplicates: number;
  reordered: number;
}

/** @param reorderedAt sender-side indices of reordered packets. */
export function eventFigures(
  pair: PairColumns,
  times: EventTimes,
  runs: readonly AssignedRun[],
  reorderedAt: readonly number[],
): Record<EventName, EventFigures> {
  const { sender, matched, range } = pair;
  const zero = (): Counts => ({ received: 0, lost: 0, duplicates: 0, reordered: 0 });
  const counts: Record<EventName, Counts> = { before: zero(), initial: zero(), reversion: zero() };
  for (let k = range.first; k < range.end; k++) {
    if (matched.arrival[k]! < 0) continue;
    const count = counts[eventOfSend(times, sender.atNs[k]!)];
    count.received++;
    count.duplicates += matched.repeats[k]!;
  }
  for (const k of reorderedAt) counts[eventOfSend(times, sender.atNs[k]!)].reordered++;
  for (const run of runs) counts[run.event].lost += run.lost;
  const figures = EVENTS.map((event): [EventName, EventFigures] => {
    const own = runs.filter((run) => run.event === event);
    const outages = own.map((run) => run.outage);
    const sum = total(outages);
    const blind = Math.ceil(blindNs(times, event, sender, range, pair.late));
    const { lost } = counts[event];
    return [
      event,
      {
        sent: counts[event].received + lost,
        ...counts[event],
        largest: longest(outages),
        sum,
        periods: own.length,
        lossDerived: sum ?? { valueNs: 0, lowNs: 0, highNs: Math.ceil(Math.max(pair.intervalNs, blind)) },
        rateDerived: rateDerived(pair, times, event, own),
        blindNs: blind,
      },
    ];
  });
  return Object.fromEntries(figures) as Record<EventName, EventFigures>;
}

/** RFC 6412 Eq. 2, with one packet as the sampling interval; the recovery instant is the first good arrival after the last loss. */
function rateDerived(
  pair: PairColumns,
  times: EventTimes,
  event: EventName,
  runs: readonly AssignedRun[],
): Bounded | null {
  const lastRun = runs[runs.length - 1];
  const fromNs = event === 'initial' ? times.appliedFromNs : times.revertFromNs;
  const toNs = event === 'initial' ? times.appliedToNs : times.revertToNs;
  if (lastRun === undefined || lastRun.goodAfter < 0 || event === 'before' || !Number.isFinite(fromNs)) return null;
  const recoveredNs = pair.receiver.atNs[lastRun.goodAfter]!;
  const valueNs = recoveredNs - fromNs;
  const accuracyNs = 2 * pair.intervalNs;
  const lastLostNs = pair.sender.earliestNs[lastRun.last]!;
  const nextSentNs = pair.sender.latestNs[lastRun.last + 1]!;
  return {
    valueNs,
    lowNs: Math.floor(Math.max(0, Math.min(recoveredNs - toNs - accuracyNs, lastLostNs - toNs))),
    highNs: Math.ceil(Math.max(valueNs + accuracyNs, nextSentNs - fromNs)),
  };
}

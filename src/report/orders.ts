import type { OrderDirection, OrderEventFigures, OrderMeasurement, Silence } from '../analysis/orders/types.js';
import type { EventName, Judged, Outcome } from '../analysis/types.js';
import { formatDuration } from '../core/duration.js';
import { formatDurationDown, formatDurationUp } from '../analysis/format.js';
import type { RunResult } from '../run/result.js';
import { formatCount, formatFrames } from './text/figures.js';

/** Order entry of one item during one event, with the limits that were judged: a line of the reports' tables. */
export interface OrderRow {
  readonly measurement: OrderMeasurement;
  readonly event: EventName;
  readonly figures: OrderEventFigures;
  readonly judged: readonly Judged[];
  /** The worst of `judged`; null: no limit was set. */
  readonly outcome: Outcome | null;
}

/** Titles of the columns that `orderCells` fills. */
export const ORDER_COLUMNS = [
  'order entry',
  'between',
  'orders',
  'unanswered',
  'longest silence',
  'lost there / back',
  'sent again there / back',
  'sessions lost',
  'limit',
  'source',
] as const;

/** All lines: what happened before the fault only where something did. */
export function orderRows(result: RunResult, worst: (judged: readonly Judged[]) => Outcome | null): OrderRow[] {
  return (result.analysis?.orders ?? []).flatMap((measurement) =>
    (['before', 'initial', 'reversion'] as const).flatMap((event): OrderRow[] => {
      const figures = measurement.events[event];
      const judged = (result.analysis?.judged ?? []).filter(
        (each) => each.flow === measurement.item && each.event === event && each.what !== 'expectation',
      );
      const quiet = event === 'before' ? figures.unanswered + again(figures) === 0 : figures.orders === 0;
      if (quiet && judged.length === 0) return [];
      return [{ measurement, event, figures, judged, outcome: worst(judged) }];
    }),
  );
}

function again({ requests, replies }: OrderEventFigures): number {
  return requests.retransmitted + replies.retransmitted;
}

/** One cell for each of `ORDER_COLUMNS`. */
export function orderCells(row: OrderRow, prefix: string, limit: string): readonly string[] {
  const { measurement, figures } = row;
  const tcp = measurement.over === 'tcp';
  const both = (of: (direction: OrderDirection) => number | null): string =>
    [figures.requests, figures.replies].map((each) => countOrUnknown(of(each))).join(' / ');
  return [
    prefix + measurement.item,
    `${measurement.client} ⇄ ${measurement.engine} (${measurement.over})`,
    formatCount(figures.orders),
    formatCount(figures.unanswered),
    silenceText(figures.silence),
    both((direction) => direction.lost),
    tcp ? both((direction) => direction.retransmitted) : '–',
    tcp ? formatCount(figures.sessionsLost) : '–',
    limit,
    figures.silence === null ? '–' : formatFrames(figures.silence.lastReply, figures.silence.firstReply),
  ];
}

function countOrUnknown(count: number | null): string {
  return count === null ? '?' : formatCount(count);
}

/** From reply to reply; where an order waited for less of it than that, so long. */
export function silenceText(silence: Silence | null): string {
  if (silence === null) return '–';
  const { lowNs, highNs, open } = silence.length;
  if (open) return `at least ${formatDurationDown(lowNs)}, no reply any more`;
  return silence.endsStalledNs > 0
    ? `${formatDurationUp(highNs)}, of it waited ${formatDurationDown(lowNs)}`
    : formatDurationUp(highNs);
}

/** `1.2 ms median, 3.4 ms p99` or why there is none. */
export function responseText({ response, responseNote }: OrderMeasurement): string {
  if (response === null) return responseNote ?? 'not measured';
  const { minNs, medianNs, p99Ns, maxNs } = response;
  return `min ${formatDuration(minNs)}, median ${formatDuration(medianNs)}, p99 ${formatDuration(p99Ns)}, max ${formatDuration(maxNs)}`;
}

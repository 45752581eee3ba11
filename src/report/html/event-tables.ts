import { median, mean } from 'd3-array';
import { formatBounded } from '../../analysis/format.js';
import type { Bounded, EventName } from '../../analysis/types.js';
import { formatDuration } from '../../core/duration.js';
import type { RunResult } from '../../run/result.js';
import { eventWords, outageText, rowsOf, sourceText, type Row } from '../rows.js';
import { formatCount, formatInterval } from '../text/figures.js';
import { FORWARDING_DELAY_THRESHOLD_NS } from './parameters.js';
import { mono, name, section, table } from './parts.js';
import { markup, type Markup, type Part } from './markup.js';

/** One event in the form of RFC 6413 §7, and below it each (S,G) × receiver with intervals. */
export function eventSection(result: RunResult, event: EventName): Markup | null {
  const rows = rowsOf(result).filter((row) => row.event === event && row.figures !== null && row.figures.sent > 0);
  if (rows.length === 0) return null;
  const title = eventWords(result, event);
  return section(
    `event-${event}`,
    capital(title),
    event === 'before' || result.fault === null
      ? null
      : convergenceTable(
          result,
          rows.filter((row) => row.measurement?.arbitrates === undefined),
        ),
    table(
      [
        { title: 'flow' },
        { title: 'receiver' },
        { title: 'offered', number: true },
        { title: 'forwarded', number: true },
        { title: 'lost', number: true },
        { title: 'dup.', number: true },
        { title: 'late', number: true },
        { title: 'largest outage', figure: true },
        { title: 'loss-derived (Eq. 4)', figure: true },
        { title: 'rate-derived (Eq. 2)' },
        { title: 'sender silent', figure: true },
        { title: 'evidence' },
      ],
      rows.map((row) => [
        name(row.flow),
        name(row.receiver),
        formatCount(row.figures!.sent),
        formatCount(row.figures!.received),
        formatCount(row.figures!.lost),
        formatCount(row.figures!.duplicates),
        formatCount(row.figures!.reordered),
        outageText(row),
        formatBounded(row.figures!.lossDerived),
        row.figures!.rateDerived === null ? '–' : formatInterval(row.figures!.rateDerived),
        formatDuration(row.figures!.blindNs),
        mono(sourceText(row)),
      ]),
      'dense',
    ),
    markup`<p class="small">Late: out of order (RFC 4737). Sender silent: the longest time in which the sender sent nothing; a shorter outage could go unseen in it.</p>`,
  );
}

function convergenceTable(result: RunResult, rows: readonly Row[]): Markup | null {
  const sum = (of: (row: Row) => number): string => formatCount(rows.reduce((total, row) => total + of(row), 0));
  const early = rows.filter((row) => !joinsLate(result, row));
  const rates = early.flatMap((row) => row.figures!.rateDerived ?? []);
  const unfinished = early.some((row) => row.figures!.lost > 0 && row.figures!.rateDerived === null);
  const lossDerived = early.map((row) => row.figures!.lossDerived);
  const periods = early.map((row) => row.figures!.sum ?? { valueNs: 0, lowNs: 0, highNs: 0 });
  const largest = early.map((row) => row.figures!.largest ?? { valueNs: 0, lowNs: 0, highNs: 0 });
  const delays = rows.flatMap((row) => row.measurement?.delay?.maxNs ?? []);
  const slowest = delays.length === 0 ? null : Math.max(...delays);
  const impaired = (row: Row): number => row.figures!.lost + row.figures!.reordered + row.figures!.duplicates;
  const whole = lossDerivedOverAll(result, rows);
  const forwarding: (readonly Part[])[] = [
    ['Convergence event', rows[0]!.event, '', ''],
    head('Traffic forwarding metrics'),
    ['Packets offered', sum((row) => row.figures!.sent), 'packets', 'sender-side captures'],
    ['Packets forwarded', sum((row) => row.figures!.received), 'packets', 'receiver-side captures'],
    ['Connectivity packet loss', sum((row) => row.figures!.lost), 'packets', 'lost, by sequence number'],
    ['… impaired packets', sum(impaired), 'packets', 'lost, out of order or duplicate (RFC 6412 §3.8.1)'],
    ['Convergence packet loss', 'not apart', 'packets', 'the next-best egress interface is not measured by itself'],
    ['Out-of-order packets', sum((row) => row.figures!.reordered), 'packets', 'RFC 4737 §3.3'],
    ['Duplicate packets', sum((row) => row.figures!.duplicates), 'packets', 'by sequence number'],
    [
      'Excessive forwarding delay packets',
      slowest === null ? 'not measured' : slowest <= FORWARDING_DELAY_THRESHOLD_NS ? '0' : 'some',
      'packets',
      slowest === null ? '' : `largest one-way delay of the run ${formatDuration(slowest)}`,
    ],
  ];
  const benchmarks: (readonly Part[])[] = [
    head('Convergence benchmarks'),
    ['First route convergence time', pick(rates, Math.min, unfinished), '', 'rate-derived, RFC 6412 Eq. 3'],
    ['Full convergence time', pick(rates, Math.max, unfinished), '', 'rate-derived, RFC 6412 Eq. 2'],
    ['Loss-derived convergence time', whole, '', 'average over all routes, RFC 6412 Eq. 6'],
    ...statistics('Route-specific convergence time', lossDerived, 'loss-derived, RFC 6412 Eq. 4'),
    head('Loss of connectivity benchmarks'),
    ['Loss-derived loss of connectivity period', whole, '', 'average over all routes, RFC 6412 Eq. 9'],
    ...statistics('Route loss of connectivity period', periods, 'sum of loss periods, RFC 6412 Eq. 8'),
    ['Largest single loss period', over(largest, Math.max), '', 'n·T ± T, RFC 3357'],
  ];
  const body = rows.every((row) => row.figures!.lost === 0)
    ? [...forwarding, NOTHING_LOST]
    : [...forwarding, ...benchmarks];
  return table([{ title: 'metric' }, { title: 'value' }, { title: 'unit' }, { title: 'method' }], body, 'plain');
}

const NOTHING_LOST: readonly Part[] = [
  'Convergence benchmarks, loss of connectivity',
  'none: nothing was lost',
  '',
  '',
];

function head(title: string): readonly Part[] {
  return [markup`<strong>${title}</strong>`, '', '', ''];
}

/** Minimum, maximum, median, average; each route's own value stands in the table below. */
function statistics(title: string, figures: readonly Bounded[], method: string): (readonly Part[])[] {
  return [
    [`${title}, minimum`, over(figures, Math.min), '', method],
    ['… maximum', over(figures, Math.max), '', ''],
    ['… median', over(figures, (...all) => median(all)!), '', ''],
    ['… average', over(figures, (...all) => mean(all)!), '', ''],
  ];
}

/**
 * All lost packets over the whole offered load, with the accuracy ± number of routes / load (RFC 6413 §6.1.3). The load is
 * that of the receivers: each (S,G) counts once for each.
 */
function lossDerivedOverAll(result: RunResult, rows: readonly Row[]): string {
  const own = rows.filter((row) => !joinsLate(result, row));
  const load = own.reduce((sum, row) => sum + 1 / row.measurement!.intervalNs, 0);
  if (load === 0) return '–';
  const valueNs = own.reduce((sum, row) => sum + row.figures!.lost, 0) / load;
  const accuracyNs = own.length / load;
  const figure = { valueNs, lowNs: Math.max(0, valueNs - accuracyNs), highNs: valueNs + accuracyNs };
  return formatBounded(own.some((row) => row.figures!.lossDerived.open) ? { ...figure, open: true } : figure);
}

function joinsLate(result: RunResult, row: Row): boolean {
  const flow = result.flows.find((each) => each.name === row.flow);
  return flow?.receivers.find((each) => each.node === row.receiver)?.join.when === 'after-fault';
}

/** A statistic over figures, with the same statistic over their lower and upper ends as its interval. */
function over(figures: readonly Bounded[], statistic: (...values: number[]) => number): string {
  if (figures.length === 0) return '–';
  const figure = {
    valueNs: statistic(...figures.map((each) => each.valueNs)),
    lowNs: statistic(...figures.map((each) => each.lowNs)),
    highNs: statistic(...figures.map((each) => each.highNs)),
  };
  return formatBounded(figures.some((each) => each.open) ? { ...figure, open: true } : figure);
}

function pick(figures: readonly Bounded[], statistic: (...values: number[]) => number, unfinished: boolean): string {
  if (unfinished && (statistic === Math.max || figures.length === 0)) return 'not reached in the observation';
  if (figures.length === 0) return 'not measured';
  return `${formatDuration(statistic(...figures.map((each) => each.valueNs)), 4)} in [${formatInterval({
    valueNs: 0,
    lowNs: statistic(...figures.map((each) => each.lowNs)),
    highNs: statistic(...figures.map((each) => each.highNs)),
  })}]`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

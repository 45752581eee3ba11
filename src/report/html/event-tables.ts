import { median, mean } from 'd3-array';
import { formatBounded } from '../../analysis/format.js';
import type { Bounded, EventName } from '../../analysis/types.js';
import { formatDuration } from '../../core/duration.js';
import { NS_PER_SECOND } from '../../core/instant.js';
import type { RunResult } from '../../run/result.js';
import { eventWords, outageText, rowsOf, sourceText, type Row } from '../rows.js';
import { formatCount, formatInterval } from '../text/figures.js';
import { mono, name, section, table } from './parts.js';
import { markup, type Markup, type Part } from './markup.js';

/** Delays above this count as loss in RFC 2544 terms; delays are compared with it, not cut off by it. */
const FORWARDING_DELAY_THRESHOLD_NS = 2 * NS_PER_SECOND;

/** The parameters of the test, as RFC 6413 §7 lists them. */
export function parameterSection(result: RunResult): Markup {
  const flows = result.flows;
  const intervals = flows.map((flow) => flow.intervalNs);
  const loads = flows.reduce((sum, flow) => sum + NS_PER_SECOND / flow.intervalNs, 0);
  const routes = flows.reduce((sum, flow) => sum + flow.receivers.length, 0);
  const bins = [...new Set((result.analysis?.flows ?? []).map((flow) => flow.rate.binNs))];
  const range = (values: readonly number[], show: (value: number) => string): string =>
    values.length === 0 ? '–' : [...new Set([Math.min(...values), Math.max(...values)])].map(show).join(' … ');
  const rows: (readonly Part[])[] = [
    ['Test case', name(result.scenario.name), ''],
    ['Test topology', markup`${name(result.lab.topology)} (drawing above)`, ''],
    ['Convergence event', result.fault === null ? 'none: a control' : name(result.fault.summary), ''],
    ['Nodes, links', `${result.lab.nodes.length}, ${result.lab.links.length}`, ''],
    ['Interface type', `virtual Ethernet (${result.lab.runtime})`, ''],
    [
      'Packet size offered',
      range(
        flows.map((flow) => flow.payloadBytes),
        formatCount,
      ),
      'bytes of UDP payload',
    ],
    ['Offered load, all flows', formatCount(Math.round(loads)), 'packets per second'],
    ['Packet interval T of a flow', range(intervals, formatDuration), ''],
    ['Routes measured', formatCount(routes), '(S,G) × receiver'],
    ['Packet sampling interval', range(intervals, formatDuration), 'one packet'],
    ['Bins of the plots', range(bins, formatDuration), ''],
    ['Forwarding delay threshold', formatDuration(FORWARDING_DELAY_THRESHOLD_NS), 'RFC 2544'],
    ['Timers', 'as configured: nodes/ in the run folder; the limits below name the ones that count', ''],
  ];
  return section(
    'parameters',
    'Parameters',
    table([{ title: 'parameter' }, { title: 'value' }, { title: 'unit' }], rows, 'plain'),
    flowTable(result),
  );
}

function flowTable(result: RunResult): Markup | null {
  return table(
    [
      { title: 'flow' },
      { title: '(S,G)' },
      { title: 'from' },
      { title: 'rate', number: true },
      { title: 'payload', number: true },
      { title: 'tree' },
      { title: 'receivers' },
    ],
    result.flows.map((flow) => [
      name(flow.name),
      mono(`(${flow.from.address}, ${flow.group}:${flow.port})`),
      name(`${flow.from.node}:${flow.from.interface}`),
      `${formatCount(Math.round(NS_PER_SECOND / flow.intervalNs))} pps`,
      `${flow.payloadBytes} B`,
      flow.ssm ? 'source-specific' : (flow.tree?.replace('-', ' ') ?? 'any'),
      name(
        flow.receivers
          .map((each) =>
            each.join.when === 'start'
              ? each.node
              : `${each.node} (joins ${formatDuration(each.join.offsetNs)} after the fault)`,
          )
          .join(', '),
      ),
    ]),
  );
}

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
  const isClean = rows.every((row) => row.figures!.lost === 0);
  const counts: (readonly Part[])[] = [
    ['Packets offered', sum((row) => row.figures!.sent), 'packets', 'sender-side captures'],
    ['Packets forwarded', sum((row) => row.figures!.received), 'packets', 'receiver-side captures'],
    ['Connectivity packet loss', sum((row) => row.figures!.lost), 'packets', 'by sequence number'],
    ['Out-of-order packets', sum((row) => row.figures!.reordered), 'packets', 'RFC 4737 §3.3'],
    ['Duplicate packets', sum((row) => row.figures!.duplicates), 'packets', 'by sequence number'],
    [
      'Excessive forwarding delay packets',
      slowest === null ? 'not measured' : slowest <= FORWARDING_DELAY_THRESHOLD_NS ? '0' : 'some',
      'packets',
      slowest === null ? '' : `largest one-way delay of the run ${formatDuration(slowest)}`,
    ],
  ];
  const times: (readonly Part[])[] = [
    ['First route convergence time', pick(rates, Math.min, unfinished), '', 'rate-derived, RFC 6412 Eq. 3'],
    ['Full convergence time', pick(rates, Math.max, unfinished), '', 'rate-derived, RFC 6412 Eq. 2'],
    ['Route-specific convergence time, minimum', over(lossDerived, Math.min), '', 'loss-derived, RFC 6412 Eq. 4'],
    ['… maximum', over(lossDerived, Math.max), '', 'loss-derived'],
    ['… median', over(lossDerived, (...all) => median(all)!), '', 'loss-derived'],
    ['… average', over(lossDerived, (...all) => mean(all)!), '', 'loss-derived'],
    ['Route loss of connectivity, maximum', over(periods, Math.max), '', 'sum of loss periods, RFC 6412 Eq. 8'],
    ['Largest single loss period', over(largest, Math.max), '', 'n·T ± T, RFC 3357'],
  ];
  const body = isClean ? [...counts, ['Convergence times', 'none: nothing was lost', '', '']] : [...counts, ...times];
  return table([{ title: 'metric' }, { title: 'value' }, { title: 'unit' }, { title: 'method' }], body, 'plain');
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

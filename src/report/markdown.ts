import { formatBounded } from '../analysis/format.js';
import { instantFromText, instantToIso } from '../core/instant.js';
import type { RunResult } from '../run/result.js';
import {
  canVerify,
  clockOf,
  doubtsOf,
  eventWords,
  limitText,
  outageText,
  rowsOf,
  softwareOf,
  sourceText,
  substitutionsOf,
  worst,
} from './rows.js';
import { ORDER_COLUMNS, orderCells, orderRows, responseText } from './orders.js';
import type { MatrixResult } from '../l2cp/matrix.js';
import { expectedText, matrixGroups, outcomeText } from './matrix.js';
import { accountText, burst, lengthText, stepOffset, stepSource, usedSteps } from './timeline.js';
import { METHOD_NOTES } from './method.js';
import { formatCount, formatElapsed, formatInterval } from './text/figures.js';
import { visible } from './text/visible.js';
import { shownVerdict } from './verdict.js';

/** The report for a merge request or a wiki (GitHub-flavoured Markdown). */
export function renderMarkdown(result: RunResult): string {
  const verdict = shownVerdict(result);
  const blocks: string[] = [
    `# ${verdict.outcome.toUpperCase()}: ${md(result.scenario.name)}`,
    ...(verdict.reasons.length === 0 ? [] : [list(verdict.reasons)]),
    [result.lab.topology, result.lab.runtime, softwareOf(result), clockOf(result), result.run.id].map(md).join(' · '),
    ...(result.scenario.description === null ? [] : [md(result.scenario.description)]),
    ...(result.l2cp === undefined
      ? [faultLine(result), resultTable(result), orderTable(result), stepTable(result)]
      : [matrixTable(result.l2cp)]),
    ...notes(result),
    ...detailTable(result),
    '## Steady state',
    steadyTable(result),
    '## Evidence',
    table(
      ['capture', 'at', 'packets', 'dropped by the kernel', 'SHA-256'],
      result.captures.map((each) => [
        md(each.file),
        md(`${each.node}:${each.interface}`),
        each.captured === null ? 'not said' : formatCount(each.captured),
        each.droppedByKernel === null ? 'not said' : formatCount(each.droppedByKernel),
        md(each.sha256),
      ]),
    ),
    `Every figure again, from the captures: ${code(`faultline analyze runs/${result.run.id}`)}`,
    ...(canVerify(result)
      ? [`Again from the start, compared to the byte: ${code(`faultline verify runs/${result.run.id}`)}`]
      : []),
    '## Method',
    METHOD_NOTES.map((note) => `- **${note.what}**: ${note.how}`).join('\n'),
    `Clock: ${md(result.clock.meaning)}`,
    `faultline ${md(result.run.faultline)}, Node ${md(result.run.node)}, Linux ${md(result.run.host.kernel)}, started ${instantToIso(instantFromText(result.run.startedAt))}, took ${formatElapsed(result.run.elapsedMs)}.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function faultLine(result: RunResult): string {
  if (result.fault === null) return 'No fault: a control.';
  return `Fault: ${md(result.fault.summary)}, applied at ${instantToIso(instantFromText(result.fault.appliedFrom))}.`;
}

function matrixTable(matrix: MatrixResult): string {
  return table(
    ['destination', 'type', 'frame', 'ways', 'expected', 'result', 'verdict', 'why'],
    matrixGroups(matrix).map(({ row, ways }) => [
      md(row.destination === 'peer' ? 'the other side' : row.destination),
      md(row.type),
      md(row.name),
      md(ways),
      md(expectedText(row)),
      md(outcomeText(row)),
      row.verdict,
      row.verdict === 'pass' ? '' : md(row.reason),
    ]),
  );
}

function resultTable(result: RunResult): string {
  const rows = rowsOf(result);
  if (rows.length === 0) return 'Nothing was measured.';
  return table(
    ['flow', 'receiver', 'event', 'sent', 'lost', 'outage', 'limit', 'source', 'verdict'],
    rows.map((row) => [
      md(row.flow),
      md(row.receiver),
      eventWords(result, row.event),
      row.figures === null ? '' : formatCount(row.figures.sent),
      row.figures === null ? '' : formatCount(row.figures.lost),
      md(outageText(row)),
      md(limitText(row.judged)),
      md(sourceText(row)),
      row.outcome ?? 'not judged',
    ]),
  );
}

function orderTable(result: RunResult): string {
  const rows = orderRows(result, worst);
  if (rows.length === 0) return '';
  const cells = rows.map((row) => [
    ...orderCells(row, '', limitText(row.judged)).map(md),
    eventWords(result, row.event),
    row.outcome ?? 'not judged',
  ]);
  const response = (result.analysis?.orders ?? []).map((one) => `${one.item}: reply after ${responseText(one)}`);
  return ['## Order entry', table([...ORDER_COLUMNS, 'event', 'verdict'], cells), list(response)].join('\n\n');
}

const MOST_STEPS = 60;

function stepTable(result: RunResult): string {
  const timeline = result.analysis?.timeline;
  if (timeline === undefined) return '';
  const outages = timeline.outages.map((one) => [
    md(one.flow),
    md(one.receiver),
    eventWords(result, one.event),
    lengthText(one),
    md(accountText(timeline, one)),
  ]);
  const used = usedSteps(timeline);
  const steps = timeline.steps
    .filter((_, index) => timeline.steps.length <= MOST_STEPS || used.has(index))
    .slice(0, MOST_STEPS)
    .map((step) => [
      stepOffset(result, step),
      step.kind,
      md(step.node),
      md(`${step.what}${burst(step)}`),
      md(stepSource(step)),
    ]);
  return [
    '## Steps of the control plane',
    outages.length === 0
      ? 'Nothing was lost.'
      : table(['flow', 'receiver', 'event', 'outage', 'accounted for'], outages),
    steps.length === 0 ? 'No step was found.' : table(['after the fault', 'step', 'at', 'what', 'evidence'], steps),
  ].join('\n\n');
}

function detailTable(result: RunResult): string[] {
  const rows = rowsOf(result).filter((row) => row.figures !== null && row.figures.lost > 0);
  if (rows.length === 0) return [];
  return [
    '## Convergence',
    table(
      ['flow', 'receiver', 'event', 'loss-derived (Eq. 4)', 'rate-derived (Eq. 2)', 'loss periods', 'sum of outages'],
      rows.map((row) => [
        md(row.flow),
        md(row.receiver),
        eventWords(result, row.event),
        formatBounded(row.figures!.lossDerived),
        row.figures!.rateDerived === null ? '–' : formatInterval(row.figures!.rateDerived),
        formatCount(row.figures!.periods),
        row.figures!.sum === null ? '–' : formatBounded(row.figures!.sum),
      ]),
    ),
  ];
}

function steadyTable(result: RunResult): string {
  const rows = (['before', 'after'] as const).flatMap((when) =>
    (result.steady[when]?.probes ?? []).map((probe) => [
      when,
      md(probe.kind),
      probe.met ? 'met' : '**not met**',
      formatElapsed(probe.afterMs),
      md(probe.summary),
    ]),
  );
  return rows.length === 0 ? 'Not looked at.' : table(['when', 'probe', '', 'after', 'seen'], rows);
}

function notes(result: RunResult): string[] {
  const all = [...substitutionsOf(result), ...result.notes, ...doubtsOf(result)];
  return all.length === 0 ? [] : ['## Notes and doubts', list(all)];
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${md(item)}`).join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text as Markdown that shows just this text, on one line, in a table too. */
export function md(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+!|~$^=]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/^-/, '\\-')
    .replace(/^(\d+)\./, '$1\\.')
    .replaceAll('://', ':&#47;/');
}

export function code(text: string): string {
  return `\`${visible(text).replaceAll('`', "'")}\``;
}

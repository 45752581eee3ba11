import { formatDuration } from '../core/duration.js';
import { instantFromText, nsBetween } from '../core/instant.js';
import type { RunResult } from '../run/result.js';
import {
  clockOf,
  doubtsOf,
  isRemarkable,
  limitText,
  MAIN_EVENT,
  outageText,
  rowsOf,
  softwareOf,
  sourceText,
  substitutionsOf,
  worst,
  type Row,
} from './rows.js';
import { matrixLines } from './matrix.js';
import { ORDER_COLUMNS, orderCells, orderRows } from './orders.js';
import { accountText, lengthText, worstAccounts } from './timeline.js';
import { painter, type Paint } from './text/colour.js';
import { formatCount, formatElapsed } from './text/figures.js';
import { alignTable, type Column } from './text/table.js';
import { truncate, visible } from './text/visible.js';
import { shownVerdict } from './verdict.js';

export interface ConsoleOptions {
  readonly colour: boolean;
  /** Where the reports lie, to be named; as the user would type it. */
  readonly reportPath?: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'flow', align: 'left' },
  { title: 'receiver', align: 'left' },
  { title: 'sent', align: 'right' },
  { title: 'lost', align: 'right' },
  { title: 'outage', align: 'left' },
  { title: 'limit', align: 'left' },
  { title: 'source', align: 'left' },
  { title: '', align: 'left' },
];
const VERDICT_COLUMN = COLUMNS.length - 1;
const NAME_COLUMNS = 24;
const CELL_COLUMNS = 48;
const MAX_NOTES = 12;

/** The summary of a run for a terminal: what ran, a line per flow and receiver, the verdict with its reasons. */
export function renderConsole(result: RunResult, options: ConsoleOptions): string {
  const paint = painter(options.colour);
  const body =
    result.l2cp === undefined
      ? [...tableLines(result, paint), ...orderLines(result, paint), ...stepLines(result)]
      : matrixLines(result.l2cp, options.colour);
  const lines = [...headLines(result), ...body.map((line) => `  ${line}`)];
  if (options.reportPath !== undefined) lines.push(`  report  ${visible(options.reportPath)}`);
  const verdict = shownVerdict(result);
  lines.push(`${paint(verdict.outcome.toUpperCase(), verdict.outcome)} in ${formatElapsed(result.run.elapsedMs)}`);
  for (const reason of verdict.reasons) lines.push(`  ${visible(reason)}`);
  return `${lines.join('\n')}\n`;
}

/** `The RP dies · trading-floor · netns · FRR 8.4.4 · real clock, seed 1` */
export function titleLine(result: RunResult): string {
  return [result.scenario.name, result.lab.topology, result.lab.runtime, softwareOf(result), clockOf(result)]
    .filter((part) => part !== '')
    .map((part) => truncate(visible(part), 80))
    .join(' · ');
}

function headLines(result: RunResult): string[] {
  const lines = [titleLine(result), ...substitutionsOf(result).map((text) => `  note: ${visible(text)}`)];
  const parts: string[] = [];
  const up = result.phases.find((phase) => phase.name === 'lab-up');
  if (up !== undefined) parts.push(`up ${formatElapsed(up.elapsedMs)}`);
  const before = result.steady.before;
  if (before !== null) {
    parts.push(`${before.reached ? 'steady after' : 'not steady within'} ${formatElapsed(before.elapsedMs)}`);
  }
  if (result.fault === null && result.l2cp === undefined) parts.push('no fault was applied');
  else if (result.fault !== null) {
    const { appliedFrom, appliedTo, summary } = result.fault;
    const within = nsBetween(instantFromText(appliedFrom), instantFromText(appliedTo));
    parts.push(`fault: ${visible(summary)}, applied within ${formatDuration(within, 1)}`);
  }
  lines.push(`  ${parts.join('   ')}`);
  const notes = [...new Set([...result.notes, ...doubtsOf(result)].map((note) => `  note: ${visible(note)}`))];
  lines.push(...notes.slice(0, MAX_NOTES));
  if (notes.length > MAX_NOTES) lines.push(`  note: and ${notes.length - MAX_NOTES} more, in the report`);
  return lines;
}

function tableLines(result: RunResult, paint: Paint): string[] {
  const rows = rowsOf(result);
  if (rows.length === 0) return [];
  const shown = rows.filter(
    (row) => row.event === MAIN_EVENT || row.event === 'join' || (row.event === 'before' && isRemarkable(row)),
  );
  const cells = shown.map((row) => cellsOf(row, row.event === MAIN_EVENT || row.event === 'join' ? '' : 'before '));
  const outcomes = shown.map((row) => row.outcome);
  for (const group of returnRows(rows.filter((row) => row.event === 'reversion'))) {
    cells.push(group.cells);
    outcomes.push(group.outcome);
  }
  return alignTable(COLUMNS, cells, (text, row, column) => {
    const outcome = row < 0 ? null : (outcomes[row] ?? null);
    if (row < 0) return paint(text, 'muted');
    return column === VERDICT_COLUMN && outcome !== null ? paint(text, outcome) : text;
  });
}

/** Order entry, below the flows. */
function orderLines(result: RunResult, paint: Paint): string[] {
  const rows = orderRows(result, worst);
  if (rows.length === 0) return [];
  const prefix = { before: 'before ', initial: '', reversion: 'return ' };
  const cells = rows.map((row) => {
    const texts = orderCells(row, prefix[row.event], limitText(row.judged));
    return [...texts.map((text) => truncate(visible(text), CELL_COLUMNS)), row.outcome ?? 'not judged'];
  });
  const columns = [...ORDER_COLUMNS, ''].map((title): Column => ({ title, align: 'left' }));
  return alignTable(columns, cells, (text, row, column) => {
    const outcome = row < 0 ? null : (rows[row]?.outcome ?? null);
    if (row < 0) return paint(text, 'muted');
    return column === columns.length - 1 && outcome !== null ? paint(text, outcome) : text;
  });
}

/** The outage of each event that is explained worst. */
function stepLines(result: RunResult): string[] {
  const timeline = result.analysis?.timeline;
  if (timeline === undefined) return [];
  return worstAccounts(timeline).map((outage) => {
    const prefix = outage.event === MAIN_EVENT ? 'steps' : 'return steps';
    const text = `${outage.flow} at ${outage.receiver}, ${lengthText(outage)}: ${accountText(timeline, outage)}`;
    return `${prefix}  ${visible(text)}`;
  });
}

/** One line for all where nothing happened on the way back, else one per flow and receiver. */
function returnRows(rows: readonly Row[]): { cells: string[]; outcome: Row['outcome'] }[] {
  if (rows.length === 0) return [];
  if (rows.some(isRemarkable)) return rows.map((row) => ({ cells: cellsOf(row, 'return '), outcome: row.outcome }));
  const judged = rows.flatMap((row) => row.judged);
  const lost = rows.reduce((sum, row) => sum + (row.figures?.lost ?? 0), 0);
  const outcome = worst(judged);
  return [
    { cells: ['return', '', '', formatCount(lost), '–', limitText(judged), '', outcome ?? 'not judged'], outcome },
  ];
}

function cellsOf(row: Row, prefix: string): string[] {
  return [
    truncate(visible(prefix + row.flow), NAME_COLUMNS),
    truncate(visible(row.receiver), NAME_COLUMNS),
    row.figures === null ? '' : formatCount(row.figures.sent),
    row.figures === null ? '' : formatCount(row.figures.lost),
    outageText(row),
    truncate(limitText(row.judged), CELL_COLUMNS),
    truncate(visible(sourceText(row)), CELL_COLUMNS),
    row.outcome ?? 'not judged',
  ];
}

import type { MatrixResult, MatrixRow } from '../l2cp/matrix.js';
import { painter, type Tone } from './text/colour.js';
import { alignTable, type Column } from './text/table.js';
import { truncate, visible } from './text/visible.js';

/** Rows of one frame that came to the same, told in one line. */
export interface MatrixGroup {
  readonly row: MatrixRow;
  readonly rows: readonly MatrixRow[];
  /** `all ways`, or which of them. */
  readonly ways: string;
}

/** In the order of the rows: those of one frame with the same expectation, outcome and verdict together. */
export function matrixGroups(matrix: MatrixResult): readonly MatrixGroup[] {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of matrix.rows) {
    const key = JSON.stringify([row.id, row.expected, row.outcome, row.verdict]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const ids = [...new Set(matrix.rows.map(({ id }) => id))];
  const rowsOfId = (id: string): number => matrix.rows.filter((row) => row.id === id).length;
  return [...groups.values()]
    .sort((a, b) => ids.indexOf(a[0]!.id) - ids.indexOf(b[0]!.id))
    .map((rows) => ({
      row: rows[0]!,
      rows,
      ways: rows.length === rowsOfId(rows[0]!.id) ? 'all ways' : waysText(matrix, rows),
    }));
}

function waysText(matrix: MatrixResult, rows: readonly MatrixRow[]): string {
  const byEncapsulation = new Map<string, string[]>();
  for (const { encapsulation, direction } of rows) {
    byEncapsulation.set(encapsulation, [...(byEncapsulation.get(encapsulation) ?? []), direction]);
  }
  const directions = new Set(matrix.rows.map(({ direction }) => direction)).size;
  return [...byEncapsulation]
    .map(([encapsulation, ways]) =>
      ways.length === directions ? encapsulation : `${encapsulation} ${ways.join(', ')}`,
    )
    .join('; ');
}

/** `PASS | DROP`; what is left open says so. */
export function expectedText(row: Pick<MatrixRow, 'expected'>): string {
  return row.expected.length === 0 ? 'open' : row.expected.join(' | ');
}

/** `CHANGED (also LOSSY)` */
export function outcomeText(row: Pick<MatrixRow, 'outcome' | 'also'>): string {
  return row.also.length === 0 ? row.outcome : `${row.outcome} (also ${row.also.join(', ')})`;
}

/** `ce1:eth1 → ce2:eth1` */
export function wayText(matrix: Pick<MatrixResult, 'from' | 'to'>, row: Pick<MatrixRow, 'direction'>): string {
  return row.direction === 'forward' ? `${matrix.from} → ${matrix.to}` : `${matrix.to} → ${matrix.from}`;
}

/** Bytes in groups, sixteen a line, each line with its offset. */
export function hexDump(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    lines.push(`${at.toString(16).padStart(4, '0')}  ${bytes.slice(at, at + 16).join(' ')}`);
  }
  return lines.join('\n');
}

const COLUMNS: readonly Column[] = [
  ...['destination', 'type', 'frame', 'ways', 'expected', 'result', 'verdict'].map((title): Column => ({
    title,
    align: 'left',
  })),
];
const MOST_REASONS = 20;

/** The matrix for a terminal, and under it why rows did not pass. */
export function matrixLines(matrix: MatrixResult, colour: boolean): string[] {
  const paint = painter(colour);
  const groups = matrixGroups(matrix);
  const lines = [
    `${matrix.from} ↔ ${matrix.to}${matrix.through.length === 0 ? '' : ` through ${matrix.through.join(', ')}`}, ${matrix.framesPerRow} frames a row, expected: ${matrix.profile.name}`,
    ...matrix.dataPath.map((line) => paint(visible(line), 'muted')),
    ...alignTable(
      COLUMNS,
      groups.map(({ row, ways }) => [
        row.destination === 'peer' ? 'the other side' : row.destination,
        row.type,
        truncate(visible(row.name), 24),
        ways,
        expectedText(row),
        outcomeText(row),
        row.verdict,
      ]),
      (text, row, column) => {
        if (row < 0) return paint(text, 'muted');
        return column >= COLUMNS.length - 2 ? paint(text, toneOf(groups[row]!.row)) : text;
      },
    ),
  ];
  const wrong = groups.filter(({ row }) => row.verdict === 'fail' || row.verdict === 'inconclusive');
  for (const { row, ways } of wrong.slice(0, MOST_REASONS)) {
    const changes = row.evidence?.changes.join('; ') ?? '';
    lines.push(`${row.name}, ${ways}: ${visible(row.reason)}${changes === '' ? '' : ` (${visible(changes)})`}`);
  }
  if (wrong.length > MOST_REASONS) lines.push(`and ${wrong.length - MOST_REASONS} more, in the report`);
  return lines;
}

function toneOf(row: MatrixRow): Tone {
  return row.verdict === 'not judged' ? 'muted' : row.verdict;
}

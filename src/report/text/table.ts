import { displayWidth } from './visible.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Columns of the same width by what a terminal shows, three spaces apart, nothing after the last word of a line.
 * `paint` may colour a cell after it was padded.
 */
export function alignTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string[] {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  return lines.map((line, row) =>
    columns
      .map((column, index) => {
        const cell = line[index] ?? '';
        const padding = ' '.repeat(widths[index]! - displayWidth(cell));
        const padded = column.align === 'right' ? padding + cell : cell + padding;
        const isLast = line.slice(index + 1).every((rest) => rest === '');
        return paint(isLast ? padded.trimEnd() : padded, row - 1, index);
      })
      .join('   ')
      .trimEnd(),
  );
}

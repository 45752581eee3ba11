import { Option } from 'commander';
import type { CliContext } from './context.js';

export type PrintFormat = 'table' | 'json';

/** `--format table|json`, the same for every command that prints data. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to print data').choices(['table', 'json']).default('table');
}

export function printJson(context: CliContext, data: unknown): void {
  context.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
}

/** Rows under headings, columns as wide as their widest cell. */
export function printTable(
  context: CliContext,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all) {
    const cells = widths.map((width, column) => (row[column] ?? '').padEnd(width));
    context.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

export function log(context: CliContext, text: string): void {
  context.stderr.write(`${text}\n`);
}

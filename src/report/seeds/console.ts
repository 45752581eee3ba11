import type { SeedSet } from '../../history/seed-set.js';
import { painter } from '../text/colour.js';
import { formatElapsed } from '../text/figures.js';
import { alignTable, type Column } from '../text/table.js';
import { truncate, visible } from '../text/visible.js';
import {
  againText,
  clockOfSet,
  eventText,
  figureCells,
  FIGURE_TITLES,
  remarkText,
  samplingText,
  sparkline,
} from './words.js';

const COLUMNS: readonly Column[] = ['flow', 'receiver', 'event', ...FIGURE_TITLES].map((title) => ({
  title,
  align: title === 'n' ? 'right' : 'left',
}));

/** A set of seeds for a terminal: a line per outage with its distribution, and the verdict over all seeds. */
export function renderSeedConsole(
  set: SeedSet,
  options: { readonly colour: boolean; readonly reportPath?: string },
): string {
  const paint = painter(options.colour);
  const title = [set.scenario.name, set.lab.topology, set.lab.runtime, set.lab.software, clockOfSet(set)];
  const lines = [
    title
      .filter((part) => part !== '')
      .map((part) => truncate(visible(part), 80))
      .join(' · '),
    `  ${visible(samplingText(set))}`,
  ];
  if (set.outages.length > 0) {
    const table = alignTable(
      COLUMNS,
      set.outages.map((outage) => [
        ...[outage.flow, outage.receiver].map((text) => truncate(visible(text), 24)),
        eventText(set, outage),
        ...figureCells(outage),
      ]),
      (text, row) => (row < 0 ? paint(text, 'muted') : text),
    );
    lines.push(`  ${table[0]!}`);
    set.outages.forEach((outage, index) => {
      lines.push(`  ${table[index + 1]!}`);
      const remark = remarkText(outage);
      if (outage.without < outage.n && outage.histogram !== null) lines.push(`    ${sparkline(outage.histogram)}`);
      if (remark !== '') lines.push(`    ${remark}`);
    });
    const longest = set.outages.find(({ event, n, without }) => event === 'initial' && without < n);
    if (longest !== undefined) lines.push(`  the worst again: ${visible(againText(set, longest))}`);
  } else lines.push('  no seed came to a figure');
  if (options.reportPath !== undefined) lines.push(`  report  ${visible(options.reportPath)}`);
  lines.push(
    `${paint(set.verdict.outcome.toUpperCase(), set.verdict.outcome)} over ${set.seeds.length} seeds in ${formatElapsed(set.elapsedMs)}`,
    ...set.verdict.reasons.map((reason) => `  ${visible(reason)}`),
  );
  return `${lines.join('\n')}\n`;
}

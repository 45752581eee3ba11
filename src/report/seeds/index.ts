import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeedSet } from '../../history/seed-set.js';
import { readStyleSheet } from '../assets.js';
import type { ReportFormat } from '../index.js';
import { renderSeedHtml } from './html.js';
import { renderSeedJunit } from './junit.js';
import { renderSeedMarkdown } from './markdown.js';

/** The reports of a set of seeds that are files in its folder. */
export const SEED_REPORTS: Readonly<Record<ReportFormat, { readonly file: string; render(set: SeedSet): string }>> = {
  json: { file: 'distribution.json', render: (set) => `${JSON.stringify(set, null, 2)}\n` },
  junit: { file: 'junit.xml', render: renderSeedJunit },
  markdown: { file: 'report.md', render: renderSeedMarkdown },
  html: { file: 'report.html', render: (set) => renderSeedHtml(set, readStyleSheet()) },
};

/** Writes all of them. */
export async function writeSeedReports(set: SeedSet, dir: string): Promise<void> {
  for (const kind of Object.values(SEED_REPORTS)) await writeFile(join(dir, kind.file), kind.render(set));
}

export { renderSeedConsole } from './console.js';
export { parseSeedSet, seedSetJsonSchemaText } from './schema.js';

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { runCommand } from '../../process/command.js';
import { pdfCommand, readResult, renderConsole, REPORTS, wantsColour, type ReportFormat } from '../../report/index.js';
import { parseSeedSet, renderSeedConsole, SEED_REPORTS } from '../../report/seeds/index.js';
import { log } from '../print.js';
import type { AddCommand } from '../program.js';

/** Of a run, or of a set of seeds: what its folder holds. */
async function reportsOf(
  dir: string,
): Promise<{ table: (colour: boolean) => string; render: (format: ReportFormat) => string }> {
  const setFile = join(dir, SEED_REPORTS.json.file);
  if (existsSync(setFile)) {
    const set = parseSeedSet(readFileSync(setFile, 'utf8'), setFile);
    return {
      table: (colour) => renderSeedConsole(set, { colour }),
      render: (format) => SEED_REPORTS[format].render(set),
    };
  }
  const result = await readResult(join(dir, REPORTS.json.file));
  return { table: (colour) => renderConsole(result, { colour }), render: (format) => REPORTS[format].render(result) };
}

export const addReport: AddCommand = (program, context) => {
  program
    .command('report')
    .description('print a report of a run, or of a set of seeds, again')
    .argument('<run folder>', 'as runs/2026-…')
    .addOption(
      new Option('--format <format>', 'which report')
        .choices(['table', ...Object.keys(REPORTS), 'pdf'])
        .default('table'),
    )
    .addHelpText('after', '\nExample: faultline report runs/2026-… --format markdown')
    .action(async (runDir: string, options: { format: ReportFormat | 'table' | 'pdf' }) => {
      const colour = wantsColour(context.stdout, process.env);
      const { table, render } = await reportsOf(runDir);
      switch (options.format) {
        case 'table':
          context.stdout.write(table(colour));
          return;
        case 'pdf': {
          const profileDir = mkdtempSync(join(tmpdir(), 'faultline-pdf-'));
          const pdf = resolve(runDir, 'report.pdf');
          try {
            const html = resolve(runDir, REPORTS.html.file);
            await runCommand(pdfCommand({ html, pdf, profileDir }), { timeoutMs: 60_000, signal: context.signal });
          } finally {
            rmSync(profileDir, { recursive: true, force: true });
          }
          log(context, pdf);
          return;
        }
        default:
          context.stdout.write(render(options.format));
      }
    });
};

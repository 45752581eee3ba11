import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { runCommand } from '../../process/command.js';
import { pdfCommand, readResult, renderConsole, REPORTS, wantsColour, type ReportFormat } from '../../report/index.js';
import { log } from '../print.js';
import type { AddCommand } from '../program.js';

export const addReport: AddCommand = (program, context) => {
  program
    .command('report')
    .description('print a report of a run again, from its result.json')
    .argument('<run folder>', 'as runs/2026-…')
    .addOption(
      new Option('--format <format>', 'which report')
        .choices(['table', ...Object.keys(REPORTS), 'pdf'])
        .default('table'),
    )
    .addHelpText('after', '\nExample: faultline report runs/2026-… --format markdown')
    .action(async (runDir: string, options: { format: ReportFormat | 'table' | 'pdf' }) => {
      const result = await readResult(join(runDir, REPORTS.json.file));
      switch (options.format) {
        case 'table':
          context.stdout.write(renderConsole(result, { colour: wantsColour(context.stdout, process.env) }));
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
          context.stdout.write(REPORTS[options.format].render(result));
      }
    });
};

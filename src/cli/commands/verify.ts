import { join, resolve } from 'node:path';
import { exitCodeOfOutcome, readResult, REPORTS } from '../../report/index.js';
import { describeVerification } from '../../verify/describe.js';
import { verifyRun } from '../../verify/verify-run.js';
import { formatOption, log, printJson, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { showingGuest } from '../show-guest.js';
import { projectDir, version } from '../version.js';

export const addVerify: AddCommand = (program, context) => {
  program
    .command('verify')
    .description('run a virtual-clock run again from its record, and compare every capture and figure')
    .argument('<run folder>', 'as runs/2026-…')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 the same bytes and figures, 1 not the same or something was altered, 3 another kernel, image, Node or faultline.\n\nExample: faultline verify runs/2026-…',
    )
    .action(async (runDir: string, options: { format: PrintFormat }) => {
      const kept = await readResult(join(runDir, REPORTS.json.file));
      log(context, `${kept.scenario.name}: running it again from its record, seed ${kept.clock.seed}`);
      const found = await showingGuest(context, 'virtual', (hooks) =>
        verifyRun({
          ...{ runDir: resolve(runDir), kept, faultline: version(), projectDir: projectDir(), signal: context.signal },
          ...{ argv: process.argv.slice(2), ...hooks },
        }),
      );
      if (options.format === 'json') printJson(context, withHexBytes(found));
      else context.stdout.write(describeVerification(found));
      context.exitCode = exitCodeOfOutcome(found.verdict.outcome);
    });
};

/** Bytes of frames as hexadecimal digits. */
function withHexBytes(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (_key, value: unknown) => {
      const bytes = value as { type?: unknown; data?: unknown } | null;
      const isBuffer =
        typeof bytes === 'object' && bytes !== null && bytes.type === 'Buffer' && Array.isArray(bytes.data);
      return isBuffer ? Buffer.from(bytes.data as number[]).toString('hex') : value;
    }),
  );
}

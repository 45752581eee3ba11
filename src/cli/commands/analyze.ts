import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UsageError } from '../../core/errors.js';
import { readCapture } from '../../packet/read-capture.js';
import { exitCodeOf, fileReporters, readResult, renderConsole, REPORTS, wantsColour } from '../../report/index.js';
import { analyzeRun } from '../../run/analyze-run.js';
import { differences } from '../../run/compare-results.js';
import { readJournal } from '../../run/journal.js';
import { analyzeForeign, describeForeign, type ForeignOptions } from '../foreign.js';
import { formatOption, log, printJson, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

interface Options extends ForeignOptions {
  readonly format: PrintFormat;
  readonly write?: boolean;
}

export const addAnalyze: AddCommand = (program, context) => {
  program
    .command('analyze')
    .description('compute a run’s figures again from its captures and journal, or those of captures made elsewhere')
    .argument('[run folder]', 'as runs/2026-…')
    .option('--write', 'write the reports of the run again')
    .option('--tx <file>', 'capture at the sender')
    .option('--rx <file>', 'capture at the receiver')
    .option('--flow <group:port>', 'the flow, as 239.1.1.1:5001 or 10.0.0.1>239.1.1.1:5001; the busiest unless told')
    .option(
      '--sequence <offset:bytes[le]>',
      'a sequence number in the UDP payload, as 0:4, 10:8 or 0:4le; or moldudp64',
    )
    .option('--identity', 'tell packets by what is in them (IP identification and payload)')
    .option('--rate <pps>', 'the flow’s nominal packets per second; the median of the capture unless told')
    .option('--rate-only', 'only by gaps in the rate')
    .option('--same-clock', 'both captures were stamped by one clock')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExample: faultline analyze runs/2026-…\nExample: faultline analyze --tx sent.pcap --rx got.pcapng --flow 239.1.1.1:5001 --sequence 0:4',
    )
    .action(async (runDir: string | undefined, options: Options) => {
      if ((runDir === undefined) === (options.rx === undefined)) {
        throw new UsageError('analyze takes either a run folder or --rx (with --tx where there is one)');
      }
      if (runDir === undefined) {
        const measurement = analyzeForeign(options);
        if (options.format === 'json') printJson(context, measurement);
        else context.stdout.write(describeForeign(measurement));
        if (measurement.doubts.length > 0) context.exitCode = EXIT.inconclusive;
        return;
      }
      const journal = join(runDir, 'journal.jsonl');
      if (!existsSync(journal)) throw new UsageError(`${runDir} is no run folder: it has no journal.jsonl`);
      const result = analyzeRun(runDir, readJournal(journal), readCapture);
      if (options.format === 'json') printJson(context, result);
      else context.stdout.write(renderConsole(result, { colour: wantsColour(context.stdout, process.env) }));
      context.exitCode = exitCodeOf(result);
      const kept = join(runDir, REPORTS.json.file);
      if (existsSync(kept)) {
        const found = differences(await readResult(kept), result);
        for (const difference of found) log(context, `differs from result.json: ${difference}`);
        log(
          context,
          found.length === 0 ? 'the figures are those of result.json' : 'the figures are NOT those of result.json',
        );
        if (found.length > 0) context.exitCode = EXIT.fail;
      }
      if (options.write === true) for (const reporter of fileReporters()) await reporter.onEnd?.(result, runDir);
    });
};

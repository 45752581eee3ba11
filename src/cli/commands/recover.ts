import { EXIT } from '../../core/errors.js';
import { createDriver } from '../../device/index.js';
import { sweepControlFolders } from '../../guest/owned-folder.js';
import { wallClock } from '../../process/wall-clock.js';
import { recoverRuns } from '../../run/recover.js';
import { formatOption, log, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { runtimeOf } from '../services.js';

export const addRecover: AddCommand = (program, context) => {
  program
    .command('recover')
    .description('finish what runs that were killed could not: undo their fault, take down their labs')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline recover')
    .action(async (options: { format: PrintFormat }) => {
      const swept = sweepControlFolders();
      const { recovered, alive } = await recoverRuns({ now: wallClock, createDriver, runtimeOf });
      if (options.format === 'json') printJson(context, { recovered, alive });
      else {
        printTable(
          context,
          ['run', 'done', 'failed'],
          recovered.map((entry) => [entry.run, entry.done.join('; '), entry.failed.join('; ')]),
        );
      }
      if (swept > 0) log(context, `folders of lab-kernel launchers that were killed, removed: ${swept}`);
      for (const run of alive) log(context, `${run.id} is alive (process ${run.owner.pid}) and was left alone`);
      if (recovered.some((entry) => entry.failed.length > 0)) context.exitCode = EXIT.labFailed;
    });
};

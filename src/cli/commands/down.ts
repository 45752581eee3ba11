import { UsageError } from '../../core/errors.js';
import { labNameOf } from '../labs.js';
import { log } from '../print.js';
import type { AddCommand } from '../program.js';
import { runtimeOf } from '../services.js';
import { logProgress } from './up.js';

export const addDown: AddCommand = (program, context) => {
  program
    .command('down')
    .alias('destroy')
    .description('take a lab down, also one that is half made or absent')
    .option('-t, --topo <file>', 'its topology file')
    .option('--name <name>', 'its name')
    .option('--all', 'every lab of the runtime')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addHelpText('after', '\nExample: faultline down -t topologies/trading-floor/trading-floor.clab.yml')
    .action(async (options: { topo?: string; name?: string; all?: boolean; runtime: string }) => {
      if (options.all === true && (options.topo ?? options.name) !== undefined) {
        throw new UsageError('--all goes with neither --topo nor --name');
      }
      const runtime = runtimeOf(options.runtime);
      const names = options.all === true ? (await runtime.list()).map((lab) => lab.name) : [labNameOf(options)];
      for (const name of names) {
        await runtime.down(name, { onProgress: (progress) => logProgress(context, progress) });
        log(context, `${name} is down`);
      }
    });
};

import { UsageError } from '../../core/errors.js';
import { allRuntimes, chooseRuntime, type ChosenRuntime } from '../choose-runtime.js';
import { labNameOf } from '../labs.js';
import { log } from '../print.js';
import type { AddCommand } from '../program.js';
import { logProgress } from './up.js';

export const addDown: AddCommand = (program, context) => {
  program
    .command('down')
    .alias('destroy')
    .description('take a lab down, also one that is half made or absent')
    .option('-t, --topo <file>', 'its topology file')
    .option('--name <name>', 'its name')
    .option('--all', 'every lab of the runtime; of all runtimes where none is named')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addHelpText('after', '\nExample: faultline down -t topologies/trading-floor/trading-floor.clab.yml')
    .action(async (options: { topo?: string; name?: string; all?: boolean; runtime: string }) => {
      if (options.all === true && (options.topo ?? options.name) !== undefined) {
        throw new UsageError('--all goes with neither --topo nor --name');
      }
      const takeDown = async ({ runtime, text }: ChosenRuntime, name: string): Promise<void> => {
        log(context, `runtime ${text}`);
        await runtime.down(name, { onProgress: (progress) => logProgress(context, progress) });
        log(context, `${name} is down`);
      };
      if (options.all === true) {
        for (const chosen of await allRuntimes(options.runtime)) {
          for (const lab of await chosen.runtime.list()) await takeDown(chosen, lab.name);
        }
      } else {
        const name = labNameOf(options);
        await takeDown(await chooseRuntime(options.runtime, name), name);
      }
    });
};

import { LabError } from '../../core/errors.js';
import { allRuntimes } from '../choose-runtime.js';
import { labNameOf, printLabs } from '../labs.js';
import { formatOption, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

export const addInspect: AddCommand = (program, context) => {
  program
    .command('inspect')
    .description('list the labs that are up, or the nodes of one')
    .option('-t, --topo <file>', 'topology file of one lab')
    .option('--name <name>', 'name of one lab')
    .option('--all', 'every lab (as without any option)')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline inspect --format json')
    .action(async (options: { topo?: string; name?: string; runtime: string; format: PrintFormat }) => {
      const runtimes = await allRuntimes(options.runtime);
      const labs = (await Promise.all(runtimes.map(({ runtime }) => runtime.list()))).flat();
      if ((options.topo ?? options.name) === undefined) {
        printLabs(context, labs, options.format);
        return;
      }
      const name = labNameOf(options);
      const found = labs.filter((lab) => lab.name === name);
      if (found.length === 0) throw new LabError(`no lab ${name} is up; \`faultline inspect\` lists those that are`);
      printLabs(context, found, options.format);
    });
};

import { EXIT } from '../../core/errors.js';
import { readTopology } from '../../topology/read.js';
import { checkGuestNeeds } from '../../guest/host-needs.js';
import { insideGuest } from '../../guest/inside.js';
import { chooseRuntime } from '../choose-runtime.js';
import { readImageMap } from '../../image/map.js';
import { imageMapOption } from '../options.js';
import { formatOption, log, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { projectDir } from '../version.js';

export const addDoctor: AddCommand = (program, context) => {
  program
    .command('doctor')
    .description('say what this host has, and lacks, for labs in general or for one topology')
    .option('-t, --topo <file>', 'the topology to check for')
    .option('--runtime <name>', 'where labs would run', 'auto')
    .addOption(imageMapOption())
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline doctor -t topologies/trading-floor/trading-floor.clab.yml')
    .action(async (options: { topo?: string; runtime: string; imageMap: readonly string[]; format: PrintFormat }) => {
      const topology = options.topo === undefined ? undefined : readTopology(options.topo);
      const { runtime, text } = await chooseRuntime(options.runtime, undefined, readImageMap(options.imageMap));
      log(context, `runtime ${text}`);
      const findings = [
        ...(await runtime.check(topology)),
        ...(insideGuest(process.env) === undefined ? checkGuestNeeds(projectDir()) : []),
      ];
      if (options.format === 'json') printJson(context, findings);
      else {
        printTable(
          context,
          ['', 'what', 'found'],
          findings.map((finding) => [
            finding.state,
            finding.what,
            finding.detail + (finding.hint === undefined ? '' : ` → ${finding.hint}`),
          ]),
        );
      }
      if (findings.some((finding) => finding.state === 'missing')) context.exitCode = EXIT.labFailed;
    });
};

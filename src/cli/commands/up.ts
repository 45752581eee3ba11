import type { LabProgress } from '../../runtime/types.js';
import { readTopology } from '../../topology/read.js';
import { chooseRuntime } from '../choose-runtime.js';
import type { CliContext } from '../context.js';
import { printLabs } from '../labs.js';
import { readImageMap } from '../../image/map.js';
import { imageMapOption } from '../options.js';
import { formatOption, log, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

export const addUp: AddCommand = (program, context) => {
  program
    .command('up')
    .alias('deploy')
    .description('bring a topology up and leave it running')
    .requiredOption('-t, --topo <file>', 'containerlab topology file')
    .option('--name <name>', 'name of the lab, instead of the file’s')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addOption(imageMapOption())
    .option('--strict-images', 'refuse where something else than a node’s image would run')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline up -t topologies/trading-floor/trading-floor.clab.yml')
    .action(
      async (options: {
        topo: string;
        name?: string;
        runtime: string;
        imageMap: readonly string[];
        strictImages?: boolean;
        format: PrintFormat;
      }) => {
        const topology = readTopology(options.topo);
        const { runtime, text } = await chooseRuntime(options.runtime, undefined, readImageMap(options.imageMap));
        log(context, `runtime ${text}`);
        const lab = await runtime.up(topology, {
          labName: options.name ?? topology.name,
          strictImages: options.strictImages === true,
          signal: context.signal,
          onProgress: (progress) => logProgress(context, progress),
        });
        for (const node of lab.nodes) {
          const software = await node.software();
          if (software.substituted) log(context, `${node.name}: ${software.detail}`);
        }
        printLabs(
          context,
          (await runtime.list()).filter((summary) => summary.name === lab.name),
          options.format,
        );
      },
    );
};

export function logProgress(context: CliContext, progress: LabProgress): void {
  log(context, [progress.stage, progress.node, progress.detail].filter((part) => part !== undefined).join(' '));
}

import { EXIT } from '../../core/errors.js';
import { lookAtLinks } from '../../run/look-at-links.js';
import { chooseRuntime } from '../choose-runtime.js';
import { formatOption, log, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

export const addAttach: AddCommand = (program, context) => {
  program
    .command('attach')
    .description('look at a lab that is up, whoever deployed it: its nodes, what they run, both ends of every link')
    .argument('<lab>', 'name of the lab')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: containerlab deploy -t x.clab.yml && faultline attach x')
    .action(async (name: string, options: { runtime: string; format: PrintFormat }) => {
      const { runtime, text } = await chooseRuntime(options.runtime, name);
      log(context, `runtime ${text}`);
      const lab = await runtime.attach(name);
      const nodes = await Promise.all(
        lab.nodes.map(async (node) => {
          const { product, version, image, substituted, detail } = await node.software();
          const state = await node.state();
          return {
            node: node.name,
            name: node.fullName,
            kind: node.spec.kind,
            state,
            product,
            version,
            image,
            substituted,
            detail,
          };
        }),
      );
      const links = await lookAtLinks(
        lab,
        lab.nodes.map((node) => node.name),
      );
      if (options.format === 'json') {
        printJson(context, { lab: lab.name, runtime: runtime.name, topology: lab.topology.file, nodes, links });
      } else {
        printTable(
          context,
          ['node', 'kind', 'state', 'runs', 'image'],
          nodes.map((node) => [node.node, node.kind, node.state, `${node.product} ${node.version}`, node.image]),
        );
        const wrong = links.filter((end) => end.state !== 'up');
        for (const end of wrong) context.stdout.write(`${end.node}:${end.interface} is ${end.state}\n`);
        if (wrong.length === 0) context.stdout.write(`all ${lab.topology.links.length} links are up at both ends\n`);
      }
      log(
        context,
        `faultline run <scenario> --lab ${lab.name}, l2cp --name ${lab.name}, exec --name ${lab.name} … work on it`,
      );
      const whole = nodes.every((node) => node.state === 'running') && links.every((end) => end.state === 'up');
      if (!whole) context.exitCode = EXIT.labFailed;
    });
};

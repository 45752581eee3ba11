import { EXIT, UsageError } from '../../core/errors.js';
import { shellWords } from '../../runtime/shell-words.js';
import { chooseRuntime } from '../choose-runtime.js';
import { labNameOf } from '../labs.js';
import { formatOption, printJson, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

export const addExec: AddCommand = (program, context) => {
  program
    .command('exec')
    .description('run a command in nodes of a lab; exits 1 where it fails in any')
    .option('-t, --topo <file>', 'topology file of the lab')
    .option('--name <lab>', 'name of the lab')
    .option('--node <name...>', 'in these nodes; in all unless told')
    .option('--cmd <command>', 'the command, as one text that is split like a shell does')
    .option('--runtime <name>', 'where it runs', 'auto')
    .addOption(formatOption())
    .argument('[argv...]', 'the command, after --')
    .addHelpText('after', '\nExample: faultline exec -t x.clab.yml --node rp1 -- vtysh -c "show ip pim neighbor"')
    .action(
      async (
        argv: readonly string[],
        options: { topo?: string; name?: string; node?: string[]; cmd?: string; runtime: string; format: PrintFormat },
      ) => {
        if ((options.cmd === undefined) === (argv.length === 0)) {
          throw new UsageError('give the command either by --cmd "…" or after --');
        }
        const command = options.cmd === undefined ? argv : shellWords(options.cmd);
        const name = labNameOf(options);
        const { runtime } = await chooseRuntime(options.runtime, name);
        const lab = await runtime.attach(name);
        const nodes = options.node === undefined ? lab.nodes : options.node.map((name) => lab.node(name));
        const results = await Promise.all(
          nodes.map(async (node) => ({
            node: node.fullName,
            ...(await node.exec(command, { allowFailure: true, signal: context.signal })),
          })),
        );
        if (options.format === 'json') {
          // The shape that containerlab's own `exec -f json` prints.
          const shown = results.map((result) => [
            result.node,
            [{ cmd: command.join(' '), 'return-code': result.exitCode, stdout: result.stdout, stderr: result.stderr }],
          ]);
          printJson(context, Object.fromEntries(shown));
        } else {
          for (const result of results) {
            if (results.length > 1) context.stdout.write(`# ${result.node}\n`);
            context.stdout.write(result.stdout);
            context.stderr.write(result.stderr);
          }
        }
        if (results.some((result) => result.exitCode !== 0)) context.exitCode = EXIT.fail;
      },
    );
};

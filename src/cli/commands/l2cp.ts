import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../core/errors.js';
import { FAULTS } from '../../fault/index.js';
import { SHIPPED_PROFILES } from '../../l2cp/options.js';
import { ENCAPSULATIONS } from '../../l2cp/types.js';
import { PROBES } from '../../probe/index.js';
import type { Lab } from '../../runtime/types.js';
import { makePlan } from '../../scenario/make-plan.js';
import { readScenario } from '../../scenario/read.js';
import { chooseRuntime } from '../choose-runtime.js';
import { labNameOf } from '../labs.js';
import { formatOption, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { runPlans } from '../run-plans.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly profile: string;
  readonly topo?: string;
  readonly name?: string;
  readonly encapsulation?: readonly string[];
  readonly frames?: string;
  readonly rows?: readonly string[];
  readonly ownFrames?: string;
  readonly watch?: readonly string[];
  readonly mayLeaveLab?: boolean;
  readonly runtime: string;
  readonly out: string;
  readonly format: PrintFormat;
}

export const addL2cp: AddCommand = (program, context) => {
  program
    .command('l2cp')
    .description('send every layer-2 control frame through a running lab and judge what comes out')
    .requiredOption('--from <node:interface>', 'port where frames enter')
    .requiredOption('--to <node:interface>', 'port where they come out, and enter in the other direction')
    .option(
      '--profile <name or file>',
      `what is expected: ${SHIPPED_PROFILES.join(', ')}, or a file`,
      'transparent-wire',
    )
    .option('-t, --topo <file>', 'topology file of the lab')
    .option('--name <lab>', 'name of the lab')
    .option('--encapsulation <name...>', `only these: ${ENCAPSULATIONS.join(', ')}`)
    .option('--frames <n>', 'frames of each row, direction and encapsulation (3)')
    .option('--rows <id or name...>', 'only these rows; `*` stands for anything')
    .option('--own-frames <file>', 'frames of your own')
    .option('--watch <node:interface...>', 'ports where nothing may come out, or none')
    .option('--may-leave-lab', 'send although BPDUs, PAUSE and VTP may leave the lab by host or physical ports')
    .option('--runtime <name>', 'where it runs', 'auto')
    .option('--out <folder>', 'where the run folder goes', 'runs')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline l2cp -t x.clab.yml --from ce1:eth1 --to ce2:eth1 --profile fan-out')
    .action(async (options: Options) => {
      const name = labNameOf(options);
      const chosen = await chooseRuntime(options.runtime, name);
      const lab = await chosen.runtime.attach(name);
      const folder = mkdtempSync(join(tmpdir(), 'faultline-l2cp-'));
      try {
        const file = join(folder, 'l2cp.yml');
        // JSON is YAML: the scenario that the options stand for, kept with the run.
        writeFileSync(file, `${JSON.stringify(scenarioFor(options, lab), null, 2)}\n`);
        const families = { faults: FAULTS, probes: PROBES };
        const plan = makePlan(readScenario(file, families), lab.topology, families);
        await runPlans(context, chosen, [plan], {
          keep: true,
          out: options.out,
          strictImages: false,
          imageMap: [],
          format: options.format,
        });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        // Places in a file that nobody wrote help nobody.
        throw new ConfigError(
          error.issues.map((issue) =>
            issue.file.startsWith(folder) ? { ...issue, file: 'faultline l2cp', line: 0, column: 0 } : issue,
          ),
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
};

function scenarioFor(options: Options, lab: Lab): object {
  const shipped = (SHIPPED_PROFILES as readonly string[]).includes(options.profile);
  const frames = options.frames === undefined ? {} : { frames: Number(options.frames) };
  return {
    name: `L2CP from ${options.from} to ${options.to}`,
    topology: lab.topology.file,
    lab: lab.name,
    'l2cp-matrix': {
      from: options.from,
      to: options.to,
      profile: shipped ? options.profile : resolve(options.profile),
      ...(options.encapsulation === undefined ? {} : { encapsulations: options.encapsulation }),
      ...(options.rows === undefined ? {} : { rows: options.rows }),
      ...(options.ownFrames === undefined ? {} : { 'own-frames': resolve(options.ownFrames) }),
      ...(options.watch === undefined ? {} : { watch: options.watch[0] === 'none' ? 'none' : options.watch }),
      ...(options.mayLeaveLab === true ? { 'may-leave-lab': true } : {}),
      ...frames,
    },
  };
}

import { Command } from 'commander';
import { addAnalyze } from './commands/analyze.js';
import { addAttach } from './commands/attach.js';
import { addCompletion } from './commands/completion.js';
import { addDoctor } from './commands/doctor.js';
import { addDown } from './commands/down.js';
import { addExec } from './commands/exec.js';
import { addImage } from './commands/image.js';
import { addInspect } from './commands/inspect.js';
import { addL2cp } from './commands/l2cp.js';
import { addKernel } from './commands/kernel.js';
import { addList } from './commands/list.js';
import { addRecover } from './commands/recover.js';
import { addReport } from './commands/report.js';
import { addRun } from './commands/run.js';
import { addSchema } from './commands/schema.js';
import { addUp } from './commands/up.js';
import { addValidate } from './commands/validate.js';
import { addVerify } from './commands/verify.js';
import type { CliContext } from './context.js';
import { version } from './version.js';

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext) => void;

const COMMANDS: readonly AddCommand[] = [
  addDoctor,
  addValidate,
  addUp,
  addDown,
  addAttach,
  addInspect,
  addExec,
  addRun,
  addL2cp,
  addAnalyze,
  addVerify,
  addReport,
  addRecover,
  addList,
  addKernel,
  addImage,
  addSchema,
  addCompletion,
];

/** The whole command line. Errors of usage throw CommanderError instead of ending the process. */
export function createProgram(context: CliContext): Command {
  const program = new Command('faultline')
    .description('Break the lab on purpose, measure the outage from packets, sign the acceptance report.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 pass, 1 fail, 2 usage or bad file, 3 inconclusive, 4 the lab or the host failed, 130 interrupted and undone.

Example: faultline run topologies/trading-floor/scenarios/rp-death.yml`,
    );
  for (const add of COMMANDS) add(program, context);
  return program;
}

import { Command } from 'commander';
import type { CliContext } from './context.js';
import { version } from './version.js';

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext) => void;

/** By the word that names it, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  doctor: async () => (await import('./commands/doctor.js')).addDoctor,
  validate: async () => (await import('./commands/validate.js')).addValidate,
  up: async () => (await import('./commands/up.js')).addUp,
  down: async () => (await import('./commands/down.js')).addDown,
  attach: async () => (await import('./commands/attach.js')).addAttach,
  inspect: async () => (await import('./commands/inspect.js')).addInspect,
  exec: async () => (await import('./commands/exec.js')).addExec,
  run: async () => (await import('./commands/run.js')).addRun,
  l2cp: async () => (await import('./commands/l2cp.js')).addL2cp,
  analyze: async () => (await import('./commands/analyze.js')).addAnalyze,
  verify: async () => (await import('./commands/verify.js')).addVerify,
  report: async () => (await import('./commands/report.js')).addReport,
  recover: async () => (await import('./commands/recover.js')).addRecover,
  list: async () => (await import('./commands/list.js')).addList,
  kernel: async () => (await import('./commands/kernel.js')).addKernel,
  image: async () => (await import('./commands/image.js')).addImage,
  schema: async () => (await import('./commands/schema.js')).addSchema,
  completion: async () => (await import('./commands/completion.js')).addCompletion,
};

/**
 * The command line. Errors of usage throw CommanderError instead of ending the process.
 * @param argv without the program. Where it begins with a command, no other is loaded: a start takes a third of the time.
 */
export async function createProgram(context: CliContext, argv: readonly string[]): Promise<Command> {
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
  const named = argv[0] === undefined || argv[0] === 'completion' ? undefined : COMMANDS[argv[0]];
  const wanted = named === undefined ? Object.values(COMMANDS) : [named];
  for (const load of wanted) (await load())(program, context);
  return program;
}

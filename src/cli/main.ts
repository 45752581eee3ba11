import { CommanderError } from 'commander';
import {
  CleanupError,
  CommandError,
  ConfigError,
  EXIT,
  LabError,
  TimeoutError,
  UsageError,
  type ExitCode,
} from '../core/errors.js';
import { CaptureFileError } from '../packet/capture-format.js';
import { Interrupted } from '../run/interrupted.js';
import { newContext } from './context.js';
import { createProgram } from './program.js';

/** Runs the command line and resolves with the exit code. Never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const context = newContext(abort.signal);
  let interrupts = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    interrupts++;
    if (interrupts === 1) {
      context.stderr.write(`\n${signal}: undoing everything; a third one leaves at once\n`);
      abort.abort(new Interrupted(signal));
    } else if (interrupts >= 3) {
      context.stderr.write('left without cleaning up: `faultline recover` does the rest\n');
      process.exit(EXIT.interrupted);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.pass); // the reader has seen enough
    throw error;
  });
  try {
    await (await createProgram(context, argv)).parseAsync(argv, { from: 'user' });
    return abort.signal.aborted ? EXIT.interrupted : context.exitCode;
  } catch (error) {
    return explain(error, context.stderr);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function explain(error: unknown, stderr: NodeJS.WritableStream): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof Interrupted) {
    stderr.write(`${error.message}; everything was undone\n`);
    return EXIT.interrupted;
  }
  if (error instanceof ConfigError || error instanceof UsageError || error instanceof CaptureFileError) {
    stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  if (
    error instanceof LabError ||
    error instanceof CommandError ||
    error instanceof TimeoutError ||
    error instanceof CleanupError
  ) {
    stderr.write(`${error.name}: ${error.message}\n`);
    return EXIT.labFailed;
  }
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.labFailed;
}

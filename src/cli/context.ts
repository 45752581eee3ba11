import { EXIT } from '../core/errors.js';

/** Where a command prints and what it ends with; tests put their own in place. */
export interface CliContext {
  /** Data. */
  readonly stdout: NodeJS.WriteStream;
  /** Logs, progress, errors. */
  readonly stderr: NodeJS.WriteStream;
  /** The command's own exit code (of EXIT, or of the program that it runs); EXIT.pass unless set. */
  exitCode: number;
  /** Aborted on the first SIGINT or SIGTERM, with an `Interrupted`. */
  readonly signal: AbortSignal;
}

export function newContext(signal: AbortSignal): CliContext {
  return { stdout: process.stdout, stderr: process.stderr, exitCode: EXIT.pass, signal };
}

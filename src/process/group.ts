import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

/** A program in a process group of its own: a Ctrl-C of the terminal does not reach it, and all of it ends at once. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Settles when it has ended and its output is read; never rejects. `error`: it could not be started. */
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly error?: NodeJS.ErrnoException;
  }>;
  /** To the whole group; nothing happens where that has ended. */
  kill(signal: NodeJS.Signals): void;
}

export function startGroup(
  argv: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stdio: StdioOptions;
  },
): ProcessGroup {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('an empty command');
  const child = spawn(program, args, { ...options, detached: true });
  const ended = new Promise<Awaited<ProcessGroup['ended']>>((resolve) => {
    child.on('error', (error) => resolve({ exitCode: null, signal: null, error }));
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return {
    child,
    ended,
    kill(signal) {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // all of it is gone
      }
    },
  };
}

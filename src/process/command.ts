import { spawn, type StdioOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { CommandError } from '../core/errors.js';

const STDERR_TAIL_BYTES = 4096;

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to faultline's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** After it the program gets SIGKILL and the call rejects. No limit unless told. */
  readonly timeoutMs?: number;
  /** A non-zero exit is a result, not an error. A signal, a timeout and a program that is not there stay errors. */
  readonly allowFailure?: boolean;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/**
 * Runs a program to its end and returns what it printed (UTF-8).
 * @throws CommandError where it cannot be started, exits with another code than 0, is ended by a signal, or takes
 *   longer than `timeoutMs`; the abort signal's reason where that came first.
 */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('an empty command');
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env === undefined ? process.env : { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // a program that does not read its input may end first
  child.stdin.end(options.input ?? '');

  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, options.timeoutMs);
  const onAbort = (): void => void child.kill('SIGKILL');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const end = await new Promise<{ exitCode: number | null; signal: string | null; error?: Error }>((resolve) => {
      child.on('error', (error) => resolve({ exitCode: null, signal: null, error }));
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    options.signal?.throwIfAborted();
    const durationMs = performance.now() - startedAt;
    const errorText = Buffer.concat(stderr).toString('utf8');
    const failed = (why?: string): CommandError =>
      new CommandError(
        {
          argv,
          exitCode: end.exitCode,
          signal: end.signal,
          stderrTail: errorText.slice(-STDERR_TAIL_BYTES),
          durationMs,
          ...(why === undefined ? {} : { why }),
        },
        end.error === undefined ? undefined : { cause: end.error },
      );
    if (end.error) throw failed(`could not be started: ${end.error.message}`);
    if (timedOut) throw failed(`did not end within ${options.timeoutMs ?? 0} ms`);
    if (end.exitCode === null) throw failed();
    if (end.exitCode !== 0 && options.allowFailure !== true) throw failed();
    return { exitCode: end.exitCode, stdout: Buffer.concat(stdout).toString('utf8'), stderr: errorText, durationMs };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Files that take its output; where absent, `stdout` and `stderr` are pipes to read from. */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  /** Whether to open a pipe to its stdin; /dev/null else. */
  readonly stdin?: boolean;
  /** In a process group of its own, which a Ctrl-C of the terminal does not reach; it outlives faultline. */
  readonly ownGroup?: boolean;
}

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last 4 KiB of its stderr where that was not sent to a file. */
  readonly stderrTail: string;
}

/** A program that runs on until it is stopped. */
export interface Child {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Settles when it has ended and its output is read; never rejects. */
  readonly exited: Promise<ChildEnd>;
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

/**
 * Starts a program and comes back once it is running. It stays in faultline's process group.
 * @throws CommandError where it cannot be started.
 */
export async function startChild(argv: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('an empty command');
  const files: number[] = [];
  const open = (path: string): number => {
    const fd = openSync(path, 'a', 0o644);
    files.push(fd);
    return fd;
  };
  const stdio: StdioOptions = [
    options.stdin === true ? 'pipe' : 'ignore',
    options.stdoutFile === undefined ? 'pipe' : open(options.stdoutFile),
    options.stderrFile === undefined ? 'pipe' : open(options.stderrFile),
  ];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env === undefined ? process.env : { ...process.env, ...options.env },
    stdio,
    detached: options.ownGroup === true,
  });
  for (const fd of files) closeSync(fd);
  let tail = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-STDERR_TAIL_BYTES);
  });
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<ChildEnd>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stderrTail: tail.toString('utf8') }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new CommandError(
          {
            argv,
            exitCode: null,
            signal: null,
            stderrTail: '',
            durationMs: 0,
            why: `could not be started: ${cause.message}`,
          },
          { cause },
        ),
      ),
    );
  });
  return {
    pid: child.pid!,
    argv,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    async stop(signal = 'SIGTERM', graceMs = 2000) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
        await exited;
        clearTimeout(timer);
      } else {
        await exited;
      }
    },
  };
}

import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError, LabError } from '../../core/errors.js';
import { startChild } from '../../process/command.js';
import { compareVersions } from './docker.js';

/** A run of containerlab that hangs longer than this is ended; a deploy that pulls images may take its time. */
const LIMIT_MS = 30 * 60_000;
const GRACE_MS = 20_000;
const PATIENCE_MS = 120_000;

export interface ProgramOptions {
  /** Over faultline's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each line of its log as it comes, without colours. */
  readonly onLine?: (line: string) => void;
  /** Aborted: it is interrupted, as by Ctrl-C, and then ended. */
  readonly signal?: AbortSignal | undefined;
  /** False: an interrupt waits until it has ended by itself, for two minutes at most. Asked when the interrupt comes. */
  readonly interruptible?: () => boolean;
  /** It never reads files of this folder unless told by name; `/` unless given. */
  readonly cwd?: string;
}

export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Its log, without colours. */
  readonly log: readonly string[];
}

/**
 * The containerlab program: `$FAULTLINE_CONTAINERLAB`, else `containerlab` or `clab` in PATH, else the newest that
 * `scripts/containerlab.sh` has built into the cache. Undefined where there is none.
 */
export function findProgram(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env['FAULTLINE_CONTAINERLAB'];
  if (named !== undefined && named !== '') return named;
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const cache = join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? homedir(), '.cache'), 'faultline', 'containerlab');
  return [
    ...['containerlab', 'clab'].flatMap((name) => folders.map((folder) => join(folder, name))),
    ...versionsIn(cache).map((version) => join(cache, version, 'containerlab')),
  ].find(isProgram);
}

function versionsIn(cache: string): string[] {
  try {
    return readdirSync(cache).sort((a, b) => compareVersions(b.slice(1), a.slice(1)));
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws LabError where there is no containerlab. */
export function requireProgram(): string {
  const program = findProgram();
  if (program !== undefined) return program;
  throw new LabError(
    'the containerlab program is not there: install it (https://containerlab.dev/install), build it with ' +
      'scripts/containerlab.sh, or name it in FAULTLINE_CONTAINERLAB',
  );
}

/** `0.79.0`; undefined where it does not say. */
export async function programVersion(): Promise<string | undefined> {
  const { stdout } = await runContainerlab(['version', '--json']);
  try {
    return (JSON.parse(stdout) as { version?: string }).version;
  } catch {
    return /version:\s*(\S+)/i.exec(stdout)?.[1];
  }
}

/**
 * Runs containerlab to its end. A non-zero exit is a result.
 * @throws LabError where there is no such program; CommandError where it cannot be started or hangs; the abort signal's
 *   reason, after it has ended.
 */
export async function runContainerlab(argv: readonly string[], options: ProgramOptions = {}): Promise<ProgramEnd> {
  options.signal?.throwIfAborted();
  const command = [requireProgram(), ...argv];
  const startedAt = performance.now();
  // In a folder without topologies: it takes the one in its working folder where it is told a lab's name only.
  const child = await startChild(command, {
    cwd: options.cwd ?? '/',
    env: { CLAB_VERSION_CHECK: 'disable', NO_COLOR: '1', ...options.env },
    ownGroup: true,
  });
  const log: string[] = [];
  const stdout: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk));
  const lines = createInterface({ input: child.stderr! });
  lines.on('line', (raw) => {
    const line = withoutColours(raw);
    if (line.trim() === '') return;
    log.push(line);
    options.onLine?.(line);
  });
  const read = new Promise<void>((resolve) => lines.on('close', resolve));
  let patience: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const end = (): void => void child.stop('SIGINT', GRACE_MS);
    if (options.interruptible?.() ?? true) end();
    else patience = setTimeout(end, PATIENCE_MS);
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    void child.stop('SIGTERM', GRACE_MS);
  }, LIMIT_MS);
  try {
    const end = await child.exited;
    await read;
    options.signal?.throwIfAborted();
    if (hung) {
      const durationMs = performance.now() - startedAt;
      const why = `did not end within ${LIMIT_MS / 60_000} minutes`;
      throw new CommandError({
        argv: command,
        exitCode: null,
        signal: end.signal,
        stderrTail: tail(log),
        durationMs,
        why,
      });
    }
    return { exitCode: end.exitCode, stdout: Buffer.concat(stdout).toString('utf8'), log };
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** The last lines of a log that say what went wrong; the last ones at all where none does. */
export function tail(log: readonly string[]): string {
  const complaints = log.filter((line) => !/^\S+ (INFO|DEBU)\b/.test(line) && !/^\s*(ERROR)?\s*$/.test(line));
  return (complaints.length > 0 ? complaints : log).slice(-12).join('\n');
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
}

import { mkdtempSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CommandError, LabError } from '../core/errors.js';
import { runCommand } from '../process/command.js';
import { startGroup } from '../process/group.js';

export interface BuildOptions {
  /** A line of progress, for people. */
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

const TAIL_BYTES = 4096;
/** Exit code of whoever should have started a program that is not there. */
const NOT_FOUND = 127;
/** Debian's own mirrors may carry a release file that is past its date. */
const APT_OPTIONS = ['--aptopt=Acquire::Check-Valid-Until "false"'];

/**
 * Runs mmdebstrap to its end. Its lines and those of its hooks (`step: …`) are the progress.
 * @throws LabError where it is not installed; CommandError with its last lines; the signal's reason.
 */
export async function mmdebstrap(args: readonly string[], tmpDir: string, options: BuildOptions): Promise<void> {
  options.signal.throwIfAborted();
  const argv = [...(await ownMounts()), 'mmdebstrap', '--variant=minbase', ...APT_OPTIONS, ...args];
  const startedAt = performance.now();
  const group = startGroup(argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: tmpDir, LC_ALL: 'C.UTF-8' },
  });
  let tail = '';
  const hear = (line: string): void => {
    tail = `${tail}${line}\n`.slice(-TAIL_BYTES);
    const told = /^(?:step|I): (.*)$/.exec(line)?.[1];
    if (told !== undefined) options.onProgress(told);
  };
  createInterface({ input: group.child.stdout! }).on('line', hear);
  createInterface({ input: group.child.stderr! }).on('line', hear);
  const onAbort = (): void => group.kill('SIGTERM');
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const end = await group.ended;
    options.signal.throwIfAborted();
    if (end.error?.code === 'ENOENT' || end.exitCode === NOT_FOUND) {
      throw new LabError('mmdebstrap is not installed, which makes Debian roots: apt-get install mmdebstrap');
    }
    if (end.exitCode !== 0) {
      throw new CommandError({
        argv: ['mmdebstrap'],
        exitCode: end.exitCode,
        signal: end.signal,
        stderrTail: lastWords(tail),
        durationMs: performance.now() - startedAt,
      });
    }
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    group.kill('SIGKILL'); // what it started and did not end
  }
}

/** What the step that failed said, without what mmdebstrap says when it takes everything down. */
export function lastWords(tail: string): string {
  const lines = tail.split('\n');
  const step = lines.findLastIndex((line) => line.startsWith('step: '));
  const said = lines.slice(step + 1).filter((line) => !/^(?:I: |E: (?:setup|mmdebstrap|run_\w+) failed)/.test(line));
  const text = said.join('\n').trim();
  return text === '' ? tail : text;
}

/**
 * As root it mounts things into the new root, and leaves them there where it is ended: a mount namespace ends with it. Nothing
 * where this may not make one.
 */
async function ownMounts(): Promise<readonly string[]> {
  const argv = ['unshare', '--mount', '--propagation', 'private', '--'];
  if (process.geteuid?.() !== 0) return [];
  const works = await runCommand([...argv, 'true'], { allowFailure: true }).catch(() => undefined);
  return works?.exitCode === 0 ? argv : [];
}

/**
 * Calls `work` with a new folder beside `target` (so that what it makes can be renamed into place), and removes it.
 * @throws LabError where the disk has less than `needBytes` left.
 */
export async function withWorkFolder<T>(
  parent: string,
  needBytes: number,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(parent, { recursive: true });
  const { bavail, bsize } = statfsSync(parent);
  if (bavail * bsize < needBytes) {
    const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
    throw new LabError(`${parent} has ${mib(bavail * bsize)} left, and ${mib(needBytes)} are needed to build there`);
  }
  const folder = mkdtempSync(join(parent, '.building-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A word for `sh`, whatever is in it. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../core/errors.js';
import { startChild } from './command.js';

/** After so long a wait somebody is told of it. */
const PATIENCE_MS = 500;

export interface FileLockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once where somebody else has it. */
  readonly onWait?: () => void;
}

export interface FileLock {
  /** Gives it back; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a file as flock(2) has it, for this user's other processes and those of other programs: waits until it
 * is free, and makes the file and its folder where they are missing. It goes with this process, however that ends.
 * @throws LabError where flock(1) cannot have it; the abort signal's reason
 */
export async function lockFile(path: string, options: FileLockOptions = {}): Promise<FileLock> {
  const { signal } = options;
  signal?.throwIfAborted();
  mkdirSync(dirname(path), { recursive: true });
  // It holds the lock until its stdin is closed, and a Ctrl-C does not reach it.
  const holder = await startChild(['flock', '--no-fork', path, 'sh', '-c', 'echo && exec cat'], {
    stdin: true,
    ownGroup: true,
  });
  const release = async (): Promise<void> => {
    holder.stdin!.end();
    await holder.exited;
  };
  const giveUp = (): void => void holder.stop('SIGKILL');
  signal?.addEventListener('abort', giveUp, { once: true });
  const patience = setTimeout(() => options.onWait?.(), PATIENCE_MS);
  try {
    const taken = new Promise<true>((resolve) => holder.stdout!.once('data', () => resolve(true)));
    const end = await Promise.race([taken, holder.exited]);
    if (signal?.aborted === true) {
      await release();
      signal.throwIfAborted();
    }
    if (end !== true) throw new LabError(`the lock of ${path} cannot be had: ${end.stderrTail.trim()}`);
    return { release };
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', giveUp);
  }
}

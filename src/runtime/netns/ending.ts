import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '../../core/errors.js';
import { isAlive, signalProcess, type ProcessIdentity } from '../../process/proc.js';

/** How long programs that were told to end may take before they are made to. */
export const GOODBYE_MS = 10_000;

/** Tells exactly these processes to end (SIGTERM) and waits until they have, for `limitMs` at most. @returns whether all have */
export async function askToEnd(processes: readonly ProcessIdentity[], limitMs = GOODBYE_MS): Promise<boolean> {
  for (const target of processes) signalProcess(target, 'SIGTERM');
  return haveEnded(processes, limitMs);
}

/** Waits until these processes have ended, for `limitMs` at most. @returns whether all have */
export async function haveEnded(processes: readonly ProcessIdentity[], limitMs: number): Promise<boolean> {
  const startedAt = performance.now();
  for (let pauseMs = 1; processes.some(isAlive); pauseMs = Math.min(pauseMs * 2, 50)) {
    if (performance.now() - startedAt > limitMs) return false;
    await sleep(pauseMs);
  }
  return true;
}

/** Sends SIGKILL to exactly these processes and waits until they are gone. @throws TimeoutError naming those that stay. */
export async function endProcesses(processes: readonly ProcessIdentity[], limitMs = 20_000): Promise<void> {
  for (const target of processes) signalProcess(target, 'SIGKILL');
  const startedAt = performance.now();
  if (await haveEnded(processes, limitMs)) return;
  const left = processes.filter(isAlive).map((one) => one.pid);
  throw new TimeoutError('processes to end', `still there: ${left.join(', ')}`, performance.now() - startedAt);
}

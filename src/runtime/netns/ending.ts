import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '../../core/errors.js';
import { isAlive, signalProcess, type ProcessIdentity } from '../../process/proc.js';

/** Sends SIGKILL to exactly these processes and waits until they are gone. @throws TimeoutError naming those that stay. */
export async function endProcesses(processes: readonly ProcessIdentity[], limitMs = 20_000): Promise<void> {
  for (const target of processes) signalProcess(target, 'SIGKILL');
  const startedAt = performance.now();
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const left = processes.filter(isAlive);
    if (left.length === 0) return;
    const elapsed = performance.now() - startedAt;
    if (elapsed > limitMs) {
      throw new TimeoutError('processes to end', `still there: ${left.map((one) => one.pid).join(', ')}`, elapsed);
    }
    await sleep(pauseMs);
  }
}

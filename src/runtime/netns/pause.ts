import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, TimeoutError } from '../../core/errors.js';
import { isAlive, signalProcess } from '../../process/proc.js';
import { processesOf } from './node-processes.js';
import type { LabFolder } from './state.js';

const LIMIT_MS = 10_000;

/**
 * Stops all processes of a node (SIGSTOP), its init last: where that stands, the node is paused. Its kernel goes on
 * forwarding, and programs that faultline runs in its network from outside go on. Idempotent.
 * @throws LabError where the node is down; TimeoutError where a process does not stop.
 */
export async function pauseNode(folder: LabFolder, node: string): Promise<void> {
  const init = folder.init(node);
  if (init === undefined || !isAlive(init)) throw new LabError(`node ${node} is down: it cannot be paused`);
  const others = (): ReturnType<typeof processesOf> => processesOf(init.pid).filter((one) => one.pid !== init.pid);
  const record = folder.readNode(node);
  if (!record.pausing) {
    const stoppedBefore = others().filter((one) => one.state === 'T');
    folder.writeNode(node, {
      pausing: true,
      stoppedBefore: stoppedBefore.map(({ pid, startTicks }) => ({ pid, startTicks })),
    });
  }
  const startedAt = performance.now();
  // A process may have begun another one before its signal came: look again until all stand.
  for (;;) {
    const moving = others().filter((one) => one.state !== 'T');
    if (moving.length === 0) break;
    for (const one of moving) signalProcess(one, 'SIGSTOP');
    const elapsed = performance.now() - startedAt;
    if (elapsed > LIMIT_MS) {
      const names = moving.map((one) => `${one.name} (${one.pid}, state ${one.state})`).join(', ');
      throw new TimeoutError(`the processes of node ${node} to stop`, names, elapsed);
    }
    await sleep(1);
  }
  signalProcess(init, 'SIGSTOP');
  while (processesOf(init.pid).some((one) => one.pid === init.pid && one.state !== 'T')) {
    if (performance.now() - startedAt > LIMIT_MS) {
      throw new TimeoutError(`the init of node ${node} to stop`, 'it runs', performance.now() - startedAt);
    }
    await sleep(1);
  }
}

/** Lets a paused node go on; what stood still before the pause stays so. Does nothing to a node that is not paused. */
export async function resumeNode(folder: LabFolder, node: string): Promise<void> {
  const init = folder.init(node);
  const record = folder.readNode(node);
  if (init === undefined || !isAlive(init) || !record.pausing) return;
  const leave = new Set(record.stoppedBefore.map((one) => `${one.pid} ${one.startTicks}`));
  for (const one of processesOf(init.pid)) {
    if (!leave.has(`${one.pid} ${one.startTicks}`)) signalProcess(one, 'SIGCONT');
  }
  folder.writeNode(node, { pausing: false, stoppedBefore: [] });
}

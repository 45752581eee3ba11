import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { LabError } from '../../core/errors.js';
import { identify, isAlive, signalProcess } from '../../process/proc.js';
import { askToEnd, GOODBYE_MS, haveEnded } from '../netns/ending.js';
import { processesOf } from '../netns/node-processes.js';
import { powerOff } from '../netns/power.js';
import { inspectNode, type ContainerNow, type LabContext } from './context.js';
import { asking } from './docker.js';
import { isHeld } from './hold.js';
import { lifecycleFile, stopByContainerlab } from './lifecycle.js';
import { endContainer, hold, linksToKeep, noteEnd } from './power.js';

/**
 * Ends everything in a node; its links lose carrier and are kept. By containerlab's own `stop` where that can do it, and
 * nobody is to say goodbye: it takes the links first. Idempotent.
 * @throws LabError where the node's links are not those of the topology (they could not be brought back)
 */
export async function stopNode(context: LabContext, node: string, goodbye: boolean): Promise<void> {
  const held = context.folder.held(node);
  const now = await inspectNode(context, node);
  if (!now.running) return;
  if (!isHeld(held)) {
    const links = await linksToKeep(context, node, now);
    context.folder.writeKilled(node, { mode: 'stop', links });
    // containerlab would not bring back the names of interfaces that the node has renamed.
    const isItsOwn = !goodbye && links.every((link) => link.called === link.name);
    const file = isItsOwn ? await lifecycleFile(context, node) : undefined;
    if (file !== undefined) {
      noteEnd(context, now.id);
      await stopByContainerlab(
        file,
        context.topology.nodes.find((one) => one.name === node)!,
      );
      if ((await inspectNode(context, node)).running)
        throw new LabError(`containerlab says that it has stopped node ${node}, whose container runs on`);
      return;
    }
    await hold(context, node, now);
  }
  if (goodbye) await sayGoodbye(context, now);
  await powerOff(held);
  if ((await inspectNode(context, node)).running) await endContainer(context, node, now.id);
}

/**
 * Tells all programs of a container to end, process 1 last: it stands still before, for with it everything ends, and some
 * (an init that waits for its only child) end by themselves, upon which Docker would start the container again.
 */
async function sayGoodbye(context: LabContext, now: ContainerNow): Promise<void> {
  const first = identify(now.pid);
  if (first === undefined) return;
  signalProcess(first, 'SIGSTOP');
  await askToEnd(processesOf(now.pid).filter((one) => one.pid !== now.pid));
  noteEnd(context, now.id);
  // By Docker: so it knows that the container is meant to end. As process 1 a program gets only what it waits for.
  const signal = now.stopSignal;
  await asking(context.docker, () => context.docker.getContainer(now.id).kill({ signal }));
  const isHeard = catches(now.pid, signal);
  signalProcess(first, 'SIGCONT');
  if (isHeard && isAlive(first)) await haveEnded([first], GOODBYE_MS);
}

/** Whether a process has a handler for a signal, told by its name. */
function catches(pid: number, name: string): boolean {
  const number = (constants.signals as Readonly<Record<string, number | undefined>>)[name] ?? Number(name);
  try {
    const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return Number.isInteger(number) && ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
  } catch {
    return false; // it has ended
  }
}

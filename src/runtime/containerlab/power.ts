import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.js';
import { wallClock } from '../../process/wall-clock.js';
import { runThere, type Entrance } from '../netns/enter.js';
import { addressBatch } from '../netns/link-batch.js';
import { powerOff, silence } from '../netns/power.js';
import { shellWords } from '../shell-words.js';
import type { KillMode } from '../types.js';
import {
  inspectNode,
  keptNetwork,
  networkIfThere,
  networkOfContainer,
  requireHere,
  type ContainerNow,
  type LabContext,
} from './context.js';
import { asking } from './docker.js';
import { execInContainer } from './exec.js';
import { holdNamespace, isHeld, isNamespaceOf, nameNamespace, releaseNamespace } from './hold.js';
import { lifecycleFile, parkedAt, removeParking, startByContainerlab } from './lifecycle.js';
import { checkLinks, indexOf, leadsTo, linksOf, moveLinks } from './links.js';
import type { KeptLink } from './state.js';

/** Folders of a node that a loss of power empties. */
const VOLATILE = ['tmp', 'run'];

/**
 * Ends everything in a node; its neighbours see what `mode` says, the same as on the netns runtime. Docker takes the
 * interfaces of a container with it, and the other ends of its links: so its network namespace is held first, with all
 * links in it, and is changed as `mode` says before the container gets SIGKILL. Idempotent.
 * @throws LabError where the node's links are not those of the topology (they could not be brought back)
 */
export async function killNode(context: LabContext, node: string, mode: KillMode): Promise<void> {
  const held = context.folder.held(node);
  const now = await inspectNode(context, node);
  if (!isHeld(held)) {
    if (!now.running) return;
    context.folder.writeKilled(node, { mode, links: await linksToKeep(context, node, now) });
    await hold(context, node, now);
  }
  const there: Entrance = { how: 'net', file: held, lab: context.lab };
  if (mode === 'carrier-silent') await silence(there);
  if (mode === 'carrier-down') await powerOff(held);
  if (now.running) await endContainer(context, node, now.id);
}

/** @throws LabError where they are not those of the topology: boot could not bring them back */
export async function linksToKeep(context: LabContext, node: string, now: ContainerNow): Promise<readonly KeptLink[]> {
  requireHere(context, now);
  const inside = networkOfContainer(context, node, now);
  const { links, missing } = await linksOf(inside, context.topology, node, (far) => networkIfThere(context, far));
  if (missing.length > 0)
    throw new LabError(`node ${node} has no ${missing.join(', ')}: boot could not bring them back`);
  return links;
}

/** Keeps the network namespace of a node, with all links in it, beyond the end of its container. */
export async function hold(context: LabContext, node: string, now: ContainerNow): Promise<void> {
  const held = context.folder.held(node);
  await holdNamespace(now.pid, held);
  nameNamespace(context.fullNames.get(node)!, held);
}

/** @throws LabError where it does not end */
export async function endContainer(context: LabContext, node: string, id: string): Promise<void> {
  noteEnd(context, id);
  // Unlike a signal from outside this tells Docker not to start it again as its restart policy says. It waits for the end.
  await asking(context.docker, () => context.docker.getContainer(id).kill({ signal: 'SIGKILL' }));
  if ((await inspectNode(context, node)).running) throw new LabError(`the container of node ${node} does not end`);
}

/** From now on its end is faultline's doing, until it is booted again. */
export function noteEnd(context: LabContext, id: string): void {
  const ends = context.ended.get(id) ?? [];
  if (ends.length > 0 && ends[ends.length - 1]!.to === undefined) return;
  ends.push({ from: wallClock(), to: undefined });
  context.ended.set(id, ends);
}

/**
 * Starts a dead node again as if power came back: what it wrote to /tmp and /run is gone (its other files stay, as on
 * a disk), its links are moved from the namespace where they were kept into the new one and set up, `exec` is done again,
 * and the links are looked at. What containerlab has stopped it starts again. Idempotent: it goes on where an earlier call,
 * or that which ended the node, was cut off.
 * @throws LabError where a link does not lead where it led before, or Docker took the links with a container that ended
 *   by itself
 */
export async function bootNode(context: LabContext, node: string): Promise<void> {
  const held = context.folder.held(node);
  const kept = keptNetwork(context, node);
  let now = await inspectNode(context, node);
  if (now.running && kept === undefined) return noteStart(context, now.id);
  if (now.running && (kept!.file !== held || isNamespaceOf(held, now.pid))) {
    await endContainer(context, node, now.id);
    now = await inspectNode(context, node);
  }
  let execDone = false;
  if (!now.running) {
    if (now.upperDir !== undefined) {
      for (const name of VOLATILE) rmSync(join(now.upperDir, name), { recursive: true, force: true });
    }
    const isParked = kept !== undefined && kept.file !== held;
    const file = isParked ? await lifecycleFile(context, node) : undefined;
    if (file === undefined) await asking(context.docker, () => context.docker.getContainer(now.id).start());
    else await startByContainerlab(file, node);
    execDone = file !== undefined;
    now = await inspectNode(context, node);
  }
  if (!now.running)
    throw new LabError(`node ${node} does not boot: its container ends at once (exit code ${now.exitCode})`);
  const there: Entrance = { how: 'net', file: `/proc/${now.pid}/ns/net`, lab: context.lab };
  nameNamespace(context.fullNames.get(node)!, there.file);
  const record = context.folder.readKilled(node);
  if (kept !== undefined && record !== undefined) {
    // Where containerlab has started the node, its links are there already, and the namespace where they were is gone.
    const from = keptNetwork(context, node);
    if (from !== undefined) await moveLinks(from, there, now.pid, record.links);
    const problems = await checkLinks(there, record.links);
    if (problems.length > 0)
      throw new LabError(`node ${node} has booted, but its links are not as before: ${problems.join('; ')}`);
    await releaseNamespace(held);
    if (parkedAt(context, node) !== undefined) await removeParking(context.fullNames.get(node)!);
    context.folder.forgetKilled(node);
  }
  const { missing: lost } = await linksOf(there, context.topology, node, (far) => networkIfThere(context, far));
  if (lost.length > 0) {
    throw new LabError(
      `node ${node} runs again without ${lost.join(', ')}: Docker took its links with it when its container ended by ` +
        'itself, the ends at its neighbours too; take the lab down and bring it up again',
    );
  }
  await requireNeighbours(context, node, there);
  const batch = addressBatch(context.topology, node);
  if (batch !== '') await runThere(there, ['ip', '-force', '-batch', '-'], { input: batch, allowFailure: true });
  const spec = context.topology.nodes.find((one) => one.name === node)!;
  for (const line of execDone ? [] : spec.exec) {
    await execInContainer(context.docker, now.id, shellWords(line), { allowFailure: true });
  }
  noteStart(context, now.id);
}

function noteStart(context: LabContext, id: string): void {
  const last = context.ended.get(id)?.at(-1);
  if (last !== undefined) last.to ??= wallClock();
}

/** @throws LabError where a neighbour that runs does not have the other end of a link. */
async function requireNeighbours(context: LabContext, node: string, there: Entrance): Promise<void> {
  const problems: string[] = [];
  for (const link of context.topology.links) {
    const own = link.endpoints.find((end) => end.node === node);
    const far = link.endpoints.find((end) => end.node !== node);
    if (own === undefined || far === undefined || !context.ids.has(far.node)) continue;
    const index = await indexOf(there, own.interface);
    const network = await networkIfThere(context, far.node);
    if (network === undefined || index === undefined) continue;
    if (!(await leadsTo(network, far.interface, index))) {
      problems.push(`${far.node}:${far.interface} does not lead to ${node}:${own.interface}`);
    }
  }
  if (problems.length > 0) throw new LabError(`node ${node} has booted, but ${problems.join('; ')}`);
}

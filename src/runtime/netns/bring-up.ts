import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../process/command.js';
import type { Topology } from '../../topology/types.js';
import type { LabProgress } from '../types.js';
import { formatInitPlan, type InitPlan } from './init-plan.js';
import { addressBatch, linkBatch } from './link-batch.js';
import { netnsPath } from './names.js';
import { runThere } from './enter.js';
import { NodeSpawner, type ExecReport } from './spawner.js';
import type { LabFolder } from './state.js';

/** How many nodes are started at a time. A constant, so that the order does not depend on the machine. */
const WIDTH = 8;

export interface BringUpOptions {
  readonly onProgress?: ((progress: LabProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly startOffsetMs?: ((node: string) => number) | undefined;
}

/**
 * Makes all nodes and links of a lab whose folder is there, and lets them live on. What it started ends again where it
 * fails; named namespaces stay for `tearDown`.
 * @returns how its commands went that may fail.
 * @throws LabError, CommandError, TimeoutError, or the abort signal's reason.
 */
export async function bringUp(
  folder: LabFolder,
  topology: Topology,
  fullNames: Readonly<Record<string, string>>,
  plans: ReadonlyMap<string, InitPlan>,
  options: BringUpOptions,
): Promise<readonly ExecReport[]> {
  const reports: ExecReport[] = [];
  const tell = options.onProgress ?? (() => undefined);
  const spawner = await NodeSpawner.start((report) => reports.push(report));
  const names = topology.nodes.map((node) => node.name);
  const onAbort = (): void => void spawner.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    options.signal?.throwIfAborted();
    tell({ stage: 'nodes', detail: `${names.length} nodes` });
    const pids = new Map<string, number>();
    await forEachOf(names, WIDTH, options.signal, async (node) => {
      writeFileSync(folder.plan(node), formatInitPlan(plans.get(node)!));
      const files = { plan: folder.plan(node), pidFile: folder.pidFile(node), log: folder.log(node) };
      pids.set(node, (await spawner.launch(node, files)).pid);
    });
    tell({ stage: 'links', detail: `${topology.links.length} links` });
    const input = linkBatch(topology, fullNames, pids);
    await runCommand(['ip', '-batch', '-'], { input, ...withSignal(options.signal) });
    await forEachOf(names, WIDTH, options.signal, (node) => spawner.carryOut(node, 'links'));
    for (const node of names) {
      const batch = addressBatch(topology, node);
      if (batch === '') continue;
      const there = { how: 'net', file: netnsPath(fullNames[node]!), lab: folder.lab } as const;
      await runThere(there, ['ip', '-batch', '-'], { input: batch, ...withSignal(options.signal) });
    }
    tell({ stage: 'programs' });
    await startPrograms(spawner, names, options);
    options.signal?.throwIfAborted();
    await spawner.detach();
  } catch (error) {
    await spawner.abort();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
  return reports;
}

/** Starts the programs of all nodes, each not before its offset. */
async function startPrograms(spawner: NodeSpawner, names: readonly string[], options: BringUpOptions): Promise<void> {
  const offsets = names.map((node) => ({ node, offsetMs: options.startOffsetMs?.(node) ?? 0 }));
  offsets.sort((a, b) => a.offsetMs - b.offsetMs);
  const startedAt = performance.now();
  let started = 0;
  await forEachOf(offsets, WIDTH, options.signal, async ({ node, offsetMs }) => {
    const waitMs = offsetMs - (performance.now() - startedAt);
    if (waitMs > 0) await sleep(waitMs, undefined, withSignal(options.signal));
    await spawner.carryOut(node, 'start');
    options.onProgress?.({ stage: 'started', node, detail: `${++started} of ${names.length}` });
  });
}

/** Runs `work` for all items in order, at most `width` at a time. The first failure stops the rest. */
async function forEachOf<T>(
  items: readonly T[],
  width: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      signal?.throwIfAborted();
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

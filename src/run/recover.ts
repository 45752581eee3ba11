import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeUndo, performUndo } from '../fault/undo.js';
import type { DeviceDriver } from '../device/types.js';
import type { LabNode, Runtime } from '../runtime/types.js';
import { instantToText } from '../core/instant.js';
import { Journal, lastOf, readJournal } from './journal.js';
import { keptConfigurations, registeredRuns, unregisterRun, type RegisteredRun } from './registry.js';
import type { RunServices } from './services.js';

export interface Recovery {
  readonly run: string;
  readonly runDir: string;
  readonly done: readonly string[];
  /** Not empty: it is still registered and can be tried again. */
  readonly failed: readonly string[];
}

export interface RecoverServices extends Pick<RunServices, 'now'> {
  readonly runtimeOf: (name: string) => Runtime;
  readonly createDriver: (node: LabNode) => DeviceDriver;
}

/**
 * Finishes what runs that were killed could not: undoes their fault where the lab stays, takes down the labs that were
 * theirs. A run whose process is alive is never touched. Idempotent.
 */
export async function recoverRuns(services: RecoverServices): Promise<{
  readonly recovered: readonly Recovery[];
  readonly alive: readonly RegisteredRun[];
}> {
  const runs = registeredRuns();
  const recovered: Recovery[] = [];
  for (const run of runs) if (!run.alive) recovered.push(await recoverOne(run, services));
  return { recovered, alive: runs.filter((run) => run.alive) };
}

async function recoverOne(run: RegisteredRun, services: RecoverServices): Promise<Recovery> {
  const done: string[] = [];
  const failed: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      done.push(what);
    } catch (error) {
      failed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const runtime = services.runtimeOf(run.runtime);
  if (run.ownsLab) await attempt(`lab ${run.lab} taken down`, () => runtime.down(run.lab));
  else {
    await undoFault(run, runtime, services, attempt);
    await undoConfigurations(run, runtime, services, attempt);
  }
  const journalPath = join(run.runDir, 'journal.jsonl');
  if (existsSync(journalPath)) {
    const journal = new Journal(journalPath, services.now);
    journal.write({ type: 'recovered', done });
    journal.close();
  }
  if (failed.length === 0) unregisterRun(run.id);
  return { run: run.id, runDir: run.runDir, done, failed };
}

async function undoFault(
  run: RegisteredRun,
  runtime: Runtime,
  services: RecoverServices,
  attempt: (what: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const journalPath = join(run.runDir, 'journal.jsonl');
  if (!existsSync(journalPath)) return;
  const entries = readJournal(journalPath);
  const intent = lastOf(entries, 'fault-intent');
  if (intent === undefined || lastOf(entries, 'revert-ended') !== undefined) return;
  await attempt(`fault undone at ${instantToText(services.now())}`, async () => {
    const lab = await runtime.attach(run.lab);
    for (const step of intent.undo) {
      try {
        await performUndo(lab, (node) => services.createDriver(lab.node(node)), step);
      } catch (cause) {
        throw new Error(`${describeUndo(step)}: ${(cause as Error).message}`, { cause });
      }
    }
  });
}

async function undoConfigurations(
  run: RegisteredRun,
  runtime: Runtime,
  services: RecoverServices,
  attempt: (what: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const { node, config } of keptConfigurations(run.id)) {
    await attempt(`configuration of ${node} rolled back`, async () => {
      const lab = await runtime.attach(run.lab);
      await services.createDriver(lab.node(node)).rollback(config);
    });
  }
}

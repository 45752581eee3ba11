import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../process/proc.js';
import { stateDir } from '../process/state-dir.js';

/** A run that has begun and not yet cleaned up after itself, where any later call finds it. */
export interface RegisteredRun {
  readonly id: string;
  readonly runDir: string;
  readonly owner: ProcessIdentity;
  readonly runtime: string;
  readonly lab: string;
  /** False: the lab was there before and stays; only the fault is undone. */
  readonly ownsLab: boolean;
}

const folder = (): string => join(stateDir(), 'runs');
const fileOf = (id: string): string => join(folder(), `${id}.json`);

/** Written before the run makes anything. */
export function registerRun(run: Omit<RegisteredRun, 'owner'>): void {
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('this process is not in /proc');
  mkdirSync(folder(), { recursive: true, mode: 0o755 });
  const temporary = `${fileOf(run.id)}.new`;
  writeFileSync(temporary, JSON.stringify({ ...run, owner }));
  renameSync(temporary, fileOf(run.id));
}

export function unregisterRun(id: string): void {
  rmSync(fileOf(id), { force: true });
}

/** All registered runs, by id. `alive`: its process still runs; such a run is nobody else's business. */
export function registeredRuns(): readonly (RegisteredRun & { readonly alive: boolean })[] {
  let names: string[];
  try {
    names = readdirSync(folder());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const run = JSON.parse(readFileSync(join(folder(), name), 'utf8')) as RegisteredRun;
      return { ...run, alive: isAlive(run.owner) };
    });
}

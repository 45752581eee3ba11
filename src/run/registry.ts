import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  /** False: the lab was there before and stays; only the fault and the configuration are undone. */
  readonly ownsLab: boolean;
}

const folder = (): string => join(stateDir(), 'runs');
const configsOf = (id: string): string => join(folder(), `${id}.configs`);
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

/** The running configuration of a node whose lab stays, before the run changes it. For its owner's eyes: it may hold secrets. */
export function keepConfiguration(id: string, node: string, config: string): void {
  mkdirSync(configsOf(id), { recursive: true, mode: 0o700 });
  writeFileSync(join(configsOf(id), node), config, { mode: 0o600, flush: true });
}

/** What `keepConfiguration` has kept, by node. */
export function keptConfigurations(id: string): readonly { readonly node: string; readonly config: string }[] {
  if (!existsSync(configsOf(id))) return [];
  return readdirSync(configsOf(id))
    .sort()
    .map((node) => ({ node, config: readFileSync(join(configsOf(id), node), 'utf8') }));
}

export function unregisterRun(id: string): void {
  rmSync(configsOf(id), { recursive: true, force: true });
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

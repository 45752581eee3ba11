import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Plan } from '../scenario/plan.js';
import { planFiles } from '../scenario/plan-files.js';

/** What a run was made from, kept beside it with the folders as they were, so that it can be run again from there. */
export interface Inputs {
  /** Relative to `inputs/`. */
  readonly scenario: string;
  readonly topology: string;
  /** Every file and folder that the topology binds or names. */
  readonly bound: readonly string[];
  /** What the topology binds and is not kept, because it is the host's own. */
  readonly outside: readonly string[];
  /** All files that are kept, sorted by path. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** Its name in `inputs/`. */
const INDEX = 'index.json';

export function sha256OfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The deepest folder that holds all of `paths`. */
function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0]!).split(sep);
  for (const path of paths) {
    const parts = dirname(path).split(sep);
    const differs = common.findIndex((part, index) => parts[index] !== part);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join(sep) || sep;
}

/** Copies the scenario, its topology and all it binds into `<runDir>/inputs/`, and writes `inputs/index.json`. */
export function keepInputs(plan: Plan, runDir: string): Inputs {
  const { scenario, topology } = plan;
  const named = planFiles(plan).filter((path) => path !== scenario.file && path !== topology.file);
  // What lies outside the lab's own surroundings (a bound /lib/modules, say) is the host's, not an input to keep.
  const near = [dirname(topology.dir), dirname(scenario.file)].map((dir) => (dir.endsWith(sep) ? dir : dir + sep));
  const isNear = (path: string): boolean => near.some((dir) => dir !== sep && path.startsWith(dir));
  const kept = named.filter(isNear).sort();
  const root = commonFolder([scenario.file, topology.file, ...kept]);
  const target = join(runDir, 'inputs');
  for (const path of [scenario.file, topology.file, ...kept]) {
    const copy = join(target, relative(root, path));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(path, copy, { recursive: true, dereference: true });
  }
  const inputs: Inputs = {
    scenario: relative(root, scenario.file),
    topology: relative(root, topology.file),
    bound: kept.map((path) => relative(root, path)),
    outside: named.filter((path) => !isNear(path)).sort(),
    files: hashesBelow(target),
  };
  writeFileSync(join(target, INDEX), `${JSON.stringify(inputs, null, 2)}\n`);
  return inputs;
}

/** The index of a run's `inputs/`. @throws Error where there is none */
export function readInputs(runDir: string): Inputs {
  return JSON.parse(readFileSync(join(runDir, 'inputs', INDEX), 'utf8')) as Inputs;
}

/** Every file below `dir` but the index, sorted by its path relative to it. */
export function hashesBelow(dir: string): Inputs['files'] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== INDEX && statSync(join(dir, path)).isFile())
    .sort()
    .map((path) => ({ path, sha256: sha256OfFile(join(dir, path)) }));
}

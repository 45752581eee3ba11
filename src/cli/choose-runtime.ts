import type { ImageMap } from '../image/map.js';
import { insideGuest } from '../guest/inside.js';
import { stateDir } from '../process/state-dir.js';
import { containerlabHere } from '../runtime/containerlab/available.js';
import { LabFolder } from '../runtime/containerlab/state.js';
import type { Runtime } from '../runtime/types.js';
import { runtimeOf } from './services.js';

/** A runtime, and by what it was chosen. */
export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** `netns`, or `containerlab (auto: Docker 20.10.24 at …)`: for the first line of what a command says. */
  readonly text: string;
}

/**
 * The runtime that `--runtime` means. `auto` is containerlab where the program and a Docker that runs on this machine
 * are there, else netns; for a lab that is up, the one that has it.
 * @param map images that stand in for those that a topology names
 * @throws UsageError where there is no such runtime
 */
export async function chooseRuntime(name: string, lab?: string, map: ImageMap = []): Promise<ChosenRuntime> {
  if (name !== 'auto') return { runtime: runtimeOf(name, map), text: name };
  const netns = runtimeOf('netns', map);
  if (insideGuest(process.env) !== undefined) return { runtime: netns, text: 'netns' };
  const as = (kind: 'netns' | 'containerlab', why: string): ChosenRuntime => ({
    runtime: kind === 'netns' ? netns : runtimeOf(kind, map),
    text: `${kind} (auto: ${why})`,
  });
  const found = await containerlabHere();
  if (lab !== undefined) {
    const has = async (runtime: Runtime): Promise<boolean> => (await runtime.list()).some((one) => one.name === lab);
    if (await has(netns)) return as('netns', `it has lab ${lab}`);
    // Asked also where its Docker is away: a lab of it is then not absent, but out of reach.
    if (new LabFolder(stateDir(), lab).exists()) return as('containerlab', `it has lab ${lab}`);
    if (found.here && (await has(runtimeOf('containerlab')))) return as('containerlab', `it has lab ${lab}`);
  }
  return as(found.here ? 'containerlab' : 'netns', found.text);
}

/** For commands that look at labs of all kinds: all runtimes that are there where the choice is left to faultline. */
export async function allRuntimes(name: string): Promise<readonly ChosenRuntime[]> {
  if (name !== 'auto') return [await chooseRuntime(name)];
  const netns = { runtime: runtimeOf('netns'), text: 'netns' };
  if (insideGuest(process.env) !== undefined || !(await containerlabHere()).here) return [netns];
  return [{ runtime: runtimeOf('containerlab'), text: 'containerlab' }, netns];
}

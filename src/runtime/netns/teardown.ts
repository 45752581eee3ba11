import { existsSync, readFileSync, statSync } from 'node:fs';
import { CleanupError, LabError } from '../../core/errors.js';
import { runCommand } from '../../process/command.js';
import { isAlive } from '../../process/proc.js';
import { LAB_MARK } from './enter.js';
import { endProcesses } from './ending.js';
import { netnsPath } from './names.js';
import { processesInNetns } from './node-processes.js';
import type { LabFolder } from './state.js';

/**
 * Takes away everything of a lab that its folder tells of, whatever state it is in, and looks again afterwards.
 * Processes that others put into its namespaces are named, not ended.
 * @throws CleanupError with one reason for each thing that is still there.
 */
export async function tearDown(folder: LabFolder): Promise<void> {
  const problems: Error[] = [];
  const attempt = async (what: () => Promise<unknown>): Promise<void> => {
    try {
      await what();
    } catch (cause) {
      problems.push(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
  const state = folder.read();
  const names = Object.values(state?.fullNames ?? {}).filter((name) => existsSync(netnsPath(name)));
  const inodes = new Set(names.map((name) => `net:[${statSync(netnsPath(name)).ino}]`));
  const inits = folder.inits();
  await attempt(() => endProcesses(inits));
  const inside = inodes.size === 0 ? [] : processesInNetns(inodes);
  const ours = inside.filter((one) => markOf(one.pid) === folder.lab);
  await attempt(() => endProcesses(ours));
  if (names.length > 0) {
    const input = names.map((name) => `netns delete ${name}\n`).join('');
    await attempt(() => runCommand(['ip', '-force', '-batch', '-'], { input }));
  }
  for (const one of inside) {
    if (ours.includes(one) || !isAlive(one)) continue;
    problems.push(
      new LabError(`process ${one.pid} (${one.name}), not one of ours, keeps a namespace of the lab alive`),
    );
  }
  const left = names.filter((name) => existsSync(netnsPath(name)));
  for (const name of left) problems.push(new LabError(`network namespace ${name} is still there`));
  if (left.length === 0 && !inits.some(isAlive)) await attempt(async () => folder.remove());
  if (problems.length > 0) {
    throw new CleanupError(problems, `lab ${folder.lab}: ${problems.map((one) => one.message).join('; ')}`);
  }
}

function markOf(pid: number): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((variable) => variable.startsWith(`${LAB_MARK}=`))?.slice(LAB_MARK.length + 1);
  } catch {
    return undefined;
  }
}

import { lstatSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { CleanupError, LabError } from '../../core/errors.js';
import { allPids, identify, type ProcessIdentity } from '../../process/proc.js';
import { endProcesses } from '../netns/ending.js';
import { LAB_MARK } from '../netns/enter.js';
import { fullNodeName, netnsPath } from '../netns/names.js';
import type { LabProgress } from '../types.js';
import { containersOf, type LabContainer } from './containers.js';
import { removedContainer } from './deploy-log.js';
import { dockerProblem } from './docker.js';
import { releaseNamespace } from './hold.js';
import { cleanHostFiles } from './host-files.js';
import { namesLab } from './lab-file.js';
import { parkingName, removeParking } from './lifecycle.js';
import { removeNetworks } from './management-network.js';
import { findProgram, runContainerlab, tail } from './program.js';
import type { LabFolder, LabState } from './state.js';

const LOOK_MS = 100;
const QUIET_LOOKS = 5;

export interface DownOptions {
  readonly onProgress?: (progress: LabProgress) => void;
}

/**
 * Takes a lab down, whoever deployed it and whatever state it is in: by containerlab where its file still names this
 * lab, then by hand what that has left, whatever it said; and looks again.
 * @throws LabError where Docker does not answer; CleanupError with one reason for each thing that is still there
 */
export async function takeDown(docker: Docker, folder: LabFolder, options: DownOptions = {}): Promise<void> {
  const { lab } = folder;
  const tell = (detail: string): void => options.onProgress?.({ stage: 'down', detail });
  const problems: Error[] = [];
  const attempt = async (what: () => Promise<unknown>): Promise<void> => {
    try {
      await what();
    } catch (cause) {
      problems.push(dockerProblem(docker, cause));
    }
  };
  const state = folder.read();
  const containers = await containersOf(docker, lab);
  if (containers.length === 0 && !folder.exists()) return;
  const names = [
    ...new Set([
      ...containers.map((one) => one.fullName),
      ...(state?.topology.nodes.map((node) => fullNodeName(state.topology, lab, node.name)) ?? []),
    ]),
  ];
  await attempt(() => endProcesses(markedProcesses(lab)));
  for (const one of containers) {
    if (one.state === 'paused') await attempt(() => docker.getContainer(one.id).unpause());
  }
  if (containers.length > 0) await attempt(() => destroy(lab, containers, state, tell));
  for (const one of await containersOf(docker, lab)) {
    tell(`container ${one.fullName} was left: removed`);
    await attempt(() => docker.getContainer(one.id).remove({ force: true, v: true }));
  }
  for (const held of heldNamespaces(folder)) await attempt(() => releaseNamespace(held));
  for (const name of names) await attempt(() => removeNames(name));
  await attempt(() => cleanHostFiles(lab));
  await attempt(() => removeNetworks(docker, networksOf(containers, state)));

  const left = await settled(docker, lab, state);
  for (const one of left) problems.push(new LabError(`container ${one.fullName} is still there (${one.state})`));
  for (const name of names.filter((one) => isThere(netnsPath(one)))) {
    problems.push(new LabError(`network namespace ${name} is still there`));
  }
  if (left.length === 0 && problems.length === 0) await attempt(async () => folder.remove());
  if (problems.length > 0) {
    throw new CleanupError(problems, `lab ${lab}: ${problems.map((one) => one.message).join('; ')}`);
  }
}

/**
 * What containers there are. Of a lab whose making was cut off some may be asked for that Docker has not made yet: they
 * are removed as they come, until none has come for a while.
 */
async function settled(docker: Docker, lab: string, state: LabState | undefined): Promise<readonly LabContainer[]> {
  let left = await containersOf(docker, lab);
  if (state?.phase !== 'making') return left;
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
    await sleep(LOOK_MS);
    left = await containersOf(docker, lab);
    for (const one of left) {
      quiet = 0;
      await docker.getContainer(one.id).remove({ force: true, v: true });
    }
  }
  return left.length === 0 ? left : containersOf(docker, lab);
}

/**
 * By the containerlab program, and only where that is safe: told a name, or a file with another name in it, it would take
 * down another lab; told to clean up without containers, it would remove the first lab folder that it finds.
 */
async function destroy(
  lab: string,
  containers: readonly LabContainer[],
  state: LabState | undefined,
  tell: (detail: string) => void,
): Promise<void> {
  const file = state?.file ?? containers[0]!.topologyFile;
  if (findProgram() === undefined || !namesLab(file, lab)) {
    tell(`${file} is not to be had, or names another lab: its containers are removed one by one`);
    return;
  }
  tell(lab);
  // The management network stays: containerlab would take it from a lab that is just coming up.
  // The folder that containerlab made for a lab of ours goes with it; somebody else's stays, as with containerlab itself.
  const ours = state !== undefined;
  const argv = ['destroy', '--topo', file, '--keep-mgmt-net', ...(ours ? ['--cleanup'] : [])];
  let removed = 0;
  const end = await runContainerlab(argv, {
    onLine: (line) => {
      const name = removedContainer(line);
      if (name !== undefined) tell(`${name} ${++removed} of ${containers.length}`);
    },
  });
  if (end.exitCode !== 0) tell(`containerlab destroy exited with ${String(end.exitCode)}: ${tail(end.log)}`);
}

function networksOf(containers: readonly LabContainer[], state: LabState | undefined): ReadonlySet<string> {
  return new Set([
    ...containers.flatMap((one) => one.networks),
    ...(state?.network === undefined ? [] : [state.network]),
  ]);
}

/** Programs that faultline runs in the networks of this lab from outside. */
function markedProcesses(lab: string): readonly ProcessIdentity[] {
  return allPids().flatMap((pid) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const identity = variables.includes(`${LAB_MARK}=${lab}`) ? identify(pid) : undefined;
      return identity === undefined ? [] : [identity];
    } catch {
      return [];
    }
  });
}

function heldNamespaces(folder: LabFolder): string[] {
  try {
    return readdirSync(join(folder.dir, 'held')).map((node) => folder.held(node));
  } catch {
    return [];
  }
}

/** The link in /run/netns, and the namespace where containerlab itself parks the links of a node that it stopped. */
async function removeNames(name: string): Promise<void> {
  if (isThere(netnsPath(name))) rmSync(netnsPath(name), { force: true });
  if (isThere(netnsPath(parkingName(name)))) await removeParking(name);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Folder that containerlab made for a lab, by the folders of its nodes. */
export function labDirOf(container: LabContainer): string | undefined {
  const dir = dirname(container.nodeDir);
  return basename(dir).startsWith('clab-') ? dir : undefined;
}

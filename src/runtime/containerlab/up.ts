import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type Docker from 'dockerode';
import { CleanupError, LabError } from '../../core/errors.js';
import { isRootNamespaceKind } from '../../topology/kinds.js';
import type { Topology } from '../../topology/types.js';
import { LAB_MARK } from '../netns/enter.js';
import { checkLabName, fullNodeName, netnsPath } from '../netns/names.js';
import type { UpOptions } from '../types.js';
import { containersOf } from './containers.js';
import { networkIfThere, networkOf, type LabContext } from './context.js';
import { failedExec, madeNetwork, progressOf } from './deploy-log.js';
import { takeDown } from './down.js';
import { factsOfDocker, notLocal } from './docker.js';
import { tellRefusedLines } from './frr-start.js';
import { imageHint, missingImages, withStandIns } from './images.js';
import { refuseVirtualMachines } from './kinds.js';
import { linksOf } from './links.js';
import { lockNetworks } from './management-network.js';
import { requireProgram, runContainerlab, tail } from './program.js';
import { renamedTopology } from './renamed-file.js';
import { LabFolder, thisProcess, type LabState } from './state.js';

export interface UpPlace {
  readonly docker: Docker;
  readonly stateDir: string;
  /** The image that shall stand in for this one; undefined: none. */
  readonly standIn: (image: string) => string | undefined;
}

/**
 * Has containerlab deploy a topology and looks whether all of it is there: every container runs, every link has both
 * ends. Where anything fails, what was made is taken down again.
 * @returns the state of the lab, which is kept
 * @throws LabError with containerlab's own lines; CleanupError where something of a failed lab is left; the abort
 *   signal's reason
 */
export async function bringUp(
  { docker, stateDir, standIn }: UpPlace,
  topology: Topology,
  options: UpOptions,
  contextOf: (state: LabState) => Promise<LabContext>,
): Promise<LabState> {
  const lab = options.labName ?? topology.name;
  checkLabName(lab);
  options.signal?.throwIfAborted();
  refuseVirtualMachines(topology);
  requireProgram();
  const facts = await factsOfDocker(docker);
  if (!facts.local) throw new LabError(notLocal(facts));
  await refuseTaken(docker, topology, lab);
  const replaced = topology.nodes.some(({ image }) => image !== undefined && (standIn(image) ?? image) !== image);
  await tellMissingImages(docker, withStandIns(topology, standIn), options);
  const folder = new LabFolder(stateDir, lab);
  folder.create();
  const file =
    lab === topology.name && topology.prefix !== '' && !replaced ? topology.file : join(folder.dir, `${lab}.clab.yml`);
  const state: LabState = {
    version: 1,
    lab,
    phase: 'making',
    maker: thisProcess(),
    topology,
    file,
    runDir: options.runDir ?? null,
    owner: process.env['SUDO_USER'] ?? userInfo().username,
    notes: [],
  };
  try {
    folder.write(state);
    if (file !== topology.file) writeRenamed(topology, lab, file, standIn, options);
    const count = topology.nodes.filter((node) => !isRootNamespaceKind(node.kind)).length;
    const notes = await deploy(lab, file, count, options, (network) => folder.write({ ...state, network }));
    const context = await contextOf({ ...state, phase: 'up', notes });
    await requireWhole(context, options);
    const made: LabState = { ...state, phase: 'up', notes: [...notes, ...(await tellRefusedLines(context, options))] };
    folder.write(made);
    options.signal?.throwIfAborted();
    return made;
  } catch (error) {
    await takeDown(docker, folder, options).catch((cleanup: unknown) => {
      throw new CleanupError([error, cleanup], `lab ${lab} failed and could not be taken down`, { cause: error });
    });
    throw error;
  }
}

function writeRenamed(
  topology: Topology,
  labName: string,
  file: string,
  standIn: UpPlace['standIn'],
  options: UpOptions,
): void {
  const env = { ...process.env, ...options.env };
  const text = renamedTopology(readFileSync(topology.file, 'utf8'), topology.file, {
    labName,
    env,
    home: homedir(),
    standIn,
  });
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

/** containerlab takes a second deploy of a name for a change of the lab that is there: it must not come to that. */
async function refuseTaken(docker: Docker, topology: Topology, lab: string): Promise<void> {
  if ((await containersOf(docker, lab)).length > 0) {
    throw new LabError(`lab ${lab} is already up: take it down first (faultline down)`);
  }
  const names = topology.nodes
    .filter((node) => !isRootNamespaceKind(node.kind))
    .map((node) => fullNodeName(topology, lab, node.name));
  const taken = names.filter((name) => existsSync(netnsPath(name)));
  const all = await docker.listContainers({ all: true });
  const clashes = all
    .flatMap((one) => one.Names.map((name) => name.replace(/^\//, '')))
    .filter((name) => names.includes(name));
  if (clashes.length > 0) throw new LabError(`containers of these names exist: ${clashes.join(', ')}`);
  if (taken.length > 0) throw new LabError(`network namespaces of these names exist: ${taken.join(', ')}`);
}

/** An image of faultline's own is made here and nowhere to be had; any other one containerlab tries to pull. */
async function tellMissingImages(docker: Docker, topology: Topology, options: UpOptions): Promise<void> {
  const missing = await missingImages(docker, topology);
  const own = missing.filter(({ image }) => image.startsWith('faultline/'));
  if (own.length > 0) {
    const lines = own.map(({ image, nodes }) => `${image} (${nodes.join(', ')}): ${imageHint(image)}`);
    throw new LabError(`Docker does not have the images that lab ${topology.name} needs:\n${lines.join('\n')}`);
  }
  for (const { image, nodes } of missing) {
    options.onProgress?.({
      stage: 'image',
      detail: `${image} (${nodes.join(', ')}) is not here: containerlab pulls it`,
    });
  }
}

/**
 * @param count of the containers that it makes
 * @param onNetwork where it makes the management network, its name
 * @returns how commands of the nodes failed. @throws LabError with the lines of containerlab that say why
 */
async function deploy(
  lab: string,
  file: string,
  count: number,
  options: UpOptions,
  onNetwork: (name: string) => void,
): Promise<readonly string[]> {
  const notes: string[] = [];
  // Docker goes on making a container that was asked for when the one who asked is gone: from the first one on an
  // interrupt waits for the end, or containers would come up behind the back of what takes the lab down.
  let made = 0;
  const networks = await lockNetworks({
    signal: options.signal,
    onWait: () => options.onProgress?.({ stage: 'wait', detail: 'another lab is being deployed' }),
  });
  const end = await runContainerlab(['deploy', '--topo', file, '--format', 'json', '--log-level', 'info'], {
    signal: options.signal,
    interruptible: () => made === 0,
    env: { ...options.env, [LAB_MARK]: lab },
    onLine: (line) => {
      const failed = failedExec(line);
      if (failed?.detail !== undefined) notes.push(failed.detail);
      const network = madeNetwork(line);
      if (network !== undefined) onNetwork(network);
      const progress = progressOf(line);
      if (progress?.stage === 'container') {
        void networks.release();
        options.onProgress?.({ ...progress, detail: `${++made} of ${count}` });
      } else if (progress !== undefined) options.onProgress?.(progress);
    },
  }).finally(() => networks.release());
  if (end.exitCode === 0) return notes;
  throw new LabError(`containerlab could not deploy lab ${lab} (${basename(file)}):\n${tail(end.log)}`);
}

/** @throws LabError where a container does not run or a link has no end: containerlab may say nothing of it. */
async function requireWhole(context: LabContext, options: UpOptions): Promise<void> {
  const problems: string[] = [];
  const running = new Map((await containersOf(context.docker, context.lab)).map((one) => [one.node, one.state]));
  for (const node of context.topology.nodes) {
    options.signal?.throwIfAborted();
    if (isRootNamespaceKind(node.kind)) continue;
    const state = running.get(node.name);
    if (state !== 'running') {
      problems.push(`node ${node.name} ${state === undefined ? 'has no container' : `is ${state}`}`);
      continue;
    }
    const there = await networkOf(context, node.name);
    const { missing } = await linksOf(there, context.topology, node.name, (name) => networkIfThere(context, name));
    for (const name of missing) problems.push(`node ${node.name} has no interface ${name}`);
  }
  if (problems.length > 0) {
    throw new LabError(`containerlab says that lab ${context.lab} is up, but ${problems.join('; ')}`);
  }
}

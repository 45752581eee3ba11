import { existsSync } from 'node:fs';
import { LabError } from '../../core/errors.js';
import { runCommand } from '../../process/command.js';
import type { TopologyNode } from '../../topology/types.js';
import { netnsPath } from '../netns/names.js';
import { containersOf } from './containers.js';
import type { LabContext } from './context.js';
import { compareVersions } from './docker.js';
import { namesLab } from './lab-file.js';
import { findProgram, programVersion, runContainerlab, tail } from './program.js';

/** The first containerlab that stops and starts single nodes. */
const FIRST_VERSION = '0.75';

/** Name of the namespace in /run/netns where containerlab keeps the links of a node that it has stopped. */
export function parkingName(fullName: string): string {
  return `clab-park-${fullName}`;
}

/** Path of that namespace; undefined where there is none. */
export function parkedAt(context: LabContext, node: string): string | undefined {
  const path = netnsPath(parkingName(context.fullNames.get(node)!));
  return existsSync(path) ? path : undefined;
}

/** Removes that namespace, and what is left in it. */
export async function removeParking(fullName: string): Promise<void> {
  await runCommand(['ip', 'netns', 'delete', parkingName(fullName)]);
}

/**
 * The file by which containerlab stops and starts this node with its links kept; undefined where it cannot: it is too old
 * or not there, its file is no longer this lab's, or the node has links that are no pairs between two containers.
 */
export async function lifecycleFile(context: LabContext, node: string): Promise<string | undefined> {
  const { docker, folder, lab, topology, ids } = context;
  const links = topology.links.filter((link) => link.endpoints.some((end) => end.node === node));
  if (!links.every((link) => link.type === 'veth' && link.endpoints.every((end) => ids.has(end.node))))
    return undefined;
  const file = folder.read()?.file ?? (await containersOf(docker, lab))[0]?.topologyFile;
  if (file === undefined || !namesLab(file, lab) || findProgram() === undefined) return undefined;
  const version = await programVersion();
  return version !== undefined && compareVersions(version, FIRST_VERSION) >= 0 ? file : undefined;
}

/**
 * A container has ten seconds to end by its stop signal, of containerlab's two minutes; two where it is of kind `linux`, which
 * containerlab means to end at once (Docker before 23 does not understand that and waits).
 * @throws LabError with containerlab's own lines
 */
export async function stopByContainerlab(file: string, { name, kind }: TopologyNode): Promise<void> {
  await tell(['stop', '--topo', file, '--node', name, '--timeout', kind === 'linux' ? '2s' : '10s']);
}

/** @throws LabError with containerlab's own lines */
export async function startByContainerlab(file: string, node: string): Promise<void> {
  await tell(['start', '--topo', file, '--node', node]);
}

async function tell(argv: readonly string[]): Promise<void> {
  const end = await runContainerlab(argv);
  if (end.exitCode !== 0) throw new LabError(`containerlab ${argv.join(' ')} failed:\n${tail(end.log)}`);
}

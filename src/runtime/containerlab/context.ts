import type Docker from 'dockerode';
import { LabError } from '../../core/errors.js';
import type { Topology } from '../../topology/types.js';
import type { Entrance } from '../netns/enter.js';
import { asking, dockerPlace, isHere, notLocal } from './docker.js';
import { isHeld, nameNamespace, namedNamespace } from './hold.js';
import { parkedAt } from './lifecycle.js';
import type { LabFolder } from './state.js';

/** What the nodes of one lab share. */
export interface LabContext {
  readonly docker: Docker;
  readonly folder: LabFolder;
  readonly lab: string;
  readonly topology: Topology;
  /** Docker's id of each node's container. */
  readonly ids: ReadonlyMap<string, string>;
  readonly fullNames: ReadonlyMap<string, string>;
  /** When faultline itself ended containers, by id: what Docker tells of these is no accident. Nanoseconds since 1970. */
  readonly ended: Map<string, { readonly from: bigint; to: bigint | undefined }[]>;
}

/** What Docker says about a container now. */
export interface ContainerNow {
  readonly id: string;
  readonly running: boolean;
  readonly paused: boolean;
  /** 0 where it does not run. */
  readonly pid: number;
  readonly exitCode: number;
  /** The signal by which Docker tells it to end. */
  readonly stopSignal: string;
  readonly image: string;
  readonly imageId: string;
  readonly env: Readonly<Record<string, string>>;
  /** Docker would start a program in it as root, in its root folder. */
  readonly plain: boolean;
  /** Folder of what it has written itself; undefined with storage drivers that have no such folder. */
  readonly upperDir: string | undefined;
}

export async function inspectNode(context: LabContext, node: string): Promise<ContainerNow> {
  const id = context.ids.get(node);
  if (id === undefined) throw new LabError(`node ${node} of lab ${context.lab} has no container`);
  const {
    State: state,
    Config: config,
    Image: imageId,
    GraphDriver: driver,
  } = await asking(context.docker, () => context.docker.getContainer(id).inspect());
  const data = (driver as { Data?: Readonly<Record<string, string>> | null } | undefined)?.Data;
  return {
    id,
    running: state.Running && !state.Restarting,
    paused: state.Paused,
    pid: state.Running ? state.Pid : 0,
    exitCode: state.ExitCode,
    stopSignal: (config as { readonly StopSignal?: string }).StopSignal || 'SIGTERM',
    image: config.Image,
    imageId,
    env: Object.fromEntries(
      (config.Env ?? []).map((entry) => {
        const equals = entry.indexOf('=');
        return [entry.slice(0, equals), entry.slice(equals + 1)];
      }),
    ),
    plain: ['', 'root', '0', 'root:root', '0:0'].includes(config.User) && ['', '/'].includes(config.WorkingDir),
    upperDir: data?.['UpperDir'],
  };
}

/** The network of a node from outside: of its container, or, dead, the namespace where its links are. @throws LabError */
export async function networkOf(context: LabContext, node: string): Promise<Entrance> {
  const kept = keptNetwork(context, node);
  if (kept !== undefined) return kept;
  const now = await inspectNode(context, node);
  return networkOfContainer(context, node, now);
}

/** The namespace where the links of a dead node are: faultline holds it, or containerlab keeps it; undefined: neither. */
export function keptNetwork(context: LabContext, node: string): Extract<Entrance, { how: 'net' }> | undefined {
  const held = context.folder.held(node);
  const file = isHeld(held) ? held : parkedAt(context, node);
  return file === undefined ? undefined : { how: 'net', file, lab: context.lab };
}

/** The same, undefined where there is none: a node that is down, or a part of the host. */
export async function networkIfThere(context: LabContext, node: string): Promise<Entrance | undefined> {
  return context.ids.has(node) ? networkOf(context, node).catch(() => undefined) : undefined;
}

export function networkOfContainer(context: LabContext, node: string, now: ContainerNow): Entrance {
  if (!now.running || now.pid === 0) throw new LabError(`node ${node} is down: its network went with its container`);
  requireHere(context, now);
  const file = `/proc/${now.pid}/ns/net`;
  const fullName = context.fullNames.get(node)!;
  // Docker starts a container again by itself, as its restart policy says: the name then still leads to its former life.
  if (namedNamespace(fullName) !== file) nameNamespace(fullName, file);
  return { how: 'net', file, lab: context.lab };
}

/** @throws LabError where the container's processes are not to be seen from here. */
export function requireHere(context: LabContext, now: Pick<ContainerNow, 'pid' | 'id'>): void {
  if (isHere(now.pid, now.id)) return;
  throw new LabError(
    notLocal({ where: dockerPlace(context.docker), machine: 'its processes are not to be seen here' }),
  );
}

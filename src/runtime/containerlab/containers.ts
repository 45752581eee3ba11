import type Docker from 'dockerode';
import { asking } from './docker.js';

/** Labels that containerlab puts on every container of a lab. */
const LABEL = {
  lab: 'containerlab',
  node: 'clab-node-name',
  kind: 'clab-node-kind',
  file: 'clab-topo-file',
  dir: 'clab-node-lab-dir',
  owner: 'clab-owner',
} as const;

/** A node's container. */
export interface LabContainer {
  readonly id: string;
  readonly lab: string;
  readonly node: string;
  /** `clab-<lab>-<node>` */
  readonly fullName: string;
  readonly kind: string;
  readonly image: string;
  /** `running`, `paused`, `exited`, `created`, `restarting`, `dead` */
  readonly state: string;
  readonly topologyFile: string;
  /** The node's own folder, in the lab's. */
  readonly nodeDir: string;
  readonly owner: string;
  /** Names of the Docker networks that it is on: the lab's management network. */
  readonly networks: readonly string[];
}

/** All containers of one lab, or of all labs, dead ones too. By name. @throws LabError where Docker does not answer */
export async function containersOf(docker: Docker, lab?: string): Promise<readonly LabContainer[]> {
  const label = lab === undefined ? LABEL.lab : `${LABEL.lab}=${lab}`;
  const found = await asking(docker, () => docker.listContainers({ all: true, filters: { label: [label] } }));
  return found
    .filter((one) => one.Labels[LABEL.node] !== undefined)
    .map((one) => ({
      id: one.Id,
      lab: one.Labels[LABEL.lab]!,
      node: one.Labels[LABEL.node]!,
      fullName: (one.Names[0] ?? '').replace(/^\//, ''),
      kind: one.Labels[LABEL.kind] ?? '',
      image: one.Image,
      state: one.State,
      topologyFile: one.Labels[LABEL.file] ?? '',
      nodeDir: one.Labels[LABEL.dir] ?? '',
      owner: one.Labels[LABEL.owner] ?? '',
      networks: Object.keys(one.NetworkSettings?.Networks ?? {}),
    }))
    .sort((a, b) => (a.fullName < b.fullName ? -1 : 1));
}

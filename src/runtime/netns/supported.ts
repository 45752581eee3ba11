import { formatIssue } from '../../core/errors.js';
import type { Topology, TopologyNode } from '../../topology/types.js';
import { shellWords } from '../shell-words.js';
import { badNames } from './names.js';

/** Kinds that are one thing here: a node of the host's own (or an image's) Linux, or a bridge in a node. */
const KINDS = new Set(['linux', 'bridge', 'frr']);

/** Properties of a node that change nothing of what a lab measures: told in a note. */
const NOTED: Readonly<Record<string, string>> = {
  'auto-remove': 'there is no container to remove',
  'cap-add': 'nodes have all capabilities',
  'cgroup-parent': 'no control groups are used',
  'cgroupns-mode': 'no control groups are used',
  config: "data of containerlab's config engine",
  cpu: 'nodes share the machine without limits',
  'cpu-set': 'nodes share the machine without limits',
  devices: "nodes see the host's devices",
  'enforce-startup-config': 'the start configuration is always applied',
  'image-pull-policy': 'no image is pulled',
  license: 'nothing here needs a license',
  memory: 'nodes share the machine without limits',
  'mgmt-ipv4': 'there is no management network; the address stands in /etc/hosts where no other is known',
  'mgmt-ipv6': 'there is no management network',
  position: 'for drawings only',
  privileged: 'nodes are always privileged',
  'restart-policy': 'a node that has ended stays down until it is booted',
  'security-opts': 'nodes are not confined',
  'shm-size': '/dev/shm is not limited',
  type: 'of no meaning for this kind',
};

export interface SupportFindings {
  /** What stops `up`, before anything is created. */
  readonly refused: readonly string[];
  /** What is left out without harm. */
  readonly notes: readonly string[];
}

/** Everything in a topology that this runtime cannot do, by name, and what it leaves out. */
export function supportOf(topology: Topology): SupportFindings {
  const refused: string[] = [...badNames(topology)];
  const notes: string[] = [];
  for (const node of topology.nodes) {
    const refuse = (what: string): void => void refused.push(at(node, what));
    if (node.driver === 'junos' || node.driver === 'fake' || !KINDS.has(node.kind)) {
      refuse(`kind ${node.kind} (driver ${node.driver}) needs the containerlab runtime`);
      continue;
    }
    for (const [name, value] of Object.entries(node.other)) {
      const note = NOTED[name] ?? harmless(name, value);
      if (note === undefined) refuse(`'${name}' is not supported by the netns runtime`);
      else notes.push(`${node.name}: '${name}' is left out: ${note}`);
    }
    if (node.mgmtIpv4 !== undefined) notes.push(`${node.name}: 'mgmt-ipv4' is left out: ${NOTED['mgmt-ipv4']!}`);
    if (node.privileged === false) refuse(`'privileged: false' is not supported by the netns runtime`);
    if (node.startupConfig !== undefined && node.driver !== 'frr') {
      notes.push(`${node.name}: 'startup-config' is left out: of no meaning for kind ${node.kind}`);
    }
    for (const line of [...node.exec, node.cmd ?? '', node.entrypoint ?? '']) {
      try {
        shellWords(line);
      } catch (error) {
        refuse((error as Error).message);
      }
    }
    if (node.kind === 'bridge') notes.push(`${node.name}: a bridge in a namespace of its own, not one of the host`);
  }
  for (const link of topology.links) {
    const where = formatIssue({ ...link.source, message: `link ${link.id}` });
    if (link.type !== 'veth' && link.type !== 'dummy') {
      refused.push(`${where}: links of type ${link.type} are not supported by the netns runtime`);
    }
    for (const end of link.endpoints) {
      if (!topology.nodes.some((node) => node.name === end.node))
        refused.push(`${where}: there is no node ${end.node}`);
    }
  }
  return { refused, notes };
}

function harmless(name: string, value: unknown): string | undefined {
  if (name === 'network-mode' && (value === 'bridge' || value === 'none')) return 'there is no management network';
  if (name === 'runtime' && (value === 'docker' || value === 'podman')) return 'no container is made';
  if (name === 'suppress-startup-config' && value === false) return 'the default';
  const empty = value === undefined || value === null || value === false || value === '' || value === 0;
  const nothing = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return empty || nothing ? 'it asks for nothing' : undefined;
}

function at(node: TopologyNode, what: string): string {
  return formatIssue({ ...node.source, message: `node ${node.name}: ${what}` });
}

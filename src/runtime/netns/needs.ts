import type { Topology, TopologyNode } from '../../topology/types.js';
import { parseDaemonsFile } from './frr.js';

/** What of the kernel a topology may need beyond namespaces. */
export const FEATURES = [
  'veth',
  'bridge',
  'vxlan',
  'vlan',
  'vrf',
  'bond',
  'dummy',
  'macvlan',
  'gre',
  'netem',
  'mpls',
  'nft-netdev-ingress',
  'nft-netdev-egress',
  'multicast-routing',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Text of a file that a node's binds put at this path. */
export type ReadBoundFile = (node: TopologyNode, nodePath: string) => string | undefined;

const LINK_TYPES: Readonly<Record<string, Feature>> = {
  bond: 'bond',
  vrf: 'vrf',
  vlan: 'vlan',
  vxlan: 'vxlan',
  bridge: 'bridge',
  dummy: 'dummy',
  macvlan: 'macvlan',
  gre: 'gre',
  gretap: 'gre',
};

/**
 * The features a topology needs, each with the first place that asks for it: its links and bridges, its commands, the
 * scripts they name, its `sysctls`, its FRR daemons.
 */
export function neededFeatures(topology: Topology, readBound: ReadBoundFile): ReadonlyMap<Feature, string> {
  const needs = new Map<Feature, string>();
  const need = (feature: Feature, why: string): void => {
    if (!needs.has(feature)) needs.set(feature, why);
  };
  for (const link of topology.links) need(link.type === 'dummy' ? 'dummy' : 'veth', `link ${link.id}`);
  for (const node of topology.nodes) {
    if (node.kind === 'bridge') need('bridge', `node ${node.name}`);
    for (const line of [...node.exec, node.cmd ?? '', node.entrypoint ?? '']) {
      for (const feature of featuresOfCommand(line)) need(feature, `node ${node.name}: ${line}`);
    }
    for (const bind of scriptsOf(node)) {
      for (const line of (readBound(node, bind) ?? '').split('\n')) {
        for (const feature of featuresOfCommand(line)) need(feature, `node ${node.name}: ${bind}: ${line.trim()}`);
      }
    }
    if (Object.keys(node.sysctls).some((key) => /^net[./]mpls/.test(key))) need('mpls', `node ${node.name}: sysctls`);
    if (node.driver === 'frr' && wantsPim(node, readBound)) need('multicast-routing', `node ${node.name}: pimd`);
  }
  return needs;
}

/** Kernel features that a command line asks for, as far as its words tell. */
export function featuresOfCommand(line: string): readonly Feature[] {
  const found = new Set<Feature>();
  if (/^\s*#/.test(line)) return [];
  if (/\bip\b/.test(line)) {
    for (const match of line.matchAll(/\btype\s+([a-z0-9]+)\b/g)) {
      const feature = LINK_TYPES[match[1]!];
      if (feature) found.add(feature);
    }
    if (/\bencap\s+mpls\b|\s-(?:f|family)\s+mpls\b/.test(line)) found.add('mpls');
  }
  if (/\bbrctl\s+addbr\b/.test(line)) found.add('bridge');
  if (/\bvconfig\s+add\b/.test(line)) found.add('vlan');
  if (/\btc\b.*\bnetem\b/.test(line)) found.add('netem');
  if (/\bnet[./]mpls[./]/.test(line)) found.add('mpls');
  return [...found];
}

/** Bound files that a command of the node names. */
function scriptsOf(node: TopologyNode): string[] {
  const commands = [...node.exec, node.cmd ?? '', node.entrypoint ?? ''].join('\n');
  return node.binds.map((bind) => bind.nodePath).filter((path) => commands.includes(path));
}

function wantsPim(node: TopologyNode, readBound: ReadBoundFile): boolean {
  const text = readBound(node, '/etc/frr/daemons');
  if (text === undefined) return false;
  const value = parseDaemonsFile(text, '/etc/frr/daemons').get('pimd');
  return value !== undefined && value !== '' && value !== 'no' && value !== '0';
}

import { createHash } from 'node:crypto';
import { LabError } from '../../core/errors.js';
import type { Endpoint, Topology } from '../../topology/types.js';

/** Where `ip netns` keeps named network namespaces. */
export const NETNS_DIR = '/run/netns';

/** The MTU that containerlab gives a link unless told. */
export const DEFAULT_LINK_MTU = 9500;

/**
 * containerlab's name of a node: `clab-<lab>-<node>`, or as the topology's `prefix` says (`''`: the node's name alone;
 * `__lab-name`: `<lab>-<node>`). A lab that runs under another name than its topology's own keeps the lab name in it
 * also where the prefix is empty, so that two of them can stand side by side.
 */
export function fullNodeName(topology: Topology, labName: string, node: string): string {
  const prefix = topology.prefix ?? 'clab';
  if (prefix === '' && labName === topology.name) return node;
  return prefix === '' || prefix === '__lab-name' ? `${labName}-${node}` : `${prefix}-${labName}-${node}`;
}

export function netnsPath(fullName: string): string {
  return `${NETNS_DIR}/${fullName}`;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** @throws LabError where a name cannot be one of a folder, a namespace or a host. */
export function checkLabName(labName: string): void {
  if (!NAME.test(labName) || labName.length > 100) {
    throw new LabError(
      `lab name '${labName}' cannot be used: letters, digits, '_', '.', '-', at most 100, first a letter or digit`,
    );
  }
}

/** What is wrong with the names in a topology for network namespaces, host names and interfaces. */
export function badNames(topology: Topology): string[] {
  const issues: string[] = [];
  for (const node of topology.nodes) {
    if (!NAME.test(node.name) || node.name.length > 63) {
      issues.push(`node name '${node.name}' cannot be a host name (letters, digits, '_', '.', '-', at most 63)`);
    }
    if (node.kind === 'bridge' && node.name.length > 15) {
      issues.push(`bridge '${node.name}': the name of a Linux bridge has at most 15 characters`);
    }
  }
  const seen = new Set<string>();
  for (const link of topology.links) {
    for (const end of link.endpoints) {
      if (!/^[^\s/:"'\\#%]{1,15}$/.test(end.interface) || end.interface === '.' || end.interface === '..') {
        issues.push(`link ${link.id}: '${end.interface}' is no interface name of Linux (at most 15 characters)`);
      }
      const name = `${end.node}:${end.interface}`;
      if (seen.has(name)) issues.push(`link ${link.id}: interface ${name} is already in use`);
      seen.add(name);
    }
  }
  return issues;
}

/**
 * A MAC address for every interface of a topology, by `node:interface`. It depends on these names alone (not on the
 * lab's name), so that two runs see the same addresses; the first three bytes are those containerlab uses. An
 * endpoint's own `mac` wins.
 */
export function macAddresses(topology: Topology): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  const taken = new Set<string>();
  const ends = topology.links.flatMap((link) => link.endpoints);
  for (const end of ends) {
    if (end.mac !== undefined) {
      addresses.set(endName(end), end.mac.toLowerCase());
      taken.add(end.mac.toLowerCase());
    }
  }
  for (const end of ends) {
    const name = endName(end);
    for (let attempt = 0; !addresses.has(name); attempt++) {
      const hash = createHash('sha256').update(attempt === 0 ? name : `${name}#${attempt}`);
      const tail = hash.digest('hex').slice(0, 6);
      const mac = `aa:c1:ab:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4, 6)}`;
      if (taken.has(mac)) continue;
      taken.add(mac);
      addresses.set(name, mac);
    }
  }
  return addresses;
}

export function endName(end: Endpoint): string {
  return `${end.node}:${end.interface}`;
}

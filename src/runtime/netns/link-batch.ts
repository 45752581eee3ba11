import type { Topology } from '../../topology/types.js';
import { DEFAULT_LINK_MTU, endName, macAddresses } from './names.js';

/**
 * Lines for `ip -batch` that give the namespaces their names and make all links of a topology in them.
 * @param initPids host pid of each node's init.
 */
export function linkBatch(
  topology: Topology,
  fullNames: Readonly<Record<string, string>>,
  initPids: ReadonlyMap<string, number>,
): string {
  const macs = macAddresses(topology);
  const lines: string[] = [];
  for (const node of topology.nodes) {
    lines.push(`netns attach ${fullNames[node.name]!} ${initPids.get(node.name)!}`);
  }
  for (const link of topology.links) {
    const mtu = link.mtu ?? DEFAULT_LINK_MTU;
    const ends = link.endpoints.map((end) => {
      const place = `name ${end.interface} netns ${fullNames[end.node]!}`;
      return `${place} address ${macs.get(endName(end))!} mtu ${mtu}`;
    });
    lines.push(
      link.type === 'dummy' ? `link add ${ends[0]!} type dummy` : `link add ${ends[0]!} type veth peer ${ends[1]!}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Lines for `ip -batch` inside a node: the addresses that its endpoints name. Empty where there are none. */
export function addressBatch(topology: Topology, node: string): string {
  const lines: string[] = [];
  for (const end of topology.links.flatMap((link) => link.endpoints)) {
    if (end.node !== node) continue;
    for (const address of [end.ipv4, end.ipv6]) {
      if (address !== undefined) lines.push(`address add ${address} dev ${end.interface}`);
    }
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

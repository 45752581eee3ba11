import { linuxInterface } from './kinds.js';
import type { Topology, TopologyLink, TopologyNode } from './types.js';

export function findNode(topology: Topology, name: string): TopologyNode | undefined {
  return topology.nodes.find((node) => node.name === name);
}

/** The interfaces of a node that links give it, in the file's order. */
export function interfacesOf(topology: Topology, node: string): string[] {
  return interfacesOn(topology.links, node);
}

/** The same without those to the management network. */
export function dataInterfaces(topology: Topology, node: string): string[] {
  return interfacesOn(
    topology.links.filter(({ type }) => type !== 'mgmt-net'),
    node,
  );
}

function interfacesOn(links: readonly TopologyLink[], node: string): string[] {
  return links.flatMap(({ endpoints }) => endpoints.filter((end) => end.node === node).map((end) => end.interface));
}

/** `core1:ge-0/0/0` → its node and its interface as the node's namespace has it. Undefined: not of that form. */
export function parseEndpoint(topology: Topology, text: string): { node: string; interface: string } | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) return undefined;
  const node = text.slice(0, colon);
  const written = text.slice(colon + 1);
  const inside = linuxInterface(findNode(topology, node)?.kind ?? 'linux', written);
  return { node, interface: 'name' in inside ? inside.name : written };
}

/**
 * A link by its id, by one of its ends (`core1:eth1`), or by both in either order (`edge1:eth2--core1:eth1`).
 * Undefined where there is none.
 */
export function findLink(topology: Topology, ref: string): TopologyLink | undefined {
  const ends = ref.split('--').map((text) => parseEndpoint(topology, text));
  return topology.links.find(
    (link) =>
      link.id === ref ||
      (ends.length <= 2 &&
        ends.every(
          (end) =>
            end !== undefined && link.endpoints.some((e) => e.node === end.node && e.interface === end.interface),
        ) &&
        (ends.length === 1 || `${ends[0]!.node}:${ends[0]!.interface}` !== `${ends[1]!.node}:${ends[1]!.interface}`)),
  );
}

import type { Topology, TopologyLink } from '../topology/types.js';
import { portName, type PortRef } from './observations.js';

/** What lies between two ports, as the topology tells. */
export interface Path {
  /** The devices between, in order; none where one link joins the two ports. */
  readonly through: readonly string[];
  /** Ports of other nodes at those devices: nothing may come out there. */
  readonly neighbours: readonly PortRef[];
  /** Links over which frames may leave the lab from there. */
  readonly leaving: readonly string[];
}

const OUTSIDE_KINDS = ['host', 'bridge', 'ovs-bridge'];

/**
 * The shortest way from one port to the other.
 * @returns a text that says why where there is none
 */
export function findPath(topology: Topology, from: PortRef, to: PortRef): Path | string {
  const start = linkAt(topology, from);
  const end = linkAt(topology, to);
  for (const [port, link] of [
    [from, start],
    [to, end],
  ] as const) {
    if (link === undefined) return `there is no link at ${portName(port)}`;
  }
  if (portName(from) === portName(to)) return `${portName(from)} cannot be both ends`;
  const leaving = leavingLinks(topology, from.node);
  if (start!.id === end!.id) return { through: [], neighbours: [], leaving };
  const through = nodesBetween(topology, start!, end!, from.node, to.node);
  if (through === undefined) return `no links lead from ${portName(from)} to ${portName(to)}`;
  const ends = [portName(from), portName(to)];
  const neighbours = topology.links
    .filter(({ endpoints }) => endpoints.some(({ node }) => through.includes(node)))
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ node }) => !through.includes(node) && topology.nodes.some(({ name }) => name === node))
    .map(({ node, interface: name }): PortRef => ({ node, interface: name }))
    .filter((port) => !ends.includes(portName(port)));
  return { through, neighbours, leaving };
}

function linkAt(topology: Topology, port: PortRef): TopologyLink | undefined {
  return topology.links.find(({ endpoints }) =>
    endpoints.some((end) => end.node === port.node && end.interface === port.interface),
  );
}

function nodesBetween(
  topology: Topology,
  start: TopologyLink,
  end: TopologyLink,
  fromNode: string,
  toNode: string,
): readonly string[] | undefined {
  const goal = otherNode(end, toNode);
  const first = otherNode(start, fromNode);
  if (goal === undefined || first === undefined) return undefined;
  let ways: string[][] = [[first]];
  const seen = new Set([first, fromNode, toNode]);
  while (ways.length > 0) {
    const found = ways.find((way) => way.at(-1) === goal);
    if (found !== undefined) return found;
    ways = ways.flatMap((way) =>
      topology.links.flatMap((link) => {
        const next = otherNode(link, way.at(-1)!);
        if (next === undefined || seen.has(next)) return [];
        seen.add(next);
        return [[...way, next]];
      }),
    );
  }
  return undefined;
}

function otherNode(link: TopologyLink, node: string): string | undefined {
  if (link.type !== 'veth' || !link.endpoints.some((end) => end.node === node)) return undefined;
  return link.endpoints.find((end) => end.node !== node)?.node;
}

/** Links to the outside at any node that can be reached: where a bridge floods, frames go everywhere. */
function leavingLinks(topology: Topology, from: string): readonly string[] {
  const reached = new Set([from]);
  for (let size = 0; size !== reached.size;) {
    size = reached.size;
    for (const { endpoints } of topology.links) {
      if (endpoints.some(({ node }) => reached.has(node))) for (const { node } of endpoints) reached.add(node);
    }
  }
  const outside = new Set(topology.nodes.filter(({ kind }) => OUTSIDE_KINDS.includes(kind)).map(({ name }) => name));
  return topology.links
    .filter(({ endpoints }) => endpoints.some(({ node }) => reached.has(node)))
    .filter(
      ({ type, endpoints }) => !['veth', 'dummy'].includes(type) || endpoints.some(({ node }) => outside.has(node)),
    )
    .map(({ id }) => id);
}

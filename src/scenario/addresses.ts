import type { Topology, TopologyNode } from '../topology/types.js';
import type { Flow } from '../traffic/types.js';

const ADD = String.raw`\bip\s+(?:-4\s+)?a(?:d(?:d(?:r(?:ess)?)?)?)?\s+(?:add|replace)\s+`;
const ADDRESS_FIRST = new RegExp(
  String.raw`${ADD}(\d+\.\d+\.\d+\.\d+)(?:/\d+)?\s+(?:(?:brd|broadcast)\s+\S+\s+)?dev\s+([^\s;&"']+)`,
  'g',
);
const DEVICE_FIRST = new RegExp(String.raw`${ADD}dev\s+(\S+)\s+(\d+\.\d+\.\d+\.\d+)`, 'g');

/**
 * The first IPv4 address that the node's `exec` gives an interface; '' where it does not say (the node's own
 * configuration may: ask the running lab).
 */
export function staticAddress(node: TopologyNode, interfaceName: string): string {
  for (const command of node.exec) {
    for (const [, address = '', device] of command.matchAll(ADDRESS_FIRST))
      if (device === interfaceName) return address;
    for (const [, device, address = ''] of command.matchAll(DEVICE_FIRST)) if (device === interfaceName) return address;
  }
  return '';
}

/** True where the node's `exec` speaks of an interface that no link gives it (a bond, a VLAN …), so that it makes it. */
export function makesInterface(topology: Topology, nodeName: string, interfaceName: string): boolean {
  const node = topology.nodes.find(({ name }) => name === nodeName);
  if (interfaceName === 'lo') return node !== undefined;
  return node?.exec.some((command) => command.split(/[\s;&"']+/).includes(interfaceName)) ?? false;
}

/** What of a plan's flows still lacks an address, once each: to be asked of the running lab. */
export function missingAddresses(
  flows: readonly Flow[],
): readonly { readonly node: string; readonly interface: string }[] {
  const ends = flows.flatMap((flow) => [flow.from, ...flow.receivers]).filter(({ address }) => address === '');
  return [
    ...new Map(
      ends.map((end) => [`${end.node}:${end.interface}`, { node: end.node, interface: end.interface }]),
    ).values(),
  ];
}

/**
 * The flows with the addresses that were not known when the plan was made.
 * @param addressOf IPv4 address of an interface; undefined: it has none
 * @returns also the ends that still have none, as `node:interface`
 */
export function withAddresses(
  flows: readonly Flow[],
  addressOf: (node: string, interfaceName: string) => string | undefined,
): { readonly flows: readonly Flow[]; readonly without: readonly string[] } {
  const fill = <E extends { node: string; interface: string; address: string }>(end: E): E =>
    end.address === '' ? { ...end, address: addressOf(end.node, end.interface) ?? '' } : end;
  const filled = flows.map((flow) => ({ ...flow, from: fill(flow.from), receivers: flow.receivers.map(fill) }));
  return { flows: filled, without: missingAddresses(filled).map((end) => `${end.node}:${end.interface}`) };
}

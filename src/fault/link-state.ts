import { interfacesOf } from '../topology/find.js';
import type { LabNode, Lab } from '../runtime/types.js';
import { splitEndpoint } from './options.js';
import type { UndoStep } from './types.js';

/** One end of a link, to be set down and up again. */
export interface LinkEnd {
  readonly node: string;
  readonly interface: string;
}

/** The ends to act on: the first one named, or both. @throws LabError where there is no such link */
export function endsOf(lab: Lab, ref: string, which: 'one' | 'both'): readonly LinkEnd[] {
  const link = lab.link(ref);
  const first = splitEndpoint(ref.split('--')[0]!);
  const ends = link.endpoints.map((end) => ({ node: end.node, interface: end.interface }));
  const named = ends.find((end) => end.node === first.node && end.interface === first.interface) ?? ends[0]!;
  return which === 'one' ? [named] : [named, ...ends.filter((end) => end !== named)];
}

interface IpRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly protocol?: string;
  readonly metric?: number;
  readonly type?: string;
  readonly table?: string;
  readonly prefsrc?: string;
}

/**
 * Steps that bring an interface back as it is now. Linux drops the routes of an interface that goes down, and IPv6
 * addresses with them: those that nobody would bring back by itself are in the steps.
 */
export async function upAgain(node: LabNode, interfaceName: string): Promise<readonly UndoStep[]> {
  const steps: UndoStep[] = [
    { do: 'exec-outside', node: node.name, argv: ['ip', 'link', 'set', 'dev', interfaceName, 'up'] },
  ];
  const addresses = await node.execOutside(['ip', '-j', '-6', 'addr', 'show', 'dev', interfaceName, 'scope', 'global']);
  for (const { addr_info: infos } of JSON.parse(addresses.stdout || '[]') as {
    addr_info?: { local?: string; prefixlen?: number }[];
  }[]) {
    for (const { local, prefixlen } of infos ?? []) {
      if (local === undefined || prefixlen === undefined) continue;
      const argv = ['ip', '-6', 'addr', 'replace', `${local}/${prefixlen}`, 'dev', interfaceName];
      steps.push({ do: 'exec-outside', node: node.name, argv });
    }
  }
  for (const family of ['-4', '-6']) {
    const routes = await node.execOutside([
      'ip',
      '-j',
      '-d',
      family,
      'route',
      'show',
      'table',
      'all',
      'dev',
      interfaceName,
    ]);
    for (const route of JSON.parse(routes.stdout || '[]') as IpRoute[]) {
      if (!['boot', 'static'].includes(route.protocol ?? '') || (route.type ?? 'unicast') !== 'unicast') continue;
      steps.push({
        do: 'exec-outside',
        node: node.name,
        argv: [
          ...['ip', family, 'route', 'replace', route.dst],
          ...(route.gateway === undefined ? [] : ['via', route.gateway]),
          ...['dev', interfaceName],
          ...(route.table === undefined ? [] : ['table', route.table]),
          ...(route.metric === undefined ? [] : ['metric', String(route.metric)]),
          ...(route.prefsrc === undefined ? [] : ['src', route.prefsrc]),
        ],
      });
    }
  }
  return steps;
}

export async function setLink(lab: Lab, end: LinkEnd, state: 'up' | 'down'): Promise<void> {
  await lab.node(end.node).execOutside(['ip', 'link', 'set', 'dev', end.interface, state]);
}

/** A node with those at the other ends of its links. */
export function withNeighbours(lab: Lab, node: string): readonly string[] {
  const neighbours = interfacesOf(lab.topology, node).flatMap((name) => lab.peerOf(node, name)?.node ?? []);
  return [...new Set([node, ...neighbours])];
}

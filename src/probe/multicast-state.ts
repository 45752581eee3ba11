import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, settle, summarize, type Answered } from './ask.js';
import { ipv4, many, multicastGroup, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface MulticastStateOptions {
  group: OneOrMany<string>;
  source?: string | undefined;
  at: OneOrMany<string>;
  in?: OneOrMany<string> | undefined;
  tree?: 'shared' | 'shortest-path' | undefined;
}
type Upstream = DeviceFacts['pim-upstream'][number];
type Route = DeviceFacts['mroutes'][number] & {
  /** An (S,G) that the router has joined towards the source itself. */
  readonly joined: boolean;
  /** Its packets come in where the source is, not where the RP is. */
  readonly fromSource: boolean;
};
export interface MulticastStateSeen extends Observation {
  readonly data: readonly Answered<readonly Route[]>[];
}

const schema: z.ZodType<MulticastStateOptions> = z.strictObject({
  group: oneOrMany(multicastGroup),
  source: ipv4.optional(),
  at: oneOrMany(nodeName),
  in: oneOrMany(nodeName).optional().describe('Incoming interface; one of these where it is a list'),
  tree: z.enum(['shared', 'shortest-path']).optional(),
});

/**
 * Forwarding state for groups: an installed entry with a real outgoing interface at every node. `tree: shortest-path`: an
 * (S,G) entry that is joined towards the source and fed from there. `tree: shared`: a (*,G) entry, and no (S,G) that is
 * joined, which is what a router next to receivers shows. The SPT bit (RFC 7761 section 4.2) counts where it is set; where
 * both trees come in at one interface, FRR sets it up to a minute late, so that nothing waits for it. `in`: the entries that
 * carry the packets, (S,G) where there are any, have this incoming interface; a fault on a link that the flow does not use
 * breaks nothing.
 */
export const multicastState: Probe<MulticastStateOptions, MulticastStateSeen> = {
  kind: 'multicast-state',
  title: 'Routers forward a group, on the tree that is told',
  example: '{ group: 239.1.1.1, at: [edge1, edge2], tree: shared, in: eth1 }',
  schema,
  needs: 'traffic',
  references: (options) => references('at', 'node', options.at),
  async observe(view, options) {
    const data = await Promise.all(
      many(options.at).map((node) =>
        settle(view, node, async () => {
          const [routes] = await askAll(view, [node], 'mroutes');
          const [upstream] = await askAll(view, [node], 'pim-upstream');
          if (routes!.facts === null) throw new Error(routes!.error);
          if (upstream!.facts === null) throw new Error(upstream!.error);
          const found = upstream!.facts;
          return routes!.facts
            .filter((route) => many(options.group).includes(route.group))
            .map((route) => ({ ...route, ...treeOf(route, found) }));
        }),
      ),
    );
    return { data, summary: summarize(data, tell) };
  },
  judge(options, seen) {
    const bad = seen.data.filter(
      ({ facts }) => facts === null || !many(options.group).every((group) => holds(options, group, facts)),
    );
    const source = options.source ?? '*';
    const want = `${many(options.group).join(', ')} forwarded${options.tree === undefined ? '' : ` on the ${options.tree} tree`}${
      options.source === undefined ? '' : ` from ${source}`
    }${options.in === undefined ? '' : ` in by ${many(options.in).join(' or ')}`}`;
    const told = bad.length === 0 ? seen.summary : summarize(bad, tell);
    return { met: bad.length === 0, summary: `wanted ${want}; seen: ${told}` };
  },
};

function treeOf(
  route: DeviceFacts['mroutes'][number],
  upstream: readonly Upstream[],
): { readonly joined: boolean; readonly fromSource: boolean } {
  const found = upstream.find((one) => one.source === route.source && one.group === route.group);
  if (found === undefined || route.source === '*') return { joined: false, fromSource: false };
  const spt = found.sptBit === true;
  const joined = spt || (/^J/.test(found.state) && found.rpfNeighbor !== '');
  return { joined, fromSource: spt || (joined && found.iif === route.iif) };
}

function holds(options: MulticastStateOptions, group: string, routes: readonly Route[]): boolean {
  const ofSource = (route: Route): boolean => options.source === undefined || route.source === options.source;
  const forwarding = routes.filter(
    (route) => route.group === group && route.installed && route.iif !== '' && realOifs(route).length > 0,
  );
  const specific = forwarding.filter((route) => route.source !== '*' && ofSource(route));
  const carrying = specific.length > 0 ? specific : forwarding;
  if (options.in !== undefined && !carrying.every((route) => many(options.in!).includes(route.iif))) return false;
  switch (options.tree) {
    case 'shared':
      return forwarding.some((route) => route.source === '*') && !specific.some((route) => route.joined);
    case 'shortest-path':
      return specific.some((route) => route.fromSource);
    case undefined:
      return options.source === undefined ? forwarding.length > 0 : specific.length > 0;
  }
}

/** The kernel's register interface is no way to a receiver. */
function realOifs(route: Route): readonly string[] {
  return route.oifs.filter((name) => !/^pim6?reg/.test(name));
}

function tell(routes: readonly Route[]): string {
  if (routes.length === 0) return 'no entry';
  return routes
    .map((route) => {
      const oifs = realOifs(route).join('+') || 'nowhere';
      const marks = `${route.installed ? '' : ' not installed'}${route.fromSource ? ' from the source' : route.joined ? ' joined' : ''}`;
      return `(${route.source},${route.group}) ${route.iif || 'nowhere'}→${oifs}${marks}`;
    })
    .join(', ');
}

import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, settle, summarize, type Answered } from './ask.js';
import { ipv4, many, multicastGroup, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface MulticastStateOptions {
  group: OneOrMany<string>;
  source?: string | undefined;
  at: OneOrMany<string>;
  tree?: 'shared' | 'shortest-path' | undefined;
}
type Route = DeviceFacts['mroutes'][number] & { readonly sptBit: boolean };
export interface MulticastStateSeen extends Observation {
  readonly data: readonly Answered<readonly Route[]>[];
}

const schema: z.ZodType<MulticastStateOptions> = z.strictObject({
  group: oneOrMany(multicastGroup),
  source: ipv4.optional(),
  at: oneOrMany(nodeName),
  tree: z.enum(['shared', 'shortest-path']).optional(),
});

/**
 * Forwarding state for groups: an installed entry with a real outgoing interface at every node. `tree: shortest-path`: an
 * (S,G) entry whose SPT bit is set; `tree: shared`: a (*,G) entry, and no (S,G) with the SPT bit (RFC 7761 section 4.2) —
 * which is what a router next to receivers shows.
 */
export const multicastState: Probe<MulticastStateOptions, MulticastStateSeen> = {
  kind: 'multicast-state',
  title: 'Routers forward a group, on the tree that is told',
  example: '{ group: 239.1.1.1, at: [edge1, edge2], tree: shared }',
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
          const onSpt = new Set(
            upstream!.facts.filter((one) => one.sptBit === true).map((one) => `${one.source},${one.group}`),
          );
          return routes!.facts
            .filter((route) => many(options.group).includes(route.group))
            .map((route) => ({ ...route, sptBit: onSpt.has(`${route.source},${route.group}`) }));
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
    }`;
    const told = bad.length === 0 ? seen.summary : summarize(bad, tell);
    return { met: bad.length === 0, summary: `wanted ${want}; seen: ${told}` };
  },
};

function holds(options: MulticastStateOptions, group: string, routes: readonly Route[]): boolean {
  const ofSource = (route: Route): boolean => options.source === undefined || route.source === options.source;
  const forwarding = routes.filter(
    (route) => route.group === group && route.installed && route.iif !== '' && realOifs(route).length > 0,
  );
  const specific = forwarding.filter((route) => route.source !== '*' && ofSource(route));
  switch (options.tree) {
    case 'shared':
      return forwarding.some((route) => route.source === '*') && !specific.some((route) => route.sptBit);
    case 'shortest-path':
      return specific.some((route) => route.sptBit);
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
      const marks = `${route.installed ? '' : ' not installed'}${route.sptBit ? ' SPT' : ''}`;
      return `(${route.source},${route.group}) ${route.iif || 'nowhere'}→${oifs}${marks}`;
    })
    .join(', ');
}

import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import { ipv4, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface RouteOptions {
  node: OneOrMany<string>;
  to: string;
  via?: OneOrMany<string> | undefined;
}
export interface RouteSeen extends Observation {
  readonly data: readonly Answered<DeviceFacts['route-to']>[];
}

const schema: z.ZodType<RouteOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  to: ipv4,
  via: oneOrMany(z.string().min(1)).optional(),
});

/** Best routes. With `via`, all next hops must be among these (next-hop addresses or own interfaces), each of them used. */
export const route: Probe<RouteOptions, RouteSeen> = {
  kind: 'route',
  title: 'Nodes have a route to an address, by exactly these next hops or interfaces where they are told',
  example: '{ node: edge1, to: 10.1.1.10, via: eth1 }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  async observe(view, options) {
    const data = await askAll(view, many(options.node), 'route-to', { address: options.to });
    return { data, summary: summarize(data, tell) };
  },
  judge(options, seen) {
    const via = options.via === undefined ? undefined : many(options.via);
    const met = seen.data.every(({ facts }) => {
      if (facts === null || facts.length === 0) return false;
      if (via === undefined) return true;
      const by = (hop: DeviceFacts['route-to'][number], name: string): boolean =>
        hop.nexthop === name || hop.interface === name;
      return (
        facts.every((hop) => via.some((name) => by(hop, name))) &&
        via.every((name) => facts.some((hop) => by(hop, name)))
      );
    });
    const want = via === undefined ? '' : ` via ${via.join(' and ')}`;
    return { met, summary: `wanted a route to ${options.to}${want}; seen: ${seen.summary}` };
  },
};

function tell(facts: DeviceFacts['route-to']): string {
  if (facts.length === 0) return 'no route';
  return facts.map((hop) => `${hop.prefix} via ${hop.nexthop ?? 'nobody'} on ${hop.interface ?? 'nothing'}`).join(', ');
}

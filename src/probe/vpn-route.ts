import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import { ipv4, nodeName, references } from './options.js';
import type { Observation, Probe } from './types.js';

export interface VpnRouteOptions {
  node: string;
  vrf: string;
  to: string;
  labelled?: boolean | undefined;
  absent?: boolean | undefined;
}
export interface VpnRouteSeen extends Observation {
  readonly data: readonly Answered<DeviceFacts['vrf-route']>[];
}

const schema: z.ZodType<VpnRouteOptions> = z
  .strictObject({
    node: nodeName,
    vrf: z.string().min(1),
    to: ipv4,
    labelled: z.boolean().optional(),
    absent: z.boolean().optional(),
  })
  .refine((options) => options.absent !== true || options.labelled === undefined, {
    error: '`labelled` says something of a route that is to be `absent`',
  });

/**
 * A VRF's forwarding table has a route to an address; with `labelled`, every next hop of it pushes a label (RFC 4364); or,
 * with `absent`, it has none, not even a default route.
 */
export const vpnRoute: Probe<VpnRouteOptions, VpnRouteSeen> = {
  kind: 'vpn-route',
  title: 'A VRF forwards to an address, with labels, or does not know it at all',
  example: '{ node: pe1, vrf: c1, to: 172.16.30.10, labelled: true }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  async observe(view, options) {
    const data = await askAll(view, [options.node], 'vrf-route', { vrf: options.vrf, address: options.to });
    return { data, summary: summarize(data, tell) };
  },
  judge(options, seen) {
    const hops = seen.data[0]?.facts ?? null;
    const labelled = hops?.every((hop) => hop.labels.length > 0) === true;
    const there = hops !== null && hops.length > 0 && (options.labelled !== true || labelled);
    const met = options.absent === true ? hops?.length === 0 : there;
    const what = options.absent === true ? 'no route' : `a${options.labelled === true ? ' labelled' : ''} route`;
    return { met, summary: `wanted ${what} to ${options.to} in ${options.vrf}; seen: ${seen.summary}` };
  },
};

function tell(facts: DeviceFacts['vrf-route']): string {
  if (facts.length === 0) return 'no route';
  return facts
    .map((hop) => {
      const labels = hop.labels.length === 0 ? 'no label' : `labels ${hop.labels.join('/')}`;
      return `${hop.prefix} via ${hop.nexthop ?? 'nobody'} on ${hop.interface ?? 'nothing'}, ${labels}`;
    })
    .join('; ');
}

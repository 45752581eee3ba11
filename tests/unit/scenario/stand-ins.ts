import { z } from 'zod';
import type { AnyFamilyMember, Families, FamilyMember, Reference } from '../../../src/core/family.js';
import { duration, endpointName, multicastGroup, nodeName } from '../../../src/scenario/fields.js';

function member<O>(
  kind: string,
  schema: z.ZodType<O>,
  references: (options: O) => readonly Reference[],
  more: Partial<FamilyMember<O>> = {},
): AnyFamilyMember {
  return { kind, title: `Stands in for ${kind}`, example: `${kind}: {}`, schema, references, ...more };
}

const named = (type: Reference['type'], key: string, values: readonly string[]): Reference[] =>
  values.map((value, index) => ({ type, value, path: [key, index] }));

/** A few faults and probes that are nothing but their schemas. */
export function standIns(): Families {
  return {
    faults: {
      'link-down': member(
        'link-down',
        z.strictObject({ link: z.string(), ends: z.enum(['one', 'both']).default('both') }),
        ({ link }) => [{ type: 'link', value: link, path: ['link'] }],
      ),
      'node-kill': member(
        'node-kill',
        z.strictObject({ node: nodeName, carrier: z.enum(['down', 'silent', 'keep']).default('down') }),
        ({ node }) => [{ type: 'node', value: node, path: ['node'] }],
      ),
      'rp-death': member('rp-death', z.strictObject({ group: multicastGroup, 'seen-from': nodeName }), (options) => [
        { type: 'node', value: options['seen-from'], path: ['seen-from'] },
      ]),
      blackhole: member(
        'blackhole',
        z.strictObject({
          interface: endpointName,
          direction: z.enum(['ingress', 'egress']),
          flow: z.string().optional(),
        }),
        (options) => [
          { type: 'endpoint', value: options.interface, path: ['interface'] },
          ...(options.flow === undefined ? [] : [{ type: 'flow' as const, value: options.flow, path: ['flow'] }]),
        ],
        {
          hidesFrom: ({ interface: endpoint, direction }) =>
            direction === 'ingress'
              ? [{ endpoint, role: 'receiver' as const, why: 'a capture taps before the ingress hook' }]
              : [],
        },
      ),
    },
    probes: {
      'ospf-neighbors': member(
        'ospf-neighbors',
        z.strictObject({ node: z.union([nodeName, z.array(nodeName)]), all: z.literal('full').optional() }),
        ({ node }) =>
          typeof node === 'string' ? [{ type: 'node', value: node, path: ['node'] }] : named('node', 'node', node),
      ),
      'multicast-state': member(
        'multicast-state',
        z.strictObject({ group: multicastGroup, at: z.array(nodeName).min(1) }),
        ({ at }) => named('node', 'at', at),
      ),
      'loss-free': member(
        'loss-free',
        z.union([
          duration.transform((forNs) => ({ forNs, flows: [] as string[] })),
          z
            .strictObject({ for: duration, flows: z.array(z.string()) })
            .transform((o) => ({ forNs: o.for, flows: o.flows })),
        ]),
        ({ flows }) => named('flow', 'flows', flows),
      ),
    },
  };
}

import { z } from 'zod';
import { judgeNeighbors, observeNeighbors, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface OspfNeighborsOptions {
  node: OneOrMany<string>;
  all?: 'full' | undefined;
  'at-least'?: number | undefined;
}

const schema: z.ZodType<OspfNeighborsOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  all: z.literal('full').optional(),
  'at-least': count.optional(),
});

/** OSPF adjacencies in state Full (RFC 2328 section 10.1). At least one per node, or as many as told. */
export const ospfNeighbors: Probe<OspfNeighborsOptions, NeighborsSeen> = {
  kind: 'ospf-neighbors',
  title: 'OSPF neighbours are in state Full (a neighbour that is gone is only noticed by `at-least`)',
  example: '{ node: [core1, core2], all: full, at-least: 2 }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  observe: (view, options) =>
    observeNeighbors(view, many(options.node), 'ospf-neighbors', (facts) =>
      facts.map(({ neighborId, interface: at, state }) => ({
        name: `${neighborId} on ${at}`,
        state,
        good: /^full\b/i.test(state),
      })),
    ),
  judge: (options, seen) =>
    judgeNeighbors({ what: 'Full', all: options.all !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
};

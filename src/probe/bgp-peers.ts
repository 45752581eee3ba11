import { z } from 'zod';
import { judgeNeighbors, observeNeighbors, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface BgpPeersOptions {
  node: OneOrMany<string>;
  all?: 'established' | undefined;
  'at-least'?: number | undefined;
}

const schema: z.ZodType<BgpPeersOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  all: z.literal('established').optional(),
  'at-least': count.optional(),
});

/** BGP sessions in state Established (RFC 4271), per address family. */
export const bgpPeers: Probe<BgpPeersOptions, NeighborsSeen> = {
  kind: 'bgp-peers',
  title: 'BGP sessions are established',
  example: '{ node: [core1, core2], all: established }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  observe: (view, options) =>
    observeNeighbors(view, many(options.node), 'bgp-peers', (facts) =>
      facts.map(({ peer, family, state }) => ({
        name: `${peer} ${family}`,
        state,
        good: state.toLowerCase() === 'established',
      })),
    ),
  judge: (options, seen) =>
    judgeNeighbors({ what: 'established', all: options.all !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
};

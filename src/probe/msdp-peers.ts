import { z } from 'zod';
import { judgeNeighbors, observeNeighbors, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface MsdpPeersOptions {
  node: OneOrMany<string>;
  all?: 'established' | undefined;
  'at-least'?: number | undefined;
}

const schema: z.ZodType<MsdpPeersOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  all: z.literal('established').optional(),
  'at-least': count.optional(),
});

/** MSDP peers in state Established (RFC 3618). */
export const msdpPeers: Probe<MsdpPeersOptions, NeighborsSeen> = {
  kind: 'msdp-peers',
  title: 'MSDP peers are established',
  example: '{ node: [core1, core2], all: established }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  observe: (view, options) =>
    observeNeighbors(view, many(options.node), 'msdp-peers', (facts) =>
      facts.map(({ peer, meshGroup, state }) => ({
        name: meshGroup === null ? peer : `${peer} (mesh group ${meshGroup})`,
        state,
        good: state.toLowerCase() === 'established',
      })),
    ),
  judge: (options, seen) =>
    judgeNeighbors({ what: 'established', all: options.all !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
};

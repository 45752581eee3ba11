import { z } from 'zod';
import { judgeNeighbors, observeNeighbors, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface BfdPeersOptions {
  node: OneOrMany<string>;
  all?: 'up' | undefined;
  'at-least'?: number | undefined;
}

const schema: z.ZodType<BfdPeersOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  all: z.literal('up').optional(),
  'at-least': count.optional(),
});

/** BFD sessions in state Up (RFC 5880). */
export const bfdPeers: Probe<BfdPeersOptions, NeighborsSeen> = {
  kind: 'bfd-peers',
  title: 'BFD sessions are up',
  example: '{ node: [core1, core2], all: up }',
  schema,
  needs: 'lab',
  references: (options) => references('node', 'node', options.node),
  observe: (view, options) =>
    observeNeighbors(view, many(options.node), 'bfd-peers', (facts) =>
      facts.map(({ peer, interface: at, status }) => ({
        name: at === null ? peer : `${peer} on ${at}`,
        state: status,
        good: status.toLowerCase() === 'up',
      })),
    ),
  judge: (options, seen) =>
    judgeNeighbors({ what: 'up', all: options.all !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
};

import { z } from 'zod';
import { judgeNeighbors, observeNeighbors, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface PimNeighborsOptions {
  node: OneOrMany<string>;
  on?: OneOrMany<string> | undefined;
  'at-least'?: number | undefined;
}

const schema: z.ZodType<PimNeighborsOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  on: oneOrMany(z.string().min(1)).optional(),
  'at-least': count.optional(),
});

/** PIM neighbours (RFC 7761 section 4.3.1); with `on`, only those on these interfaces. */
export const pimNeighbors: Probe<PimNeighborsOptions, NeighborsSeen> = {
  kind: 'pim-neighbors',
  title: 'PIM neighbours are there, on every named interface where interfaces are named',
  example: '{ node: edge1, on: [eth1, eth2] }',
  schema,
  needs: 'lab',
  references: (options) => [
    ...references('node', 'node', options.node),
    ...many(options.node).flatMap((node) =>
      many(options.on ?? []).map((name, index) => ({
        path: Array.isArray(options.on) ? ['on', index] : ['on'],
        type: 'endpoint' as const,
        value: `${node}:${name}`,
      })),
    ),
  ],
  observe: (view, options) => {
    const on = options.on === undefined ? undefined : many(options.on);
    return observeNeighbors(view, many(options.node), 'pim-neighbors', (facts) => {
      const there = facts
        .filter((fact) => on === undefined || on.includes(fact.interface))
        .map(({ address, interface: at }) => ({ name: address, state: `on ${at}`, good: true }));
      const lonely = (on ?? []).filter((name) => !facts.some((fact) => fact.interface === name));
      return [...there, ...lonely.map((name) => ({ name: 'nobody', state: `on ${name}`, good: false }))];
    });
  },
  judge: (options, seen) =>
    judgeNeighbors({ what: 'PIM neighbours', all: options.on !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
};

import { z } from 'zod';
import type { DeviceFacts, QueryKind } from '../device/types.js';
import { judgeNeighbors, observeNeighbors, type Neighbor, type NeighborsSeen } from './neighbors.js';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Probe } from './types.js';

export interface SessionTableOptions<Good extends string> {
  node: OneOrMany<string>;
  all?: Good | undefined;
  'at-least'?: number | undefined;
}

/** A probe of a table of sessions: on every node at least one, or `at-least`, is in the good state, or all are. */
export function sessionTable<K extends QueryKind, Good extends string>(of: {
  readonly kind: K;
  readonly title: string;
  readonly example: string;
  /** What stands after `all:`. */
  readonly good: Good;
  readonly read: (facts: DeviceFacts[K]) => readonly Neighbor[];
}): Probe<SessionTableOptions<Good>, NeighborsSeen> {
  return {
    kind: of.kind,
    title: of.title,
    example: of.example,
    schema: z.strictObject({
      node: oneOrMany(nodeName),
      all: z.literal(of.good).optional(),
      'at-least': count.optional(),
    }),
    needs: 'lab',
    references: (options) => references('node', 'node', options.node),
    observe: (view, options) => observeNeighbors(view, many(options.node), of.kind, of.read),
    judge: (options, seen) =>
      judgeNeighbors({ what: of.good, all: options.all !== undefined, atLeast: options['at-least'] ?? 1 }, seen),
  };
}

/** Whether a state is the wanted one, however the device writes it. */
export const inState = (state: string, wanted: string): boolean => state.toLowerCase() === wanted;

import { z } from 'zod';
import { timed } from './applied.js';
import { withNeighbours } from './link-state.js';
import { nodeName, reference } from './options.js';
import type { Fault } from './types.js';

const schema = z.strictObject({ node: nodeName });
type Options = z.output<typeof schema>;

/** Every process of a node stands still: no protocol speaks, the kernel goes on forwarding. */
export const nodePause: Fault<Options> = {
  kind: 'node-pause',
  title: 'all processes of a node stand still; its kernel goes on forwarding',
  example: '{ node: core1 }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: async ({ lab }, { node }) => ({
    summary: `${node} paused: its processes stand still, its kernel goes on forwarding`,
    nodes: withNeighbours(lab, node),
    broken: { nodes: [node], endpoints: [] },
    resolvedBy: { node },
    undo: [{ do: 'resume-node', node }],
    target: { node },
  }),
  inject: async (view, target) => {
    const { node } = target as unknown as { node: string };
    return { applied: await timed(view, () => view.lab.node(node).pause()), details: null };
  },
};

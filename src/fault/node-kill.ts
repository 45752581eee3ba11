import { z } from 'zod';
import type { LabView } from '../probe/types.js';
import type { KillMode } from '../runtime/types.js';
import { timed } from './applied.js';
import { withNeighbours } from './link-state.js';
import {
  DEATH_MESSAGE,
  deathShape,
  describeKill,
  exactlyOneDeath,
  killModeOf,
  nodeName,
  reference,
} from './options.js';
import type { Fault, InjectedFault, ResolvedFault } from './types.js';

const schema = z.strictObject({ node: nodeName, ...deathShape }).refine(exactlyOneDeath, DEATH_MESSAGE);
type Options = z.output<typeof schema>;

/** What killing this node, in this way, comes to. */
export function killOf(view: LabView, node: string, mode: KillMode): ResolvedFault {
  return {
    summary: `${node} killed, ${describeKill(mode)}`,
    nodes: withNeighbours(view.lab, node),
    broken: { nodes: [node], endpoints: [] },
    resolvedBy: { node },
    undo: [{ do: 'boot-node', node }],
    target: { node, mode },
  };
}

export async function injectKill(view: LabView, node: string, mode: KillMode): Promise<InjectedFault> {
  return { applied: await timed(view, () => view.lab.node(node).kill(mode)), details: { mode } };
}

/** Everything in a node ends at once; its neighbours see what is asked for. At the revert it boots again. */
export const nodeKill: Fault<Options> = {
  kind: 'node-kill',
  title: 'a node dies; say what its neighbours see',
  example: '{ node: core1, carrier: down }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: async (view, options) => killOf(view, options.node, killModeOf(options)),
  inject: (view, target) => {
    const { node, mode } = target as unknown as { node: string; mode: KillMode };
    return injectKill(view, node, mode);
  },
};

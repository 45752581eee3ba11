import { z } from 'zod';
import { instantToText } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { LabView } from '../probe/types.js';
import { timed } from './applied.js';
import { withNeighbours } from './link-state.js';
import { nodeName, reference } from './options.js';
import type { Fault, InjectedFault, ResolvedFault } from './types.js';
import { performUndo } from './undo.js';

const schema = z.strictObject({
  node: nodeName,
  goodbye: z
    .boolean()
    .default(false)
    .describe('true: its programs end first, links up, and may say goodbye; false: its links lose carrier first'),
});
type Options = z.output<typeof schema>;

function stopOf(view: LabView, { node, goodbye }: Options, whatThen: string): ResolvedFault {
  const how = goodbye
    ? 'its programs are told to end and may say goodbye, then its links lose carrier'
    : 'its links lose carrier, then everything in it ends';
  return {
    summary: `${node} ${whatThen}: ${how}`,
    nodes: withNeighbours(view.lab, node),
    broken: { nodes: [node], endpoints: [] },
    resolvedBy: { node },
    undo: [{ do: 'boot-node', node }],
    target: { node, goodbye },
  };
}

async function stopNow(view: LabView, target: Json): Promise<Options & Pick<InjectedFault, 'applied'>> {
  const { node, goodbye } = target as unknown as Options;
  return { node, goodbye, applied: await timed(view, () => view.lab.node(node).stop(goodbye)) };
}

/** A node is stopped, its links are kept; at the revert it is started and its links are looked at. */
export const nodeStop: Fault<Options> = {
  kind: 'node-stop',
  title: 'a node is stopped as by its operator, its links kept; say whether it says goodbye',
  example: '{ node: core1, goodbye: true }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: async (view, options) => stopOf(view, options, 'stopped'),
  inject: async (view, target) => {
    const { goodbye, applied } = await stopNow(view, target);
    return { applied, details: { goodbye } };
  },
};

/** A node is stopped and at once started again. Its instant is that of the stop. */
export const nodeRestart: Fault<Options> = {
  kind: 'node-restart',
  title: 'a node is stopped and started again at once, its links kept',
  example: '{ node: core1, goodbye: true }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: async (view, options) => stopOf(view, options, 'restarted'),
  inject: async (view, target) => {
    const { node, goodbye, applied } = await stopNow(view, target);
    await performUndo(view.lab, (name) => view.driver(name), { do: 'boot-node', node });
    return { applied, details: { goodbye, readyAgain: instantToText(view.now()) } };
  },
};

import { z } from 'zod';
import { formatDuration } from '../core/duration.js';
import { LabError } from '../core/errors.js';
import type { LabView } from '../probe/types.js';
import { signalProcess } from '../process/proc.js';
import { timed } from './applied.js';
import { withNeighbours } from './link-state.js';
import { duration, nodeName, reference } from './options.js';
import type { Fault, InjectedFault, ResolvedFault } from './types.js';

const schema = z.strictObject({
  node: nodeName,
  daemon: z.string().min(1).describe('name of the process, as pimd'),
  signal: z
    .enum(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGABRT'])
    .default('SIGKILL')
    .describe('SIGKILL: it vanishes; SIGTERM: it says goodbye to its neighbours'),
  'restart-after': duration.optional().describe('started again so long after; without it, at the end of the fault'),
});
type Options = z.output<typeof schema>;
export interface ProcessTarget {
  readonly node: string;
  readonly daemon: string;
  readonly signal: NodeJS.Signals;
  readonly restartAfterNs: number | null;
}

export function processKillOf(view: LabView, target: ProcessTarget): ResolvedFault {
  const restart = target.restartAfterNs === null ? '' : `, restarted after ${formatDuration(target.restartAfterNs)}`;
  return {
    summary: `${target.daemon} of ${target.node} ended by ${target.signal}${restart}`,
    nodes: withNeighbours(view.lab, target.node),
    broken: { nodes: [target.node], endpoints: [] },
    resolvedBy: { node: target.node, daemon: target.daemon },
    undo: [{ do: 'start-daemon', node: target.node, daemon: target.daemon }],
    target: { ...target },
  };
}

/** @throws LabError where there is no such process, or it is back although nobody was to restart it. */
export async function injectProcessKill(view: LabView, target: ProcessTarget): Promise<InjectedFault> {
  const node = view.lab.node(target.node);
  const running = (await node.processes()).filter((process) => process.name === target.daemon);
  if (running.length === 0) throw new LabError(`${target.node} runs no ${target.daemon}`);
  const applied = await timed(view, async () => {
    for (const one of running) signalProcess(one, target.signal);
  });
  if (target.restartAfterNs !== null) {
    await view.sleep(target.restartAfterNs / 1e6);
    await view.driver(target.node).startDaemon(target.daemon);
  }
  return { applied, details: { killed: running.map(({ pid, argv }) => ({ pid, argv: [...argv] })) } };
}

/** One daemon of a node ends by a signal; it is started again at the revert, or sooner where told. */
export const processKill: Fault<Options> = {
  kind: 'process-kill',
  title: 'a daemon of a node is ended by a signal, with or without a restart',
  example: '{ node: core1, daemon: pimd }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: async (view, options) => {
    const running = (await view.lab.node(options.node).processes()).some((process) => process.name === options.daemon);
    if (!running) throw new LabError(`${options.node} runs no ${options.daemon}`);
    return processKillOf(view, {
      node: options.node,
      daemon: options.daemon,
      signal: options.signal,
      restartAfterNs: options['restart-after'] ?? null,
    });
  },
  inject: (view, target) => injectProcessKill(view, target as unknown as ProcessTarget),
};

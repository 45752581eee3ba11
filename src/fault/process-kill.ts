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
  restart: z
    .enum(['daemon', 'all'])
    .default('daemon')
    .describe('all: every daemon of the node starts anew with it, as FRR’s own watchfrr has it where zebra died'),
});
type Options = z.output<typeof schema>;
export interface ProcessTarget {
  readonly node: string;
  readonly daemon: string;
  readonly signal: NodeJS.Signals;
  readonly restartAfterNs: number | null;
  readonly restart: 'daemon' | 'all';
  /** The program that would start the daemon again at once, and stands still for the time of the fault; null: there is none. */
  readonly heldBack: string | null;
}

/** FRR's own watcher of its daemons, in images that start FRR by its script: it starts again what has died. */
const SUPERVISOR = 'watchfrr';

/** @throws LabError where the node runs no such process */
export async function processKillOf(view: LabView, wanted: Omit<ProcessTarget, 'heldBack'>): Promise<ResolvedFault> {
  const names = (await view.lab.node(wanted.node).processes()).map((process) => process.name);
  if (!names.includes(wanted.daemon)) throw new LabError(`${wanted.node} runs no ${wanted.daemon}`);
  const heldBack = names.includes(SUPERVISOR) && wanted.daemon !== SUPERVISOR ? SUPERVISOR : null;
  const target: ProcessTarget = { ...wanted, heldBack };
  const supervised = heldBack === null ? '' : `, ${heldBack} held back so that it does not start it again`;
  const after = target.restartAfterNs === null ? '' : `, restarted after ${formatDuration(target.restartAfterNs)}`;
  const restart = target.restart === 'all' ? `${after}, all daemons with it` : after;
  return {
    summary: `${target.daemon} of ${target.node} ended by ${target.signal}${restart}${supervised}`,
    nodes: withNeighbours(view.lab, target.node),
    broken: { nodes: [target.node], endpoints: [] },
    resolvedBy: { node: target.node, daemon: target.daemon, heldBack },
    // The daemon runs before its watcher looks again, which would start it a second time.
    undo: [
      target.restart === 'all'
        ? { do: 'restart-daemons', node: target.node }
        : { do: 'start-daemon', node: target.node, daemon: target.daemon },
      ...(heldBack === null ? [] : [{ do: 'continue-process' as const, node: target.node, process: heldBack }]),
    ],
    target: { ...target },
  };
}

/** @throws LabError where there is no such process. */
export async function injectProcessKill(view: LabView, target: ProcessTarget): Promise<InjectedFault> {
  const node = view.lab.node(target.node);
  const processes = await node.processes();
  const running = processes.filter((process) => process.name === target.daemon);
  if (running.length === 0) throw new LabError(`${target.node} runs no ${target.daemon}`);
  const watchers = processes.filter((process) => process.name === target.heldBack);
  for (const one of watchers) signalProcess(one, 'SIGSTOP');
  const applied = await timed(view, async () => {
    for (const one of running) signalProcess(one, target.signal);
  });
  if (target.restartAfterNs !== null) {
    await view.sleep(target.restartAfterNs / 1e6);
    const driver = view.driver(target.node);
    await (target.restart === 'all' ? driver.restartDaemons() : driver.startDaemon(target.daemon));
  }
  return {
    applied,
    details: {
      killed: running.map(({ pid, argv }) => ({ pid, argv: [...argv] })),
      heldBack: watchers.map(({ pid, argv }) => ({ pid, argv: [...argv] })),
    },
  };
}

/** One daemon of a node ends by a signal; it is started again at the revert, or sooner where told. */
export const processKill: Fault<Options> = {
  kind: 'process-kill',
  title: 'a daemon of a node is ended by a signal, with or without a restart',
  example: '{ node: core1, daemon: pimd }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],
  resolve: (view, options) =>
    processKillOf(view, {
      node: options.node,
      daemon: options.daemon,
      signal: options.signal,
      restartAfterNs: options['restart-after'] ?? null,
      restart: options.restart,
    }),
  inject: (view, target) => injectProcessKill(view, target as unknown as ProcessTarget),
};

import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, TimeoutError } from '../../core/errors.js';
import { signalProcess } from '../../process/proc.js';
import type { LabNode } from '../../runtime/types.js';
import { configuredDaemons, daemonsOf } from './daemons.js';

const POLL_MS = 20;
const END_TIMEOUT_MS = 15_000;
const LISTEN_TIMEOUT_MS = 30_000;

/**
 * Ends all daemons of a node (SIGTERM) and starts them in the order of its boot, with their configuration.
 * @param run starts one daemon and resolves when it has gone into the background
 * @throws LabError with FRR's own words; TimeoutError where one does not end or zebra does not answer
 */
export async function restartDaemons(node: LabNode, run: (argv: readonly string[]) => Promise<void>): Promise<void> {
  const wanted = await configuredDaemons(node);
  if (wanted.length === 0) throw new LabError(`${node.name} has no daemons file: what to start is not known`);
  await endAll(node);
  for (const { name, argv } of wanted) {
    await run(argv);
    // The others ask it for routes and interfaces as they start, and pimd of FRR 10 asks once.
    if (name === 'zebra') await answers(node, name);
  }
  for (const { name } of wanted) await loadConfiguration(node, name);
}

/**
 * Hands a daemon its part of frr.conf. It alone is asked: a supervisor that is held back would keep vtysh waiting.
 * @throws LabError with FRR's own words
 */
export async function loadConfiguration(node: LabNode, daemon: string): Promise<void> {
  const binary = daemon.replace(/-.*/, '');
  const load = await node.exec(['vtysh', '-b', '-d', binary], { allowFailure: true, timeoutMs: 30_000 });
  if (load.exitCode === 0) return;
  const said = `${load.stdout}${load.stderr}`.trim();
  throw new LabError(`${node.name}: ${daemon} runs, but its configuration could not be loaded: ${said}`);
}

async function endAll(node: LabNode): Promise<void> {
  const startedAt = performance.now();
  const configured = new Set((await daemonsOf(node)).flatMap(({ pid }) => pid ?? []));
  const running = (await node.processes()).filter(({ pid }) => configured.has(pid));
  for (const process of running) signalProcess(process, 'SIGTERM');
  await until(`the daemons of ${node.name} to end`, startedAt, END_TIMEOUT_MS, async () => {
    const left = (await daemonsOf(node)).filter(({ pid }) => pid !== null);
    return left.length === 0 ? undefined : `${left.map(({ name }) => name).join(', ')} still ran`;
  });
}

async function answers(node: LabNode, daemon: string): Promise<void> {
  await until(`${daemon} on ${node.name} to answer`, performance.now(), LISTEN_TIMEOUT_MS, async () => {
    const argv = ['vtysh', '-d', daemon, '-c', 'show version'];
    const said = await node.exec(argv, { allowFailure: true, timeoutMs: 10_000 });
    return said.exitCode === 0 ? undefined : `${said.stdout}${said.stderr}`.trim();
  });
}

/** Polls until `missing` has nothing to say any more. @throws TimeoutError with what it said last */
async function until(
  waitedFor: string,
  startedAt: number,
  timeoutMs: number,
  missing: () => Promise<string | undefined>,
): Promise<void> {
  for (;;) {
    const last = await missing();
    if (last === undefined) return;
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > timeoutMs) throw new TimeoutError(waitedFor, last, elapsedMs);
    await sleep(POLL_MS);
  }
}

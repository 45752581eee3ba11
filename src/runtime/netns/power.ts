import { readFileSync, writeFileSync } from 'node:fs';
import { LabError } from '../../core/errors.js';
import { runCommand } from '../../process/command.js';
import { isAlive, type ProcessIdentity } from '../../process/proc.js';
import type { Topology } from '../../topology/types.js';
import type { KillMode } from '../types.js';
import { askToEnd, endProcesses } from './ending.js';
import { runThere, type Entrance } from './enter.js';
import { formatFields, type Step } from './init-plan.js';
import { addressBatch } from './link-batch.js';
import { netnsPath } from './names.js';
import { interfacesOf } from '../../topology/find.js';
import { processesOf } from './node-processes.js';
import { machine, PERL, perlProgram } from './perl-programs.js';
import { clearNetwork, linksThere } from './power-up.js';
import { NodeSpawner, type ExecReport } from './spawner.js';
import type { LabFolder, LabState } from './state.js';
import { interfaceSysctls } from './sysctls.js';

/** The nftables table that silences a dead node's interfaces; gone when it boots. */
export const SILENCE_TABLE = 'faultline_dead';

/**
 * Ends everything in a node. Its network namespace stays, with the links in it:
 * `carrier-down` takes them down with it; `carrier-silent` first lets nothing in or out (nftables netdev hooks);
 * `dataplane-keep` leaves routes and addresses as they are, and the kernel forwards on.
 * Programs that faultline runs in its network from outside (senders, captures) stay, and find the network dead.
 */
export async function killNode(folder: LabFolder, lab: LabState, node: string, mode: KillMode): Promise<void> {
  const init = folder.init(node);
  const netns = netnsPath(lab.fullNames[node]!);
  if (mode === 'carrier-silent') {
    await silence({ how: 'net', file: netns, lab: lab.lab });
  }
  if (mode === 'carrier-down') await powerOff(netns, init);
  if (init !== undefined) await endProcesses([init]);
}

/** Ends everything in a node without power; with `goodbye`, what runs in it has been told to end before, links up. */
export async function stopNode(folder: LabFolder, lab: LabState, node: string, goodbye: boolean): Promise<void> {
  const init = folder.init(node);
  if (init === undefined || !isAlive(init)) return;
  if (goodbye) await askToEnd(processesOf(init.pid).filter((one) => one.pid !== init.pid));
  await killNode(folder, lab, node, 'carrier-down');
}

/** Takes all interfaces of a network namespace down but the loopback, and ends `init` (if any) at the same time. */
export async function powerOff(netns: string, init?: ProcessIdentity): Promise<void> {
  const target = init === undefined ? ['0', ''] : [String(init.pid), init.startTicks];
  await runCommand([PERL, perlProgram('power.pl'), netns, ...target], { env: { FAULTLINE_MACHINE: machine() } });
}

/** From now on nothing gets in or out of a network namespace, whose links stay up. */
export async function silence(there: Entrance): Promise<void> {
  const names = (await linksThere(there)).map((link) => link.ifname).filter((name) => name !== 'lo');
  await runThere(there, ['nft', '-f', '-'], { input: silenceRules(names) });
}

function silenceRules(interfaces: readonly string[]): string {
  const chains = interfaces.flatMap((name, index) =>
    (['ingress', 'egress'] as const).map(
      (hook) => `chain ${hook}${index} { type filter hook ${hook} device "${name}" priority -500; policy drop; }`,
    ),
  );
  return `add table netdev ${SILENCE_TABLE}\nflush table netdev ${SILENCE_TABLE}\ntable netdev ${SILENCE_TABLE} {\n${chains.join('\n')}\n}\n`;
}

/**
 * Starts a dead node again as if power came back: its network is emptied first, then everything is done as when the
 * lab came up, `exec` included. Does nothing to a node that is alive.
 * @returns how its `exec` commands went.
 * @throws LabError where it cannot be started; it is dead then.
 */
export async function bootNode(folder: LabFolder, lab: LabState, node: string): Promise<readonly ExecReport[]> {
  const init = folder.init(node);
  if (init !== undefined && isAlive(init)) return [];
  const { topology } = lab;
  const there = { how: 'net', file: netnsPath(lab.fullNames[node]!), lab: lab.lab } as const;
  await clearNetwork(there, topology, node);
  const bootPlan = `${folder.plan(node)}.boot`;
  writeFileSync(bootPlan, bootPlanText(readFileSync(folder.plan(node), 'utf8'), topology, node));
  folder.writeNode(node, { pausing: false, stoppedBefore: [] });
  const reports: ExecReport[] = [];
  const spawner = await NodeSpawner.start((report) => reports.push(report));
  try {
    const files = { plan: bootPlan, pidFile: folder.pidFile(node), log: folder.log(node), netns: there.file };
    await spawner.launch(node, files);
    await spawner.carryOut(node, 'links');
    const batch = addressBatch(topology, node);
    if (batch !== '') await runThere(there, ['ip', '-batch', '-'], { input: batch });
    await spawner.carryOut(node, 'start');
    await spawner.detach();
  } catch (cause) {
    await spawner.abort();
    throw new LabError(`node ${node} does not boot: ${(cause as Error).message}`, { cause });
  }
  return reports;
}

/** The plan by which the node came up, and its interfaces' own settings, which they kept from their earlier life. */
function bootPlanText(plan: string, topology: Topology, node: string): string {
  const spec = topology.nodes.find((one) => one.name === node)!;
  const steps = interfacesOf(topology, node).flatMap((name) =>
    interfaceSysctls(spec, name).map(([key, value]): Step => ['sysctl-default', key, value]),
  );
  return plan.replace('[links]\n', () => ['[links]', ...steps.map(formatFields), ''].join('\n'));
}

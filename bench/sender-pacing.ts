/**
 * How late the sender's packets leave, against their absolute deadlines. Needs root; traffic stays in a namespace of
 * its own. `npx tsx bench/sender-pacing.ts [seconds per case]`
 */
import { runCommand, startChild } from '../src/process/command.js';
import type { LabNode } from '../src/runtime/types.js';
import { Program } from '../src/traffic/program.js';
import type { SenderCommand, SenderEvent, SenderFlow } from '../src/traffic/protocol.js';

const SECONDS = Number(process.argv[2] ?? 10);
const namespace = `faultline-pacing-${process.pid}`;
const ip = (line: string): Promise<unknown> => runCommand(['ip', ...line.split(' ')]);

function flows(count: number, ratePps: number): SenderFlow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: index + 1, interface: 'eth1', address: '10.9.1.1', sourcePort: 40_001 + index },
    ...{ group: `239.9.1.${index + 1}`, port: 5000, ttl: 1, intervalNs: 1e9 / ratePps, payloadBytes: 100 },
  }));
}

async function measure(name: string, set: readonly SenderFlow[]): Promise<void> {
  const node = {
    name: 'bench',
    spawnOutside: (argv: readonly string[]) =>
      startChild(['nsenter', `--net=/run/netns/${namespace}`, ...argv], { stdin: true }),
  } as unknown as LabNode;
  const sender = await Program.start<SenderCommand, SenderEvent>(node, 'sender', console.error);
  try {
    await sender.ask({ do: 'open', runTag: 1, flows: set }, 'ready');
    await sender.ask({ do: 'start' }, 'started');
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    sender.expectEnd();
    const { flows: logs } = await sender.ask({ do: 'stop' }, 'stopped');
    const worst = (pick: (log: (typeof logs)[number]) => number): string =>
      `${(Math.max(...logs.map(pick)) / 1000).toFixed(0)} µs`.padStart(10);
    const sent = logs.reduce((sum, log) => sum + log.sent, 0);
    console.log(
      name.padEnd(16),
      String(sent).padStart(9),
      worst((log) => log.lateNsMedian),
      worst((log) => log.lateNsP99),
      worst((log) => log.lateNsMax),
    );
  } finally {
    await sender.end();
  }
}

await ip(`netns add ${namespace}`);
try {
  await ip(`-n ${namespace} link add eth1 type veth peer name eth2`);
  await ip(`-n ${namespace} addr add 10.9.1.1/24 dev eth1`);
  for (const name of ['eth1', 'eth2']) await ip(`-n ${namespace} link set ${name} up`);
  console.log('case                  sent     median        p99        max   (of the worst flow)');
  await measure('1 × 1 kpps', flows(1, 1000));
  await measure('1 × 10 kpps', flows(1, 10_000));
  await measure('20 × 500 pps', flows(20, 500));
  await measure('10 × 5 kpps', flows(10, 5000));
} finally {
  await ip(`netns del ${namespace}`);
}

/**
 * How long a ring of FRR routers (zebra, ospfd, pimd) takes to come up in the netns runtime, beside a plain shell
 * script of `ip -batch` and daemon starts. Run as root: `npx tsx bench/netns-up.ts [routers …] [--rounds N]`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../src/process/command.js';
import { NetnsRuntime } from '../src/runtime/netns/runtime.js';
import { topologyOf, type NodeDraft } from '../tests/lab/netns-topologies.js';

const BASELINE = fileURLToPath(new URL('./netns-up-baseline.sh', import.meta.url));
const LAB = 'netns-bench';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' } } });
const sizes = positionals.length > 0 ? positionals.map(Number) : [25, 50, 100];
const rounds = Number(values.rounds ?? 3);
const work = mkdtempSync(join(tmpdir(), 'netns-bench-'));

function config(router: number, count: number): string {
  const net = (link: number): string => `10.${100 + Math.floor(link / 250)}.${link % 250}`;
  return [
    `hostname r${router}`,
    'interface lo',
    ` ip address 10.255.${Math.floor(router / 250)}.${(router % 250) + 1}/32`,
    ' ip ospf area 0',
    'interface eth1',
    ` ip address ${net(router)}.1/30`,
    ' ip ospf area 0',
    ' ip ospf network point-to-point',
    ' ip pim',
    'interface eth2',
    ` ip address ${net((router + count - 1) % count)}.2/30`,
    ' ip ospf area 0',
    ' ip ospf network point-to-point',
    ' ip pim',
    'router ospf',
    '',
  ].join('\n');
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what();
  return performance.now() - startedAt;
}

const runtime = new NetnsRuntime();
try {
  console.log('routers  round  faultline up  plain script  ratio  faultline down');
  for (const count of sizes) {
    const nodes: Record<string, NodeDraft> = {};
    const links: string[] = [];
    for (let i = 0; i < count; i++) {
      mkdirSync(join(work, String(i)), { recursive: true });
      writeFileSync(join(work, String(i), 'frr.conf'), config(i, count));
      writeFileSync(join(work, String(i), 'daemons'), 'zebra=yes\nospfd=yes\npimd=yes\n');
      nodes[`r${i}`] = { driver: 'frr', binds: [`${i}/frr.conf:/etc/frr/frr.conf`, `${i}/daemons:/etc/frr/daemons`] };
      links.push(`r${i}:eth1--r${(i + 1) % count}:eth2`);
    }
    const topology = topologyOf(LAB, nodes, links, work);
    for (let round = 1; round <= rounds; round++) {
      const upMs = await timed(() => runtime.up(topology));
      const downMs = await timed(() => runtime.down(LAB));
      const plainMs = await timed(() => runCommand(['sh', BASELINE, 'up', String(count), work]));
      await runCommand(['sh', BASELINE, 'down', String(count), work]);
      const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
      console.log(
        [
          String(count).padStart(7),
          String(round).padStart(5),
          seconds(upMs).padStart(12),
          seconds(plainMs).padStart(12),
          (upMs / plainMs).toFixed(2).padStart(5),
          seconds(downMs).padStart(14),
        ].join('  '),
      );
    }
  }
} finally {
  await runtime.down(LAB);
  rmSync(work, { recursive: true, force: true });
}

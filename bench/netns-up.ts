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
import { ringOf } from './ring.js';

const BASELINE = fileURLToPath(new URL('./netns-up-baseline.sh', import.meta.url));
const LAB = 'netns-bench';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' } } });
const sizes = positionals.length > 0 ? positionals.map(Number) : [25, 50, 100];
const rounds = Number(values.rounds ?? 3);
const work = mkdtempSync(join(tmpdir(), 'netns-bench-'));

async function timed(what: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what();
  return performance.now() - startedAt;
}

const runtime = new NetnsRuntime();
try {
  console.log('routers  round  faultline up  plain script  ratio  faultline down');
  for (const count of sizes) {
    const ring = ringOf(count, ['ip pim']);
    const nodes: Record<string, NodeDraft> = {};
    for (const [i, { name, frrConf }] of ring.nodes.entries()) {
      mkdirSync(join(work, String(i)), { recursive: true });
      writeFileSync(join(work, String(i), 'frr.conf'), frrConf);
      writeFileSync(join(work, String(i), 'daemons'), 'zebra=yes\nospfd=yes\npimd=yes\n');
      nodes[name] = { driver: 'frr', binds: [`${i}/frr.conf:/etc/frr/frr.conf`, `${i}/daemons:/etc/frr/daemons`] };
    }
    const links = ring.links.map((ends) => ends.join('--'));
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

/**
 * The same ring of FRR routers (zebra, ospfd) on containerlab, by its own program, and on the netns runtime: how long it
 * takes to come up, from then on until OSPF has converged (every neighbour full, every loopback routed everywhere), and to
 * be taken down. Root, containerlab, Docker and the image are needed: `make bench-containerlab`, or
 * `npx tsx bench/containerlab.ts [routers …] [--image faultline/frr:8.4] [--rounds N]`.
 * OSPF's hello interval is 1 s, so that convergence is not mostly the wait for a hello.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runtimeOf } from '../src/cli/services.js';
import { createDriver } from '../src/device/index.js';
import { runContainerlab, tail } from '../src/runtime/containerlab/program.js';
import type { Lab } from '../src/runtime/types.js';
import { readTopology } from '../src/topology/read.js';
import { loopbackOf, ringOf } from './ring.js';

const LAB = 'ring-bench';
const LOOK_MS = 50;
const CONVERGENCE_LIMIT_MS = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '1' }, image: { type: 'string', default: 'faultline/frr:8.4' } },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [4, 20, 50];
const work = mkdtempSync(join(tmpdir(), 'ring-bench-'));

interface Times {
  readonly upMs: number;
  readonly convergedMs: number;
  readonly downMs: number;
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what();
  return performance.now() - startedAt;
}

/** Writes the topology file of a ring. */
function writeRing(count: number): string {
  const ring = ringOf(count, ['ip ospf hello-interval 1', 'ip ospf dead-interval 4']);
  const folder = join(work, String(count));
  for (const { name, frrConf } of ring.nodes) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'frr.conf'), frrConf);
  }
  writeFileSync(join(folder, 'daemons'), 'zebra=yes\nospfd=yes\n');
  const nodes = ring.nodes.map(({ name }) => `    ${name}: {}`);
  const links = ring.links.map(([a, b]) => `    - endpoints: ["${a}", "${b}"]`);
  const file = join(folder, 'ring.clab.yml');
  writeFileSync(
    file,
    [
      `name: ${LAB}`,
      'topology:',
      '  defaults:',
      '    kind: linux',
      `    image: ${values.image}`,
      '    binds: ["daemons:/etc/frr/daemons", "__clabNodeName__/frr.conf:/etc/frr/frr.conf"]',
      '  nodes:',
      ...nodes,
      '  links:',
      ...links,
      '',
    ].join('\n'),
  );
  return file;
}

/** Waits for router after router; a ring that has converged stays so. @throws Error that tells what is missing */
async function convergence(lab: Lab): Promise<void> {
  const loopbacks = lab.nodes.map((_, router) => loopbackOf(router));
  const startedAt = performance.now();
  for (const [router, node] of lab.nodes.entries()) {
    const driver = createDriver(node);
    for (;;) {
      const missing = await missingAt(node, loopbacks, router);
      if (missing === '') {
        const neighbors = await driver.query('ospf-neighbors').catch(() => []);
        if (neighbors.length === 2 && neighbors.every(({ state }) => state.startsWith('Full'))) break;
      }
      if (performance.now() - startedAt > CONVERGENCE_LIMIT_MS) {
        throw new Error(`${node.name} has not converged within ${CONVERGENCE_LIMIT_MS / 1000} s: ${missing}`);
      }
      await sleep(LOOK_MS);
    }
  }
}

async function missingAt(node: Lab['nodes'][number], loopbacks: readonly string[], own: number): Promise<string> {
  const { stdout } = await node.execOutside(['ip', '-4', '-json', 'route', 'show', 'proto', 'ospf']);
  const routed = new Set((JSON.parse(stdout || '[]') as { dst: string }[]).map(({ dst }) => dst));
  return loopbacks.filter((address, router) => router !== own && !routed.has(address)).join(' ');
}

/** A program that fails is no figure. */
async function containerlab(argv: readonly string[]): Promise<void> {
  const end = await runContainerlab(argv);
  if (end.exitCode !== 0) throw new Error(`containerlab ${argv[0]!} failed:\n${tail(end.log)}`);
}

async function onContainerlab(file: string): Promise<Times> {
  const upMs = await timed(() => containerlab(['deploy', '--topo', file]));
  try {
    const lab = await runtimeOf('containerlab').attach(LAB);
    const convergedMs = await timed(() => convergence(lab));
    return { upMs, convergedMs, downMs: await timed(() => containerlab(['destroy', '--topo', file, '--cleanup'])) };
  } finally {
    await runtimeOf('containerlab').down(LAB);
  }
}

async function onNetns(file: string): Promise<Times> {
  const runtime = runtimeOf('netns');
  const topology = readTopology(file);
  try {
    let lab!: Lab;
    const upMs = await timed(async () => (lab = await runtime.up(topology, { strictImages: true })));
    const convergedMs = await timed(() => convergence(lab));
    return { upMs, convergedMs, downMs: await timed(() => runtime.down(LAB)) };
  } finally {
    await runtime.down(LAB);
  }
}

const columns = ['routers', 'round', 'load', 'runtime', 'up', 'converged after', 'down'];
const widths = columns.map((name) => Math.max(name.length, 12));
const print = (cells: readonly string[]): void =>
  console.log(cells.map((cell, at) => cell.padStart(widths[at]!)).join('  '));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
try {
  console.log(`image ${values.image}; the last line of each: containerlab's time divided by netns's`);
  print(columns);
  for (const count of sizes) {
    const file = writeRing(count);
    for (let round = 1; round <= Number(values.rounds); round++) {
      const load = loadavg()[0]!.toFixed(1);
      const row = (runtime: string, cells: readonly string[]): void =>
        print([String(count), String(round), load, runtime, ...cells]);
      const told = ({ upMs, convergedMs, downMs }: Times): string[] => [upMs, convergedMs, downMs].map(seconds);
      const theirs = await onContainerlab(file);
      row('containerlab', told(theirs));
      const ours = await onNetns(file);
      row('netns', told(ours));
      const ratio = (of: (times: Times) => number): string => `${(of(theirs) / of(ours)).toFixed(2)} x`;
      row('ratio', [ratio(({ upMs }) => upMs), ratio(({ convergedMs }) => convergedMs), ratio(({ downMs }) => downMs)]);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

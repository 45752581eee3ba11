/**
 * How much faster than real time five FRR routers with default timers run by the virtual clock, and what the time is spent
 * on. Scenario, rates and captures are fixed (bench/five-routers: about 15,000 packets to three receivers, four captures).
 * Also: how long it takes from the start of the command to the first entry of the journal.
 * `npx tsx bench/virtual-clock.ts [image …]`; kernel and images must be built. Real time depends on what else the machine
 * does; CPU time (of the launcher, the guest's kernel and all its processes) much less.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cpuTimeMs } from '../src/process/proc.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const FAULTLINE = path('../bin/faultline');
const SCENARIO = path('./five-routers/blackhole.yml');
const images = process.argv.length > 2 ? process.argv.slice(2) : ['faultline/frr:10.3', 'faultline/frr:10.7'];

/** The guest's kernel of a launcher: the descendant that has a root file system on its command line. */
function guestOf(pid: number): number | undefined {
  for (const child of children(pid)) {
    const line = readText(`/proc/${child}/cmdline`);
    if (line.includes('rootfstype=hostfs') && !line.startsWith('setpriv') && !line.startsWith('taskset')) return child;
    const below = guestOf(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

function children(pid: number): readonly number[] {
  return readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

interface Stage {
  readonly what: string;
  readonly virtualS: number;
  readonly realS: number;
  readonly cpuS: number;
}

async function run(image: string): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const startedAt = performance.now();
  const realS = (): number => (performance.now() - startedAt) / 1000;
  let firstEntryS: number | undefined;
  const look = (): void => {
    if (firstEntryS !== undefined || !existsSync(out)) return;
    const found = readdirSync(out, { recursive: true }).some(
      (name) => String(name).endsWith('journal.jsonl') && readText(join(out, String(name))).includes('\n'),
    );
    if (found) firstEntryS = realS();
  };
  const watcher = watch(out, { recursive: true }, look);
  const child = spawn(FAULTLINE, ['run', SCENARIO, '--clock', 'virtual', '--seed', '1', '--out', out], {
    env: { ...process.env, FRR_IMAGE: image },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stages: Stage[] = [];
  let guest: number | undefined;
  let said = '';
  const cpuS = (): number =>
    (cpuTimeMs(child.pid!) ?? 0) / 1000 + (guest === undefined ? 0 : (cpuTimeMs(guest) ?? 0) / 1000);
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    look();
    guest ??= guestOf(child.pid!);
    const [, virtualS, what] = /^\s*([\d.]+) s {2}(.*)$/.exec(line) ?? [];
    if (what !== undefined) stages.push({ what, virtualS: Number(virtualS), realS: realS(), cpuS: cpuS() });
    else said += `${line}\n`;
  });
  const exitCode = await new Promise<number | null>((done) => child.on('close', done));
  watcher.close();
  const [, guestS] = /([\d.]+) s by the guest's clock/.exec(said) ?? [];
  const totalS = realS();
  const last = stages.at(-1);
  if (guestS === undefined || last === undefined) throw new Error(`no run: exit ${String(exitCode)}\n${said}`);
  console.log(`\n${image}: ${guestS} virtual s in ${totalS.toFixed(1)} s, ${last.cpuS.toFixed(1)} s of CPU`);
  console.log(
    `  ${(Number(guestS) / totalS).toFixed(1)} × real time; by CPU time ${(Number(guestS) / last.cpuS).toFixed(1)} ×`,
  );
  console.log(`  exit ${String(exitCode)}; first entry of the journal seen after ${firstEntryS?.toFixed(2) ?? '?'} s`);
  console.log('  virtual s   real s    CPU s   until');
  let before: Stage = { what: '', virtualS: 0, realS: 0, cpuS: 0 };
  for (const stage of stages) {
    const column = (pick: (of: Stage) => number): string => (pick(stage) - pick(before)).toFixed(1).padStart(9);
    console.log(
      `  ${column((of) => of.virtualS)}${column((of) => of.realS)}${column((of) => of.cpuS)}   ${stage.what}`,
    );
    before = stage;
  }
  rmSync(out, { recursive: true });
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, load ${readText('/proc/loadavg').split(' ')[0] ?? ''}`,
);
for (const image of images) await run(image);

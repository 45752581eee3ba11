/**
 * How much faster than real time five FRR routers with default timers run by the virtual clock, and what the time is spent
 * on. Scenario, rates and captures are fixed (bench/five-routers: about 23,000 packets to three receivers, four captures).
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

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** CPU time of the processes that this one has waited for, and theirs. */
function waitedForCpuS(): number {
  const stat = readText('/proc/self/stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

interface Stage {
  readonly what: string;
  readonly virtualS: number;
  readonly realS: number;
  readonly cpuS: number;
}

/** @returns whether the run passed: with limits that hold, there is nothing wrong in what was timed. */
async function run(image: string): Promise<boolean> {
  const out = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const cpuBeforeS = waitedForCpuS();
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
  let said = '';
  const cpuS = (): number => (cpuTimeMs(child.pid!) ?? 0) / 1000;
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    look();
    const [, virtualS, what] = /^\s*([\d.]+) s +[\d.]+ s real {2}(.*)$/.exec(line) ?? [];
    if (what !== undefined) stages.push({ what, virtualS: Number(virtualS), realS: realS(), cpuS: cpuS() });
    else said += `${line}\n`;
  });
  const exitCode = await new Promise<number | null>((done) => child.on('close', done));
  watcher.close();
  const [, guestS] = /([\d.]+) s by the guest's clock/.exec(said) ?? [];
  const totalS = realS();
  const last = stages.at(-1);
  if (guestS === undefined || last === undefined) throw new Error(`no run: exit ${String(exitCode)}\n${said}`);
  const totalCpuS = waitedForCpuS() - cpuBeforeS;
  console.log(`\n${image}: ${guestS} virtual s in ${totalS.toFixed(1)} s, ${totalCpuS.toFixed(1)} s of CPU`);
  console.log(
    `  ${(Number(guestS) / totalS).toFixed(1)} × real time; by CPU time ${(Number(guestS) / totalCpuS).toFixed(1)} ×`,
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
  const rest = (total: number, part: number): string => (total - part).toFixed(1).padStart(9);
  console.log(`  ${' '.repeat(9)}${rest(totalS, last.realS)}${rest(totalCpuS, last.cpuS)}   figures and reports`);
  if (exitCode !== 0) console.log(said);
  rmSync(out, { recursive: true });
  return exitCode === 0;
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, load ${readText('/proc/loadavg').split(' ')[0] ?? ''}`,
);
for (const image of images) if (!(await run(image))) process.exitCode = 1;

/**
 * The same scenarios on several runtimes and by both clocks, side by side, as a table in Markdown: how long the lab took to come
 * up, the verdicts, and each flow's largest outage at the initial and the reversion event (least – largest over the rounds;
 * least, median, largest over the seeds). What no run lost anything of is one line.
 * `npx tsx bench/side-by-side.ts [--on netns,containerlab,virtual] [--rounds N] [--seeds N] [--out FOLDER] scenario.yml …`
 * Rounds by the real clock alternate between the runtimes, one run at a time. Images are those of the topology and the
 * environment (`FRR_IMAGE=…`); runtimes need what they need. The run folders stay in FOLDER where one is told, and what is
 * there already is not run again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bounded } from '../src/analysis/types.js';
import { formatDuration } from '../src/core/duration.js';
import { parseResult } from '../src/report/read-result.js';
import type { RunResult } from '../src/run/result.js';

const FAULTLINE = fileURLToPath(new URL('../bin/faultline', import.meta.url));
const EVENTS = ['initial', 'reversion'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    on: { type: 'string', default: 'netns,containerlab,virtual' },
    rounds: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20' },
    out: { type: 'string' },
  },
});
const places = values.on.split(',');
const work = values.out === undefined ? mkdtempSync(join(tmpdir(), 'side-by-side-')) : resolve(values.out);

/** Runs a scenario once, or once for each seed; its results. */
function run(scenario: string, place: string, round: number): readonly RunResult[] {
  const out = join(work, basename(scenario, '.yml'), place, String(round));
  const how =
    place === 'virtual' ? ['--clock', 'virtual', '--seeds', `1..${values.seeds}`] : ['--runtime', place, '--seed', '1'];
  const resultsThere = (): readonly string[] =>
    (existsSync(out) ? readdirSync(out).sort() : [])
      .map((folder) => join(out, folder, 'result.json'))
      .filter((file) => existsSync(file));
  if (resultsThere().length === 0) {
    console.error(`${basename(scenario)} on ${place}, round ${round}, load ${loadavg()[0]!.toFixed(1)}`);
    const { status, stderr } = spawnSync(FAULTLINE, ['run', scenario, ...how, '--out', out], { encoding: 'utf8' });
    if (resultsThere().length === 0) throw new Error(`exit ${String(status)}\n${stderr}`);
  }
  return resultsThere().map((file) => parseResult(readFileSync(file, 'utf8'), file));
}

function upText(results: readonly RunResult[]): string {
  const all = results.map(({ phases }) => phases.find(({ name }) => name === 'lab-up')?.elapsedMs ?? NaN);
  return spread(all.map((ms) => ms * 1e6));
}

/** One figure as it is, several as least – largest, many with their median. */
function spread(all: readonly number[], slack = 0): string {
  const sorted = [...all].sort((a, b) => a - b);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const sure = slack > 0 && most > 0 ? ` (± ${formatDuration(slack)})` : '';
  if (least === most) return formatDuration(least) + sure;
  const median = sorted.length > 4 ? `${formatDuration(sorted[Math.ceil(sorted.length / 2) - 1]!)} – ` : '';
  return `${formatDuration(least)} – ${median}${formatDuration(most)}${sure}`;
}

function verdictText(results: readonly RunResult[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of results) counts.set(verdict.outcome, (counts.get(verdict.outcome) ?? 0) + 1);
  return [...counts].map(([outcome, n]) => (results.length === 1 ? outcome : `${n} ${outcome}`)).join(', ');
}

/** All pairs of flow and receiver. */
function pairsOf(results: readonly RunResult[]): readonly (readonly [string, string])[] {
  const found = results.flatMap(({ analysis }) => analysis?.flows ?? []);
  const keys = new Map(found.map(({ flow, receiver }) => [`${flow} ${receiver}`, [flow, receiver] as const]));
  return [...keys.values()];
}

/** What a result says of one; undefined where it was not measured. */
function outageOf(
  result: RunResult,
  [flow, receiver]: readonly [string, string],
  event: (typeof EVENTS)[number],
): Bounded | undefined {
  const found = result.analysis?.flows.find((each) => each.flow === flow && each.receiver === receiver);
  if (found === undefined || found.events[event].sent === 0) return undefined;
  return found.events[event].largest ?? { valueNs: 0, lowNs: 0, highNs: 0 };
}

function outageText(figures: readonly (Bounded | undefined)[]): string {
  const seen = figures.filter((figure) => figure !== undefined);
  const ended = seen.filter(({ open }) => open !== true);
  const open = seen.length - ended.length;
  const slack = Math.max(0, ...ended.map(({ valueNs, lowNs, highNs }) => Math.max(valueNs - lowNs, highNs - valueNs)));
  const parts: string[] = [];
  const outages = ended.map(({ valueNs }) => valueNs);
  if (outages.length > 0) parts.push(spread(outages, slack));
  if (open > 0) parts.push(`${open} without an end`);
  if (seen.length < figures.length) parts.push(`${figures.length - seen.length} not measured`);
  return parts.join('; ');
}

console.log(`${cpus().length} × ${cpus()[0]?.model ?? '?'}, Linux ${release()}, load ${loadavg()[0]!.toFixed(1)}\n`);
console.log(`| scenario | | ${places.join(' | ')} |\n|---|---|${'---|'.repeat(places.length)}`);
for (const scenario of positionals) {
  const results = new Map(places.map((place): [string, RunResult[]] => [place, []]));
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const place of places) {
      if (place === 'virtual' && round > 1) continue;
      results.get(place)!.push(...run(resolve(scenario), place, round));
    }
  }
  const all = places.map((place) => results.get(place)!);
  const row = (first: string, what: string, cells: readonly string[]): void =>
    console.log(`| ${[first, what, ...cells].join(' | ')} |`);
  row(basename(scenario, '.yml'), 'verdict', all.map(verdictText));
  row('', 'lab up', all.map(upText));
  const still = new Map<string, string[]>();
  const rows = new Map<string, { readonly of: string; readonly receivers: string[]; readonly cells: string[] }>();
  for (const [flow, receiver] of pairsOf(all.flat())) {
    for (const event of EVENTS) {
      const figures = all.map((of) => of.map((result) => outageOf(result, [flow, receiver], event)));
      const measured = figures.flat().filter((figure) => figure !== undefined);
      if (measured.length === 0) continue;
      const of = `${flow}, ${event}`;
      if (measured.every(({ valueNs, open }) => valueNs === 0 && open !== true)) {
        still.set(of, [...(still.get(of) ?? []), receiver]);
        continue;
      }
      // Receivers that lost the same are one line.
      const cells = figures.map(outageText);
      const key = JSON.stringify([of, cells]);
      const there = rows.get(key);
      if (there === undefined) rows.set(key, { of, receivers: [receiver], cells });
      else there.receivers.push(receiver);
    }
  }
  for (const { of, receivers, cells } of rows.values()) row('', `${of}: ${receivers.join(', ')}`, cells);
  const nothing = [...still].map(([of, receivers]) => `${of}: ${receivers.join(', ')}`);
  const noCells = places.map(() => '');
  if (nothing.length > 0) row('', `nothing lost: ${nothing.join('; ')}`, noCells);
}
if (values.out === undefined) rmSync(work, { recursive: true });

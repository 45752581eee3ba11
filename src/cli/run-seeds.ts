import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatBounded } from '../analysis/format.js';
import { instantToText } from '../core/instant.js';
import { CLOCK_READ_NS, VIRTUAL_CLOCK_MEANING } from '../guest/clock.js';
import { guestPlace } from '../guest/place.js';
import { runSeeds } from '../guest/seeds.js';
import type { ImageMap } from '../image/map.js';
import { rangesText, seedSet, type SeedRun, type SeedSet } from '../history/seed-set.js';
import { wallClock } from '../process/wall-clock.js';
import { SeedsProgress, shownVerdict, softwareOf, wantsColour } from '../report/index.js';
import { renderSeedConsole, SEED_REPORTS, writeSeedReports } from '../report/seeds/index.js';
import { runId } from '../run/identity.js';
import { sha256OfFile } from '../run/inputs.js';
import type { Plan } from '../scenario/plan.js';
import type { CliContext } from './context.js';
import { log, type PrintFormat } from './print.js';
import { projectDir, version } from './version.js';

export interface RunSeedsOptions {
  readonly seeds: readonly number[];
  readonly jobs: number;
  readonly out: string;
  readonly format: PrintFormat;
  readonly strictImages: boolean;
  /** Images that stand in for those of the topology. */
  readonly imageMap: ImageMap;
}

/** Runs one scenario once for each seed, prints and keeps the distribution of each outage. */
export async function runSeedSet(context: CliContext, plan: Plan, options: RunSeedsOptions): Promise<SeedSet> {
  const { seeds, jobs, strictImages } = options;
  const place = { ...guestPlace(projectDir()), imageMap: options.imageMap };
  const startedAt = new Date();
  const startedNs = wallClock();
  const unique = randomBytes(2).toString('hex');
  const argv = process.argv.slice(2);
  const out = resolve(options.out);
  log(
    context,
    `${plan.scenario.name}: virtual clock, seeds ${rangesText(seeds)}, ${Math.min(jobs, seeds.length)} guests side by side · lab kernel`,
  );
  const progress = new SeedsProgress(context.stderr);
  let finished = 0;
  const onSeed = (run: SeedRun, done: number): void => {
    finished = done;
    progress.ended(run.seed, seedLine(run, done, seeds.length));
  };
  let runs: readonly SeedRun[];
  try {
    runs = await runSeeds(place, {
      ...{ plan, projectDir: projectDir(), out, strictImages, argv, signal: context.signal },
      ...{ seeds, jobs, startedAt, unique, onSeed },
      onBeat: (seed, virtualS, realS) => progress.beat(seed, virtualS, realS),
    });
  } catch (error) {
    progress.end();
    if (context.signal.aborted)
      log(context, `${finished} of ${seeds.length} seeds had finished; their runs are in ${out}`);
    throw error;
  }
  const id = runId(plan.scenario.name, startedAt, `${unique}-seeds`);
  const first = runs.find(({ result }) => result !== null)?.result ?? null;
  const { scenario, topology } = plan;
  const set = seedSet(
    {
      ...{ id, faultline: version(), argv: ['faultline', ...argv], jobs },
      startedAt: instantToText(startedNs),
      elapsedMs: Number(wallClock() - startedNs) / 1e6,
      scenario: first?.scenario ?? {
        ...{ name: scenario.name, description: scenario.description ?? null, file: scenario.file },
        sha256: sha256OfFile(scenario.file),
      },
      lab: {
        topology: topology.name,
        topologySha256: sha256OfFile(topology.file),
        runtime: first?.lab.runtime ?? scenario.runtime,
        software: first === null ? '' : softwareOf(first),
      },
      clock: { kind: 'virtual', meaning: VIRTUAL_CLOCK_MEANING, readNs: CLOCK_READ_NS },
      fault:
        scenario.fault === undefined
          ? null
          : {
              summary: runs.find(({ result }) => result?.fault)?.result?.fault?.summary ?? scenario.fault.kind,
              atNs: scenario.fault.atNs,
              windowNs: scenario.fault.windowNs,
            },
    },
    runs,
    shownVerdict,
  );
  const dir = join(out, id);
  mkdirSync(dir, { recursive: true });
  await writeSeedReports(set, dir);
  if (options.format === 'table') {
    const colour = wantsColour(context.stdout, process.env);
    context.stdout.write(renderSeedConsole(set, { colour, reportPath: join(dir, SEED_REPORTS.html.file) }));
  }
  return set;
}

/** `  3/20  seed 7  pass  39.96 s ± 20 ms   231.0 s by the guest's clock in 20.5 s` */
function seedLine({ seed, result, error, guestS, realS }: SeedRun, done: number, of: number): string {
  const verdict = result === null ? { outcome: 'error', reasons: [error ?? ''] } : shownVerdict(result);
  const outages = (result?.analysis?.flows ?? []).flatMap(({ events }) => events.initial.largest ?? []);
  const largest = outages.sort((a, b) => b.valueNs - a.valueNs)[0];
  const parts = [
    `${String(done).padStart(String(of).length)}/${of}`,
    `seed ${seed}`,
    verdict.outcome,
    largest === undefined ? '' : `largest outage ${formatBounded(largest)}`,
    verdict.outcome === 'pass' ? '' : (verdict.reasons[0] ?? ''),
    guestS === null || realS === null ? '' : `${guestS.toFixed(1)} s by the guest's clock in ${realS.toFixed(1)} s`,
  ];
  return `  ${parts.filter((part) => part !== '').join('  ')}`;
}

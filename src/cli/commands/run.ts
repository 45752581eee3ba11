import { resolve } from 'node:path';
import { Option } from 'commander';
import { ConfigError, EXIT, UsageError, type ConfigIssue, type ExitCode } from '../../core/errors.js';
import { FAULTS } from '../../fault/index.js';
import { insideGuest } from '../../guest/inside.js';
import { usableCpus } from '../../guest/launch.js';
import { guestPlace } from '../../guest/place.js';
import { placeOf, runScenarioInGuest } from '../../guest/run-scenario.js';
import type { SeedSet } from '../../history/seed-set.js';
import { readImageMap } from '../../image/map.js';
import { PROBES } from '../../probe/index.js';
import { wantsColour } from '../../report/text/colour.js';
import { exitCodeOf, exitCodeOfOutcome, worstExitCode } from '../../report/verdict.js';
import type { RunResult } from '../../run/result.js';
import { loadPlan, type PlanOverrides } from '../../scenario/make-plan.js';
import type { Plan } from '../../scenario/plan.js';
import { chooseKernel } from '../choose-kernel.js';
import type { CliContext } from '../context.js';
import { clockOption, imageMapOption, seedsOf, wholeNumber } from '../options.js';
import { formatOption, log, printJson, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { showingGuest } from '../show-guest.js';
import { projectDir } from '../version.js';

interface Options {
  readonly runtime?: 'auto' | 'netns' | 'containerlab';
  readonly repeat?: number;
  readonly seed?: number;
  readonly seeds?: readonly number[];
  readonly jobs?: number;
  readonly clock?: 'real' | 'virtual';
  readonly kernel?: 'auto' | 'host' | 'lab';
  readonly lab?: string;
  readonly keep?: boolean;
  readonly out: string;
  readonly imageMap: readonly string[];
  readonly strictImages?: boolean;
  readonly format: PrintFormat;
}

export const addRun: AddCommand = (program, context) => {
  program
    .command('run')
    .description('run scenarios: lab up, steady state, traffic, fault, revert, figures, verdict, reports')
    .argument('<scenario...>', 'scenario files')
    .option('--runtime <name>', 'where the lab runs; wins over the file')
    .option('--repeat <n>', 'how often each scenario runs', wholeNumber(1))
    .addOption(clockOption())
    .addOption(
      new Option(
        '--kernel <kernel>',
        'the kernel it runs on: this machine’s, the lab kernel, or that where this machine’s lacks something',
      ).choices(['auto', 'host', 'lab']),
    )
    .option(
      '--seed <n>',
      'what draws the instant of the fault in its window; by the virtual clock, everything',
      wholeNumber(0),
    )
    .option(
      '--seeds <from..to>',
      'once for each of these seeds, by the virtual clock: the distribution of each outage',
      seedsOf,
    )
    .option('--jobs <n>', 'guests side by side, one CPU each; as many as there are CPUs unless told', wholeNumber(1))
    .option('--lab <name>', 'use this lab, which is up already, and leave it up')
    .option('--keep', 'leave the lab up')
    .option('--out <folder>', 'where run folders go', 'runs')
    .addOption(imageMapOption())
    .option('--strict-images', 'refuse where something else than a node’s image would run')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExample: faultline run topologies/trading-floor/scenarios/*.yml --repeat 3\nExample: faultline run scenario.yml --clock virtual --seeds 1..100 --jobs 4',
    )
    .action(async (files: readonly string[], options: Options) => {
      const loaded = loadPlans(files, {
        ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
        ...(options.seeds === undefined ? {} : { repeat: 1 }),
        ...(options.repeat === undefined ? {} : { repeat: options.repeat }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.lab === undefined ? {} : { lab: options.lab }),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
      });
      const { plans, text } = await chooseKernel(loaded, readImageMap(options.imageMap));
      if (text !== undefined) log(context, `kernel ${text}`);
      const places = new Set(plans.map(placeOf));
      if (places.size > 1)
        throw new UsageError('these scenarios ask for different clocks or kernels: run them by themselves');
      const guest = insideGuest(process.env);
      checkSeeds(options, places);
      if (options.seeds !== undefined) {
        context.exitCode = await runSeedSets(plans, options, context);
        return;
      }
      if (guest === undefined && !places.has('host')) {
        context.exitCode = await runInGuests(plans, options, context);
        return;
      }
      const { runtime, lab } = plans[0]!.scenario;
      const { chooseRuntime } = await import('../choose-runtime.js');
      const { runPlans } = await import('../run-plans.js');
      const imageMap = readImageMap(options.imageMap);
      await runPlans(context, await chooseRuntime(runtime, lab, imageMap), plans, {
        keep: options.keep === true,
        out: options.out,
        strictImages: options.strictImages === true,
        imageMap,
        format: options.format,
        guest,
      });
    });
};

/** All plans, or the errors of all files at once: nothing has been started by then. */
function loadPlans(files: readonly string[], overrides: PlanOverrides): readonly Plan[] {
  const issues: ConfigIssue[] = [];
  const plans: Plan[] = [];
  for (const file of files) {
    try {
      plans.push(loadPlan(file, { faults: FAULTS, probes: PROBES }, { overrides }));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return plans;
}

/** @throws UsageError for options that contradict each other. */
function checkSeeds(options: Options, places: ReadonlySet<ReturnType<typeof placeOf>>): void {
  if (options.seeds === undefined) {
    if (options.jobs !== undefined) throw new UsageError('--jobs: says how many of --seeds run side by side');
    return;
  }
  if (options.seed !== undefined) throw new UsageError('--seeds and --seed: one of them');
  if (options.repeat !== undefined) throw new UsageError('--seeds and --repeat: one seed gives one run');
  if (options.keep === true) throw new UsageError(NO_KEEP);
  if (!places.has('virtual')) {
    throw new UsageError('--seeds: only with --clock virtual; on a real clock chance decides more than the seed does');
  }
}

const NO_KEEP = '--keep: a lab cannot outlive the lab kernel that it runs in';

/** Each scenario with all seeds. @returns the worst exit code */
async function runSeedSets(plans: readonly Plan[], options: Options, context: CliContext): Promise<ExitCode> {
  const { runSeedSet } = await import('../run-seeds.js');
  const sets: SeedSet[] = [];
  for (const plan of plans) {
    sets.push(
      await runSeedSet(context, plan, {
        seeds: options.seeds!,
        jobs: options.jobs ?? usableCpus().length,
        out: options.out,
        format: options.format,
        strictImages: options.strictImages === true,
        imageMap: readImageMap(options.imageMap),
      }),
    );
  }
  if (options.format === 'json') printJson(context, sets.length === 1 ? sets[0] : sets);
  return worstExitCode(sets.map(({ verdict }) => exitCodeOfOutcome(verdict.outcome)));
}

/**
 * Each scenario, each time, in a guest of its own, with the following seeds: one seed gives one run.
 * @returns the worst exit code
 */
async function runInGuests(plans: readonly Plan[], options: Options, context: CliContext): Promise<number> {
  if (options.keep === true) throw new UsageError(NO_KEEP);
  const runs = plans.flatMap((plan) =>
    Array.from({ length: plan.scenario.repeat }, (_, time) => ({ plan, seed: plan.seed + time })),
  );
  const place = { ...guestPlace(projectDir()), imageMap: readImageMap(options.imageMap) };
  const colour = wantsColour(context.stdout, process.env);
  const codes: number[] = [];
  const results: RunResult[] = [];
  for (const { plan, seed } of runs) {
    const clock = plan.scenario.clock === 'virtual' ? 'virtual' : 'real';
    const end = await showingGuest(context, clock, (hooks) =>
      runScenarioInGuest(place, {
        ...{ plan, clock, seed, ...hooks },
        projectDir: projectDir(),
        out: resolve(options.out),
        strictImages: options.strictImages === true,
        argv: process.argv.slice(2),
        signal: context.signal,
      }),
    );
    log(context, `${end.guestS.toFixed(1)} s by the guest's clock took ${end.realS.toFixed(1)} s`);
    if (end.run === null) codes.push(end.exitCode === EXIT.pass ? EXIT.labFailed : end.exitCode);
    else {
      codes.push(exitCodeOf(end.run.result));
      results.push(end.run.result);
      if (options.format === 'table') {
        const { consoleReporter } = await import('../../report/index.js');
        await consoleReporter(context.stdout, { colour }).onEnd?.(end.run.result, end.run.dir);
      }
    }
  }
  if (options.format === 'json') printJson(context, results.length === 1 ? results[0] : results);
  else if (runs.length > 1 && results.length > 0) {
    const { summaryTable } = await import('../../report/index.js');
    context.stdout.write(`\n${summaryTable(results, { colour }).text}`);
    const without = runs.length - results.length;
    if (without > 0) context.stdout.write(`${without} of ${runs.length} runs ended without a result\n`);
  }
  const worst = [EXIT.labFailed, EXIT.fail, EXIT.inconclusive, EXIT.usage];
  return (
    codes.find((code) => code !== EXIT.pass && !worst.some((known) => known === code)) ??
    worst.find((code) => codes.includes(code)) ??
    EXIT.pass
  );
}

import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { ConfigError, UsageError, type ConfigIssue } from '../../core/errors.js';
import { FAULTS } from '../../fault/index.js';
import { PROBES } from '../../probe/index.js';
import {
  consoleReporter,
  createReporters,
  exitCodeOf,
  fileReporters,
  ProgressReporter,
  summaryTable,
  wantsColour,
  type RunEvent,
} from '../../report/index.js';
import { runBatch } from '../../run/batch.js';
import { describeEvent } from '../../run/describe-event.js';
import { loadPlan, type PlanOverrides } from '../../scenario/make-plan.js';
import type { Plan } from '../../scenario/plan.js';
import { log, printJson, formatOption, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { runServices, runtimeOf } from '../services.js';
import { version } from '../version.js';

interface Options {
  readonly runtime?: 'auto' | 'netns';
  readonly repeat?: number;
  readonly seed?: number;
  readonly lab?: string;
  readonly keep?: boolean;
  readonly out: string;
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
    .option('--seed <n>', 'what draws the instant of the fault in its window', wholeNumber(0))
    .option('--lab <name>', 'use this lab, which is up already, and leave it up')
    .option('--keep', 'leave the lab up')
    .option('--out <folder>', 'where run folders go', 'runs')
    .option('--strict-images', 'refuse where something else than a node’s image would run')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline run topologies/trading-floor/scenarios/*.yml --repeat 3')
    .action(async (files: readonly string[], options: Options) => {
      const plans = loadPlans(files, {
        ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
        ...(options.repeat === undefined ? {} : { repeat: options.repeat }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.lab === undefined ? {} : { lab: options.lab }),
      });
      for (const { scenario } of plans) {
        if (scenario.clock === 'virtual' || scenario.kernel === 'lab') {
          throw new UsageError(`${scenario.name}: the virtual clock and the lab kernel are not part of this version`);
        }
      }
      const colour = wantsColour(context.stdout, process.env);
      const progress = new ProgressReporter(context.stderr);
      const reporters = createReporters(
        [
          progress,
          ...fileReporters(),
          ...(options.format === 'table' ? [consoleReporter(context.stdout, { colour })] : []),
        ],
        ({ reporter, hook, error }) => log(context, `report ${reporter} failed in ${hook}: ${String(error)}`),
      );
      const runtime = runtimeOf(plans[0]!.scenario.runtime);
      log(context, `runtime ${runtime.name} · real clock · kernel of this host`);
      const results = await runBatch(plans, runServices(runtime), {
        out: resolve(options.out),
        keep: options.keep === true,
        strictImages: options.strictImages === true,
        faultline: version(),
        argv: ['faultline', ...process.argv.slice(2)],
        signal: context.signal,
        onEntry: (entry) => {
          const shown = describeEvent(entry);
          const event: RunEvent = { type: entry.type, at: entry.at, ...(shown ?? {}) };
          reporters.onEvent(event);
        },
        onResult: (result, runDir) => reporters.onEnd(result, runDir),
      });
      const summary = summaryTable(results, { colour });
      if (options.format === 'json') printJson(context, results.length === 1 ? results[0] : results);
      else if (results.length > 1) context.stdout.write(`\n${summary.text}`);
      context.exitCode = results.length === 1 ? exitCodeOf(results[0]!) : summary.exitCode;
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

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    }
    return number;
  };
}

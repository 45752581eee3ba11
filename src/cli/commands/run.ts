import { InvalidArgumentError } from 'commander';
import { ConfigError, UsageError, type ConfigIssue } from '../../core/errors.js';
import { FAULTS } from '../../fault/index.js';
import { PROBES } from '../../probe/index.js';
import { loadPlan, type PlanOverrides } from '../../scenario/make-plan.js';
import type { Plan } from '../../scenario/plan.js';
import { formatOption, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { runPlans } from '../run-plans.js';
import { runtimeOf } from '../services.js';

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
      await runPlans(context, runtimeOf(plans[0]!.scenario.runtime), plans, {
        keep: options.keep === true,
        out: options.out,
        strictImages: options.strictImages === true,
        format: options.format,
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

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    }
    return number;
  };
}

import { resolve } from 'node:path';
import { createReporters } from '../report/multiplex.js';
import { ProgressReporter } from '../report/progress.js';
import { wantsColour } from '../report/text/colour.js';
import type { Reporter, RunEvent } from '../report/types.js';
import { batchGuest, type GuestFacts } from '../guest/inside.js';
import type { ImageMap } from '../image/map.js';
import { runBatch } from '../run/batch.js';
import { programSha256 } from '../run/program-hash.js';
import { describeEvent } from '../run/describe-event.js';
import type { Plan } from '../scenario/plan.js';
import type { ChosenRuntime } from './choose-runtime.js';
import type { CliContext } from './context.js';
import { log, printJson, type PrintFormat } from './print.js';
import { runServices } from './services.js';
import { projectDir, version } from './version.js';

export interface RunPlansOptions {
  readonly keep: boolean;
  readonly out: string;
  readonly strictImages: boolean;
  /** Images that stand in for those of topologies. */
  readonly imageMap: ImageMap;
  readonly format: PrintFormat;
  /** Where this process runs in the lab kernel. */
  readonly guest?: GuestFacts | undefined;
}

/** Runs the plans one after another with progress, reports and the exit code that they come to; see `makeReports`. */
export async function runPlans(
  context: CliContext,
  chosen: ChosenRuntime,
  plans: readonly Plan[],
  options: RunPlansOptions,
): Promise<void> {
  const reporters = createReporters(
    [new ProgressReporter(context.stderr), ...(await makeReports(context, options))],
    ({ reporter, hook, error }) => log(context, `report ${reporter} failed in ${hook}: ${String(error)}`),
  );
  const { guest } = options;
  log(
    context,
    guest === undefined
      ? `runtime ${chosen.text} · real clock · kernel of this host`
      : `runtime ${chosen.text} · ${guest.clock} clock, seed ${plans[0]!.seed} · lab kernel`,
  );
  const results = await runBatch(plans, runServices(chosen.runtime), {
    out: resolve(options.out),
    keep: options.keep,
    strictImages: options.strictImages,
    imageMap: options.imageMap,
    faultline: version(),
    programSha256: programSha256(projectDir()),
    argv: ['faultline', ...(guest === undefined ? process.argv.slice(2) : [])],
    ...(guest === undefined ? {} : { guest: batchGuest(guest) }),
    signal: context.signal,
    onEntry: (entry) => {
      const shown = describeEvent(entry);
      const event: RunEvent = { type: entry.type, at: entry.at, ...(shown ?? {}) };
      reporters.onEvent(event);
    },
    onResult: (result, runDir) => reporters.onEnd(result, runDir),
  });
  if (guest !== undefined) return;
  const { exitCodeOf, summaryTable } = await import('../report/index.js');
  const summary = summaryTable(results, { colour: wantsColour(context.stdout, process.env) });
  if (options.format === 'json') printJson(context, results.length === 1 ? results[0] : results);
  else if (results.length > 1) context.stdout.write(`\n${summary.text}`);
  context.exitCode = results.length === 1 ? exitCodeOf(results[0]!) : summary.exitCode;
}

/**
 * Reporters of results. None in a guest, where only the record is made: its launcher completes it, makes the result of it
 * and writes the reports. What they are made with is not even loaded there.
 */
async function makeReports(context: CliContext, options: RunPlansOptions): Promise<Reporter[]> {
  if (options.guest !== undefined) return [];
  const { consoleReporter, fileReporters } = await import('../report/index.js');
  const colour = wantsColour(context.stdout, process.env);
  return [...fileReporters(), ...(options.format === 'table' ? [consoleReporter(context.stdout, { colour })] : [])];
}

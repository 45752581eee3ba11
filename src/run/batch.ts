import { hostname, release, cpus, arch } from 'node:os';
import { join } from 'node:path';
import type { ImageMap } from '../image/map.js';
import { planRules } from '../image/plan-rules.js';
import { planVariables } from '../scenario/plan-files.js';
import type { Plan } from '../scenario/plan.js';
import { analyzeRun } from './analyze-run.js';
import type { JournalEntry } from './events.js';
import { newIdentity } from './identity.js';
import { readJournal } from './journal.js';
import type { RunRecord, RunResult } from './result.js';
import { runScenario } from './run.js';
import type { RunServices } from './services.js';

export interface BatchOptions {
  /** Folder that takes the run folders. */
  readonly out: string;
  readonly keep: boolean;
  readonly strictImages: boolean;
  readonly faultline: string;
  /** SHA-256 of faultline's own programs. */
  readonly programSha256: string;
  /** Images that stand in for those of topologies. */
  readonly imageMap: ImageMap;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
  /** Set where this runs in a guest of the lab kernel: what only the host knows, and what the seed decides. */
  readonly guest?: {
    readonly clock: 'real' | 'virtual';
    readonly meaning: string;
    /** What one reading of the clock costs, where it is virtual. */
    readonly readNs?: number;
    readonly record: Pick<RunRecord, 'kernel' | 'images'>;
    /** Of the host: two runs with one seed must not meet in one folder. */
    readonly startedAt: Date;
    readonly unique: string;
    readonly startOffsetMs: (seed: number, node: string) => number;
  };
  readonly onEntry: (entry: JournalEntry, runDir: string) => void;
  readonly onResult: (result: RunResult, runDir: string) => Promise<void>;
}

export const REAL_CLOCK_MEANING =
  'measured by the clock of a running machine: timers, protocol exchanges and processing, as they happened there';

/**
 * Runs the plans one after another, each as often as its scenario says, and stops after an interrupt.
 * @returns their results; none where this is a guest
 */
export async function runBatch(
  plans: readonly Plan[],
  services: RunServices,
  options: BatchOptions,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const plan of plans) {
    for (let time = 0; time < plan.scenario.repeat; time++) {
      if (options.signal.aborted) return results;
      const { guest } = options;
      const clock: RunResult['clock'] = {
        kind: guest?.clock ?? 'real',
        seed: plan.seed,
        meaning: guest?.meaning ?? REAL_CLOCK_MEANING,
        ...(guest?.readNs === undefined ? {} : { readNs: guest.readNs }),
      };
      const startedAt = guest?.startedAt ?? new Date();
      const identity = newIdentity(plan.scenario.name, plan.topology.name, startedAt, clock, guest?.unique);
      const runDir = join(options.out, identity.id);
      await runScenario({
        plan,
        services,
        id: identity.id,
        runDir,
        labName: plan.scenario.lab ?? identity.labName,
        runTag: identity.runTag,
        clock,
        run: {
          faultline: options.faultline,
          node: process.version,
          argv: options.argv,
          host: { kernel: release(), cpus: cpus().length, machine: `${arch()} ${hostname()}` },
        },
        record: { programSha256: options.programSha256, ...choicesOf(plan, options), ...guest?.record },
        keep: options.keep,
        strictImages: options.strictImages,
        ...(guest?.clock === 'virtual'
          ? { startOffsetMs: (node: string) => guest.startOffsetMs(plan.seed, node) }
          : {}),
        signal: options.signal,
        onEntry: (entry) => options.onEntry(entry, runDir),
      });
      // Of what a guest leaves the launcher makes the result, when it has put in what only the host knows.
      if (guest !== undefined) continue;
      const result = analyzeRun(runDir, readJournal(join(runDir, 'journal.jsonl')), services.readCapture);
      results.push(result);
      await options.onResult(result, runDir);
    }
  }
  return results;
}

/**
 * What was chosen outside of the files that a plan is made from. Values of the environment's are kept of a run that can be
 * run again from its record, and of no other.
 */
function choicesOf(
  plan: Plan,
  { guest, imageMap, strictImages }: BatchOptions,
): Pick<RunRecord, 'variables' | 'strictImages' | 'imageMap'> {
  const names = guest?.clock === 'virtual' ? planVariables(plan, process.env) : [];
  const rules = planRules(imageMap, plan);
  return {
    ...(names.length === 0 ? {} : { variables: Object.fromEntries(names.map((name) => [name, process.env[name]!])) }),
    ...(strictImages ? { strictImages } : {}),
    ...(rules.length === 0 ? {} : { imageMap: rules }),
  };
}

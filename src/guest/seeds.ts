import type { SeedRun } from '../history/seed-set.js';
import { usableCpus } from './launch.js';
import type { GuestPlace } from './place.js';
import { runScenarioInGuest, type ScenarioInGuest } from './run-scenario.js';

export interface SeedsRequest extends Pick<
  ScenarioInGuest,
  'plan' | 'projectDir' | 'out' | 'strictImages' | 'argv' | 'signal'
> {
  readonly seeds: readonly number[];
  /** Guests side by side. */
  readonly jobs: number;
  readonly startedAt: Date;
  /** In the names of all its run folders. */
  readonly unique: string;
  /** How far the guest of a seed is, every few seconds of its clock. */
  readonly onBeat: (seed: number, virtualS: number, realS: number) => void;
  readonly onSeed: (run: SeedRun, done: number) => void;
}

const TAIL_CHARACTERS = 2000;

/**
 * Runs one scenario by the virtual clock once for each seed, several guests side by side, each on one CPU. A seed whose
 * guest fails is an error of that seed and does not stop the others.
 * @throws the signal's reason, when all guests have ended
 */
export async function runSeeds(place: GuestPlace, request: SeedsRequest): Promise<readonly SeedRun[]> {
  const { signal } = request;
  const runs: SeedRun[] = [];
  const queue = request.seeds.values();
  const cpus = usableCpus();
  const lane = async (index: number): Promise<void> => {
    for (const seed of queue) {
      if (signal.aborted) return;
      const run = await oneSeed(place, request, seed, cpus[index % cpus.length]!);
      if (signal.aborted) return;
      runs.push(run);
      request.onSeed(run, runs.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.jobs, request.seeds.length) }, (_, index) => lane(index)));
  signal.throwIfAborted();
  return runs;
}

async function oneSeed(place: GuestPlace, request: SeedsRequest, seed: number, cpu: number): Promise<SeedRun> {
  const { plan, projectDir, out, strictImages, argv, startedAt, signal } = request;
  const unique = `${request.unique}-seed-${seed}`;
  let tail = '';
  let clocks: { guestS: number; realS: number } | undefined;
  try {
    const end = await runScenarioInGuest(place, {
      ...{ plan, projectDir, out, strictImages, argv, startedAt, signal },
      ...{ clock: 'virtual', seed, unique, cpu },
      stdout: () => undefined,
      stderr: (chunk) => (tail = `${tail}${chunk.toString()}`.slice(-TAIL_CHARACTERS)),
      onBeat: (virtualS, realS) => request.onBeat(seed, virtualS, realS),
    });
    clocks = { guestS: end.guestS, realS: end.realS };
    if (end.run === null) throw new Error(`the run left no result (exit ${end.exitCode}): ${tail.trim()}`);
    const { result } = end.run;
    if (result.clock.kind !== 'virtual' || result.clock.seed !== seed) {
      throw new Error(`${end.run.dir} is of seed ${result.clock.seed} by the ${result.clock.kind} clock`);
    }
    return { seed, result, error: null, ...clocks };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { seed, result: null, error: text, guestS: clocks?.guestS ?? null, realS: clocks?.realS ?? null };
  }
}

import type { RunResult } from '../../../src/run/result.js';
import { buildResult, type Shape } from '../report/build-result.js';

/** A result by the virtual clock with this seed. */
export function seeded(seed: number, shape: Shape): RunResult {
  const built = buildResult(shape);
  return {
    ...built,
    run: { ...built.run, id: `run-seed-${seed}` },
    clock: { kind: 'virtual', seed, meaning: 'jumps over idle time', readNs: 20_000 },
  };
}

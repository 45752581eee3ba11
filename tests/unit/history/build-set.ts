import { seedSet, type SeedRun, type SeedSet } from '../../../src/history/seed-set.js';
import { shownVerdict } from '../../../src/report/verdict.js';
import { buildResult } from '../report/build-result.js';

/** A set of these runs. */
export function setOf(runs: readonly SeedRun[], rename: (name: string) => string = (name) => name): SeedSet {
  const { scenario, lab } = buildResult({ rename });
  return seedSet(
    {
      ...{ id: 'set-1', faultline: '0.1.0', argv: ['faultline', 'run'], startedAt: '1790000000000000000', jobs: 2 },
      ...{ elapsedMs: 61_000, scenario },
      lab: { topology: lab.topology, topologySha256: lab.topologySha256, runtime: 'netns', software: 'FRR 10.3' },
      clock: { kind: 'virtual', meaning: 'jumps over idle time', readNs: 20_000 },
      fault: { summary: rename('core1 killed'), atNs: 5e9, windowNs: 10e9 },
    },
    runs,
    shownVerdict,
  );
}

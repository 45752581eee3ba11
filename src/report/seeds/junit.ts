import type { SeedSet } from '../../history/seed-set.js';
import { junitText } from '../junit.js';
import { clockOfSet, eventText, figureCells, FIGURE_TITLES } from './words.js';

/** JUnit XML: a test case per seed; the distributions are properties. */
export function renderSeedJunit(set: SeedSet): string {
  const figures = set.outages.map((outage) => {
    const cells = figureCells(outage).map((cell, index) => `${FIGURE_TITLES[index]!} ${cell}`);
    return [`outage ${outage.flow} at ${outage.receiver}, ${eventText(set, outage)}`, cells.join(', ')] as const;
  });
  return junitText({
    ...{ name: set.scenario.name, elapsedMs: set.elapsedMs, startedAt: set.startedAt, host: '' },
    properties: [
      ['set', set.id],
      ['scenario', set.scenario.file],
      ['scenario.sha256', set.scenario.sha256],
      ['topology', set.lab.topology],
      ['topology.sha256', set.lab.topologySha256],
      ['software', set.lab.software],
      ['clock', clockOfSet(set)],
      ['faultline', set.faultline],
      ...figures,
    ],
    cases: set.seeds.map(({ seed, runId, outcome, reasons }) => ({
      name: `seed ${seed}`,
      className: `${set.scenario.name}.seeds`,
      outcome,
      message: reasons[0] ?? outcome,
      details: [...reasons, ...(runId === null ? [] : [`run ${runId}`])].join('; '),
    })),
  });
}

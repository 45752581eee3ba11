import { instantFromText, instantToIso } from '../../core/instant.js';
import type { SeedSet } from '../../history/seed-set.js';
import { code, list, md, table } from '../markdown.js';
import { formatElapsed } from '../text/figures.js';
import {
  againText,
  clockOfSet,
  eventText,
  figureCells,
  FIGURE_TITLES,
  remarkText,
  samplingText,
  SET_METHOD,
  sparkline,
} from './words.js';

/** A set of seeds for a merge request or a wiki. */
export function renderSeedMarkdown(set: SeedSet): string {
  const notPassed = set.seeds.filter(({ outcome }) => outcome !== 'pass');
  const blocks = [
    `# ${set.verdict.outcome.toUpperCase()}: ${md(set.scenario.name)}`,
    list(set.verdict.reasons),
    [set.lab.topology, set.lab.runtime, set.lab.software, clockOfSet(set), set.id].map(md).join(' · '),
    set.fault === null ? 'No fault: a control.' : `Fault: ${md(set.fault.summary)}.`,
    `Sampled: ${md(samplingText(set))}.`,
    set.outages.length === 0
      ? 'No seed came to a figure.'
      : table(
          ['flow', 'receiver', 'event', ...FIGURE_TITLES, 'histogram', ''],
          set.outages.map((outage) => [
            md(outage.flow),
            md(outage.receiver),
            eventText(set, outage),
            ...figureCells(outage).map(md),
            outage.histogram === null || outage.without === outage.n ? '' : md(sparkline(outage.histogram)),
            md(remarkText(outage)),
          ]),
        ),
    ...(set.outages.length === 0 ? [] : [`The worst again: ${code(againText(set, set.outages[0]!))}`]),
    ...(notPassed.length === 0
      ? []
      : [
          '## Seeds that did not pass',
          table(
            ['seed', 'run', 'outcome', 'why'],
            notPassed.map(({ seed, runId, outcome, reasons }) => [
              String(seed),
              runId === null ? '–' : md(runId),
              outcome,
              md(reasons.join('; ')),
            ]),
          ),
        ]),
    '## Method',
    SET_METHOD,
    `Clock: ${md(set.clock.meaning)}`,
    `faultline ${md(set.faultline)}, started ${instantToIso(instantFromText(set.startedAt))}, took ${formatElapsed(set.elapsedMs)} with ${set.jobs} guests side by side.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

import { formatBounded } from '../analysis/format.js';
import type { ExitCode } from '../core/errors.js';
import { outageSpread } from '../history/spread.js';
import type { RunResult } from '../run/result.js';
import { clockOf, limitText, MAIN_EVENT, outageText, rowsOf, type Row } from './rows.js';
import { serviceTable } from './service-table.js';
import { painter } from './text/colour.js';
import { formatCount, formatElapsed } from './text/figures.js';
import { alignTable, type Column } from './text/table.js';
import { truncate, visible } from './text/visible.js';
import { exitCodeOf, shownVerdict, worstExitCode } from './verdict.js';

const COLUMNS: readonly Column[] = [
  { title: 'run', align: 'left' },
  { title: 'scenario', align: 'left' },
  { title: 'clock', align: 'left' },
  { title: 'lost', align: 'right' },
  { title: 'largest outage', align: 'left' },
  { title: 'limit', align: 'left' },
  { title: 'took', align: 'right' },
  { title: '', align: 'left' },
];

export interface Summary {
  readonly text: string;
  /** Over all runs: 4 wins over 1, 1 over 3. */
  readonly exitCode: ExitCode;
}

/**
 * Several runs, a line each with its largest outage (of the event the scenario is about); then event × service with the
 * initial and the reversion event; and a final line.
 */
export function summaryTable(results: readonly RunResult[], options: { readonly colour: boolean }): Summary {
  const paint = painter(options.colour);
  const outcomes = results.map((result) => shownVerdict(result).outcome);
  const cells = results.map((result, index) => {
    const rows = rowsOf(result).filter((row) => row.event === MAIN_EVENT);
    const top = largestOutage(rows);
    return [
      visible(result.run.id),
      truncate(visible(result.scenario.name), 40),
      clockOf(result),
      result.analysis === null ? '–' : formatCount(lostOf(result.analysis)),
      top === null ? '–' : visible(`${outageText(top)} at ${truncate(top.receiver, 24)}`),
      top === null ? '–' : truncate(limitText(top.judged), 32),
      formatElapsed(result.run.elapsedMs),
      outcomes[index]!,
    ];
  });
  const table = alignTable(COLUMNS, cells, (text, row, column) =>
    row < 0 ? paint(text, 'muted') : column === COLUMNS.length - 1 ? paint(text, outcomes[row]!) : text,
  );
  const exitCode = worstExitCode(results.map(exitCodeOf));
  const counts = (['pass', 'fail', 'inconclusive', 'error'] as const)
    .map((outcome) => ({ outcome, count: outcomes.filter((each) => each === outcome).length }))
    .filter((each) => each.count > 0)
    .map((each) => paint(`${each.count} ${each.outcome}`, each.outcome));
  const runs = results.length === 1 ? '1 run' : `${results.length} runs`;
  const services = serviceTable(results, options);
  const blocks =
    services.length === 0
      ? [...table, ...spreadLines(results)]
      : [...table, ...spreadLines(results), '', ...services, ''];
  const text = [...blocks, `${[runs, ...counts].join(' · ')}`].join('\n');
  return { text: `${text}\n`, exitCode };
}

/** Redundant feeds taken together are not counted again. */
function lostOf(analysis: NonNullable<RunResult['analysis']>): number {
  return analysis.flows.reduce((sum, flow) => sum + (flow.arbitrates === undefined ? flow.lost : 0), 0);
}

/** Repeats of one scenario: how far its outages lie apart. */
function spreadLines(results: readonly RunResult[]): string[] {
  return outageSpread(results).map(({ scenario, clock, flow, receiver, runs, smallest, median, largest }) =>
    [
      `  ${truncate(visible(scenario), 40)}: ${truncate(visible(`${flow} at ${receiver}`), 48)}`,
      `${runs} runs by the ${clock} clock`,
      `smallest ${formatBounded(smallest)}, median ${formatBounded(median)}, largest ${formatBounded(largest)}`,
    ].join(' · '),
  );
}

function largestOutage(rows: readonly Row[]): Row | null {
  let top: Row | null = null;
  for (const row of rows) {
    const ns = row.figures?.largest?.valueNs;
    if (ns !== undefined && ns > (top?.figures?.largest?.valueNs ?? -1)) top = row;
  }
  return top;
}

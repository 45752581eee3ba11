import type { EventName, Judged, Outcome } from '../analysis/types.js';
import type { RunResult } from '../run/result.js';
import { orderRows, silenceText } from './orders.js';
import { limitText, outageText, rowsOf, worst, type Row } from './rows.js';
import { shownVerdict } from './verdict.js';
import { alignTable, type Column } from './text/table.js';
import { truncate, visible } from './text/visible.js';
import { painter, type Paint } from './text/colour.js';

const COLUMNS: readonly Column[] = ['event', 'service', 'runs', 'initial', 'limit', 'on return', 'limit', ''].map(
  (title) => ({ title, align: 'left' }),
);

/** What one service suffered in one event: the worst of its receivers and of the runs. */
interface Cell {
  readonly sizeNs: number;
  readonly text: string;
  readonly limit: string;
  readonly judged: readonly Judged[];
}

interface Line {
  readonly event: string;
  readonly service: string;
  runs: number;
  readonly initial: Cell[];
  readonly reversion: Cell[];
  /** What keeps every service of a run from passing, whatever its own limits say. */
  clouded: 'inconclusive' | 'error' | null;
}

/**
 * Several runs in one table: event × service, with the initial and the reversion event; a service is a traffic item, or
 * redundant feeds together. Of several receivers and repeats the worst is shown. A layer-2 matrix has no services and no line.
 */
export function serviceTable(results: readonly RunResult[], options: { readonly colour: boolean }): string[] {
  const lines = new Map<string, Line>();
  for (const result of results) {
    const services = servicesOf(result);
    if (services.length === 0 && result.l2cp !== undefined) continue;
    for (const service of services.length === 0 ? ['–'] : services) {
      const key = JSON.stringify([result.scenario.file, result.clock.kind, service]);
      const event = `${result.scenario.name}${result.clock.kind === 'virtual' ? ' (virtual clock)' : ''}`;
      const line = lines.get(key) ?? { event, service, runs: 0, initial: [], reversion: [], clouded: null };
      lines.set(key, line);
      line.runs++;
      line.clouded = cloudOver(result) ?? line.clouded;
      line.initial.push(...cellsOf(result, service, 'initial'));
      if (result.fault !== null) line.reversion.push(...cellsOf(result, service, 'reversion'));
    }
  }
  return render([...lines.values()], painter(options.colour));
}

/** A run that is not whole (no steady state, a program that ended …) passes in no line of the table. */
function cloudOver(result: RunResult): Line['clouded'] {
  const { outcome } = shownVerdict(result);
  if (outcome === 'pass') return null;
  const own = result.analysis?.verdict;
  const told = (result.analysis?.judged ?? []).filter((one) => one.outcome !== 'pass').length;
  if (own?.outcome === outcome && own.reasons.length <= told) return null;
  return outcome === 'error' ? 'error' : 'inconclusive';
}

function servicesOf(result: RunResult): readonly string[] {
  const flows = (result.analysis?.flows ?? []).map(({ item }) => item);
  return [...new Set([...flows, ...(result.analysis?.orders ?? []).map(({ item }) => item)])];
}

function cellsOf(result: RunResult, service: string, event: EventName): Cell[] {
  const flows = rowsOf(result).filter((row) => row.measurement?.item === service && row.event === event);
  const orders = orderRows(result, worst).filter((row) => row.measurement.item === service && row.event === event);
  return [
    ...flows.map((row) => ({
      sizeNs: sizeOf(row),
      text: row.figures?.lost === 0 ? 'nothing lost' : `${outageText(row)} at ${row.receiver}`,
      limit: limitText(row.judged),
      judged: row.judged,
    })),
    ...orders.map(({ figures, judged }) => ({
      sizeNs: figures.silence?.length.highNs ?? 0,
      text: [
        `silence ${silenceText(figures.silence)}`,
        ...(figures.unanswered > 0 ? [`${figures.unanswered} unanswered`] : []),
        ...(figures.sessionsLost > 0 ? [`${figures.sessionsLost} sessions lost`] : []),
      ].join(', '),
      limit: limitText(judged),
      judged,
    })),
  ];
}

/** Of one that never recovered only the least is known: it is worse than any that did. */
function sizeOf({ figures }: Row): number {
  const largest = figures?.largest ?? null;
  if (largest === null) return 0;
  return largest.open ? Number.MAX_SAFE_INTEGER : largest.highNs;
}

function render(lines: readonly Line[], paint: Paint): string[] {
  if (lines.length === 0) return [];
  const outcomes = lines.map(({ initial, reversion, clouded }): Outcome | 'error' | null => {
    const own = worst([...initial, ...reversion].flatMap((cell) => cell.judged));
    return own === 'fail' ? own : (clouded ?? own);
  });
  let event = '';
  const cells = lines.map((line, index) => {
    const [initial, reversion] = [worstCell(line.initial), worstCell(line.reversion)];
    const shown = line.event === event ? '' : truncate(visible(line.event), 48);
    event = line.event;
    return [
      shown,
      truncate(visible(line.service), 24),
      String(line.runs),
      visible(initial?.text ?? 'not measured'),
      truncate(visible(initial?.limit ?? '–'), 32),
      visible(reversion?.text ?? '–'),
      truncate(visible(reversion?.limit ?? '–'), 32),
      outcomes[index] ?? 'not judged',
    ];
  });
  return alignTable(COLUMNS, cells, (text, row, column) => {
    if (row < 0) return paint(text, 'muted');
    const outcome = outcomes[row] ?? null;
    return column === COLUMNS.length - 1 && outcome !== null ? paint(text, outcome) : text;
  });
}

/** What went wrong first, then what is largest. */
function worstCell(cells: readonly Cell[]): Cell | undefined {
  const order: readonly (Outcome | null)[] = ['fail', 'inconclusive'];
  const rank = (cell: Cell): number => {
    const index = order.indexOf(worst(cell.judged));
    return index < 0 ? order.length : index;
  };
  return [...cells].sort((a, b) => rank(a) - rank(b) || b.sizeNs - a.sizeNs)[0];
}

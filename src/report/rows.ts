import { formatBounded } from '../analysis/format.js';
import type {
  Bounded,
  EventFigures,
  EventName,
  FlowMeasurement,
  JoinFigures,
  Judged,
  LossPeriod,
  Outcome,
} from '../analysis/types.js';
import { formatDuration } from '../core/duration.js';
import type { RunResult } from '../run/result.js';
import { captureFile, formatCount, formatFrames } from './text/figures.js';

/** One flow at one receiver during one event, with the limits that were judged: a line of the reports' tables. */
export interface Row {
  readonly flow: string;
  readonly receiver: string;
  readonly event: EventName | 'join';
  /** null where a limit was judged for something that was not measured. */
  readonly measurement: FlowMeasurement | null;
  /** null for a join as well. */
  readonly figures: EventFigures | null;
  readonly largest: LossPeriod | null;
  readonly judged: readonly Judged[];
  /** The worst of `judged`; null: no limit was set. */
  readonly outcome: Outcome | null;
}

/** The event that a scenario is about. Without a fault all of the observation counts as it. */
export const MAIN_EVENT = 'initial';

/** All rows of flows: by measurement, then before, initial, join, reversion. Judged limits without a measurement come last. */
export function rowsOf(result: RunResult): Row[] {
  if (result.analysis === null) return [];
  const left = new Map<string, Judged[]>();
  const keyOf = (flow: string, receiver: string, event: string): string => JSON.stringify([flow, receiver, event]);
  const orders = new Set((result.analysis.orders ?? []).map(({ item }) => item));
  for (const each of result.analysis.judged) {
    if (orders.has(each.flow)) continue;
    const key = keyOf(each.flow, each.receiver, each.event);
    left.set(key, [...(left.get(key) ?? []), each]);
  }
  const rows: Row[] = [];
  for (const measurement of result.analysis.flows) {
    for (const event of ['before', 'initial', 'join', 'reversion'] as const) {
      const key = keyOf(measurement.flow, measurement.receiver, event);
      const judged = left.get(key) ?? [];
      left.delete(key);
      const figures = event === 'join' ? null : measurement.events[event];
      const isThere = event === 'join' ? measurement.join !== null : figures!.sent > 0;
      if (!isThere && judged.length === 0) continue;
      rows.push({
        flow: measurement.flow,
        receiver: measurement.receiver,
        event,
        measurement,
        figures,
        largest: event === 'join' ? null : largestPeriod(measurement, event),
        judged,
        outcome: worst(judged),
      });
    }
  }
  for (const judged of left.values()) {
    const { flow, receiver, event } = judged[0]!;
    rows.push({
      flow,
      receiver,
      event,
      measurement: null,
      figures: null,
      largest: null,
      judged,
      outcome: worst(judged),
    });
  }
  return rows;
}

export function worst(judged: readonly { readonly outcome: Outcome }[]): Outcome | null {
  const order: readonly Outcome[] = ['fail', 'inconclusive', 'pass'];
  return order.find((outcome) => judged.some((each) => each.outcome === outcome)) ?? null;
}

export function largestPeriod(measurement: FlowMeasurement, event: EventName): LossPeriod | null {
  let found: LossPeriod | null = null;
  for (const period of measurement.periods) {
    if (period.event === event && (found === null || period.outage.valueNs > found.outage.valueNs)) found = period;
  }
  return found;
}

/** Whether something went wrong in it that a summary must not leave out. */
export function isRemarkable(row: Row): boolean {
  if (row.outcome === 'fail' || row.outcome === 'inconclusive') return true;
  const figures = row.figures;
  return figures !== null && figures.lost + figures.duplicates + figures.reordered > 0;
}

/** `1.032 s ± 1 ms`; `at least 4.1 s, never recovered`; `–` where nothing was lost; for a join its delay. */
export function outageText(row: Row): string {
  if (row.event === 'join') return joinText(row.measurement?.join ?? null);
  if (row.figures === null) return 'not measured';
  if (row.figures.largest === null) return row.figures.sent === 0 ? 'not measured' : '–';
  const periods = row.measurement?.periods.filter((period) => period.event === row.event) ?? [];
  const open = periods.find((period) => period.firstGood === null) ?? periods.find((period) => period.outage.open);
  return openEnd(row.figures.largest, open ?? row.largest);
}

/** An outage with its uncertainty; of one whose end was not seen only the least it lasted is known. */
export function periodText(period: LossPeriod): string {
  return openEnd(period.outage, period);
}

function openEnd(outage: Bounded, period: LossPeriod | null): string {
  if (period === null || (period.firstGood !== null && period.lastGood !== null)) return formatBounded(outage);
  const text = formatBounded({ ...outage, open: true });
  if (period.firstGood !== null) return `${text}, its beginning was not seen`;
  return `${text}, never ${period.lastGood === null ? 'received' : 'recovered'}`;
}

export function joinText(join: JoinFigures | null): string {
  if (join === null) return 'never joined';
  const { delayNs, uncertaintyNs } = join;
  return `joined in ${formatBounded({ valueNs: delayNs, lowNs: delayNs - uncertaintyNs, highNs: delayNs + uncertaintyNs })}`;
}

/** `rx-desk1.pcap #10417–#10418`; for a join the report and the first packet; the capture alone where nothing was lost. */
export function sourceText(row: Row): string {
  if (row.measurement === null) return '–';
  if (row.event === 'join') {
    return row.measurement.join === null
      ? captureFile(row.measurement.receiverCapture)
      : formatFrames(row.measurement.join.report, row.measurement.join.firstData);
  }
  return row.largest === null
    ? captureFile(row.measurement.receiverCapture)
    : formatFrames(row.largest.lastGood, row.largest.firstGood);
}

/** All limits of a row: `1.5 s`, `1.5 s, ≥ 0.5 s, 0 dup.`; `–` where there is none. */
export function limitText(judged: readonly Judged[]): string {
  return judged.length === 0 ? '–' : [...new Set(judged.map(oneLimit))].join(', ');
}

function oneLimit(judged: Judged): string {
  const amount = judged.unit === 'ns' ? formatDuration(judged.limit) : formatCount(judged.limit);
  switch (judged.what) {
    case 'outage':
    case 'join-delay':
      return amount;
    case 'outage-at-least':
    case 'silence-at-least':
      return `≥ ${amount}`;
    case 'silence':
      return amount;
    case 'sessions-lost':
      return `${amount} sessions`;
    case 'retransmissions':
      return `${amount} again`;
    case 'before':
      return `${amount} lost`;
    case 'expectation':
      return '–';
    case 'duplicates':
      return `${amount} dup.`;
    default:
      return `${amount} ${judged.what}`;
  }
}

/** What was measured against a limit, with its interval: for the lists of all limits. */
export function measuredText(judged: Judged): string {
  const { measured, low, high, unit } = judged;
  if (unit !== 'ns') return measured === null ? 'not measured' : formatCount(measured);
  if (low !== null && high === null) return formatBounded({ valueNs: low, lowNs: low, highNs: low, open: true });
  if (measured === null) return 'not measured';
  return formatBounded({ valueNs: measured, lowNs: low ?? measured, highNs: high ?? measured });
}

/** The event as a heading says it. */
export function eventWords(result: RunResult, event: Row['event']): string {
  if (result.fault === null && event === MAIN_EVENT) return 'whole observation';
  switch (event) {
    case 'before':
      return 'before the fault';
    case 'initial':
      return 'initial event';
    case 'reversion':
      return 'reversion event';
    case 'join':
      return 'join';
  }
}

/** The limit in words: `outage ≤ 1.5 s`. */
export function limitWords(judged: Judged): string {
  const counted = `${formatCount(judged.limit)}${judged.unit === 'packets' ? ' packets' : ''}`;
  const amount = judged.unit === 'ns' ? formatDuration(judged.limit) : counted;
  switch (judged.what) {
    case 'outage-at-least':
      return `outage ≥ ${amount}`;
    case 'silence-at-least':
      return `silence ≥ ${amount}`;
    case 'before':
      return `loss before the fault ≤ ${amount}`;
    case 'expectation':
      return 'what is expected must be there';
    default:
      return `${judged.what.replaceAll('-', ' ')} ≤ ${amount}`;
  }
}

/** What stands beside a run in one line: `FRR 8.4.4, Linux`; the most common first. */
export function softwareOf(result: RunResult): string {
  const uses = new Map<string, number>();
  for (const node of result.lab.nodes) {
    if (node.software !== '') uses.set(node.software, (uses.get(node.software) ?? 0) + 1);
  }
  const names = [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Whether the run can be run again to the byte: by the virtual clock, with a record of what it was made from. */
export function canVerify(result: RunResult): boolean {
  return result.clock.kind === 'virtual' && result.record !== undefined;
}

export function clockOf(result: RunResult): string {
  return `${result.clock.kind} clock, seed ${result.clock.seed}`;
}

/** One line for each pair of an image that was named and the software that ran instead. */
export function substitutionsOf(result: RunResult): string[] {
  const groups = new Map<string, { image: string; software: string; nodes: string[] }>();
  for (const node of result.lab.nodes) {
    if (!node.substituted) continue;
    const key = JSON.stringify([node.image, node.software]);
    const group = groups.get(key) ?? { image: node.image, software: node.software, nodes: [] };
    group.nodes.push(node.name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ image, software, nodes }) => {
    const names = nodes.length > 4 ? `${nodes.slice(0, 3).join(', ')} and ${nodes.length - 3} more` : nodes.join(', ');
    return `${names}: the topology names ${image}, what ran is ${software}`;
  });
}

/** Everything that limits the trust in a figure: doubts of pairs and problems of captures. */
export function doubtsOf(result: RunResult): string[] {
  return [
    ...(result.analysis?.flows ?? []).flatMap((flow) =>
      flow.doubts.map((doubt) => `${flow.flow} at ${flow.receiver}: ${doubt}`),
    ),
    ...(result.analysis?.timeline?.problems ?? []).map((problem) => `steps: ${problem}`),
    ...(result.analysis?.orders ?? []).flatMap((one) => one.doubts.map((doubt) => `${one.item}: ${doubt}`)),
    ...result.captures.flatMap((capture) => capture.problems.map((problem) => `${capture.file}: ${problem}`)),
  ];
}

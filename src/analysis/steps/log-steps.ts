import { instantToText } from '../../core/instant.js';
import type { Step, StepKind } from './types.js';

/** What lines of a node's logs say of a step; the first that fits has it. */
const PATTERNS: readonly { readonly kind: StepKind; readonly line: RegExp }[] = [
  { kind: 'df', line: /\bes \S+.*\b(?:df to|df changed|df-delay|DF election)|\bdf-change|, filter (?:opened|closed)/i },
  { kind: 'lacp', line: /\bLACP partner\b/ },
  { kind: 'es', line: /\bes \S+.*\b(?:state changed to|vtep|br-port|oper)|\bES \S+ (?:up|down)\b/i },
];

const STAMPED = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) (.*)$/gm;

/**
 * The steps that a daemon's log tells: lines that start with `2026/01/31 12:00:00.123456`, as FRR writes them with `log
 * timestamp precision 6`. Lines with coarser stamps cannot be laid against packets and are passed over.
 * @param zoneOffsetMinutes of the log's clock to UTC, as `Date.getTimezoneOffset` has it
 */
export function parseLogSteps(node: string, text: string, zoneOffsetMinutes: number): readonly Step[] {
  return [...text.matchAll(STAMPED)].flatMap(([, year, month, day, time, micros, line]): Step[] => {
    const found = PATTERNS.find((pattern) => pattern.line.test(line!));
    if (found === undefined) return [];
    const ms = Date.parse(`${year}-${month}-${day}T${time}Z`) + zoneOffsetMinutes * 60_000;
    const at = instantToText(BigInt(ms) * 1_000_000n + BigInt(micros!) * 1_000n);
    const what = line!.replace(/^[A-Z]+: (?:\[[^\]]*\] ?)*/, '').slice(0, 160);
    return [{ kind: found.kind, at, until: at, count: 1, node, what, source: 'log', frame: null, withinNs: null }];
  });
}

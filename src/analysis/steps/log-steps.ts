import { instantToText } from '../../core/instant.js';
import type { Step, StepKind } from './types.js';

/**
 * What lines of a node's logs say of a step; the first that fits has it, or nobody where it has no kind. A line that says how
 * long something took accounts for that long: its group 1, in milliseconds.
 */
const PATTERNS: readonly { readonly kind: StepKind | null; readonly line: RegExp }[] = [
  { kind: null, line: /\bdf-change es \S+ (?:non-df to non-df|df to df)\b/ },
  { kind: 'helper', line: /\b(\d+(?:\.\d+)?) ms after zebra said so/ },
  { kind: 'helper', line: /\bwhile it is down, nexthop group\b/ },
  { kind: 'df', line: /\bDF wait of (\d+) ms is over/ },
  { kind: 'df', line: /\bes \S+.*\b(?:df to|df changed|df-delay|DF election)|\bdf-change/i },
  // What the other end told is no wait of this one.
  { kind: 'bfd', line: /\bstate-change: \[[^\]]*\] up -> down reason:control-expired/ },
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
    if (found === undefined || found.kind === null) return [];
    const tookMs = found.line.exec(line!)?.[1];
    const ms = Date.parse(`${year}-${month}-${day}T${time}Z`) + zoneOffsetMinutes * 60_000;
    const at = instantToText(BigInt(ms) * 1_000_000n + BigInt(micros!) * 1_000n);
    const what = line!.replace(/^[A-Z]+: (?:\[[^\]]*\] ?)*/, '').slice(0, 160);
    return [
      {
        kind: found.kind,
        at,
        until: at,
        count: 1,
        node,
        what,
        source: 'log',
        frame: null,
        withinNs: tookMs === undefined ? null : Math.round(Number(tookMs) * 1e6),
      },
    ];
  });
}

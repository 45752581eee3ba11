import type { FrameRef } from '../analysis/types.js';
import { instantFromText } from '../core/instant.js';
import { findAnswer, SELF_EVIDENT, stateProof } from './answers.js';
import { CONTROL_ROW } from './catalogue/index.js';
import { judgeOutcome, outcomesOf, reasonOf, type Tally } from './judge.js';
import { contentOf, matchFrames, type MatchedFrame, type MatchResult } from './match.js';
import { portName, type Observations, type ReceivedFrame, type SentFrame } from './observations.js';
import { identityOf, rowsOf, type L2cpPlan } from './plan.js';
import { expectationFor } from './profile.js';
import type { CatalogueRow, Direction, Encapsulation, Expectation, Outcome, RowVerdict } from './types.js';

/** One row of the matrix: a frame, one way, in one encapsulation. Plain data; part of `result.json`. */
export interface MatrixRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly destination: string;
  readonly type: string;
  readonly direction: Direction;
  readonly encapsulation: Encapsulation;
  readonly control: boolean;
  readonly expected: readonly Expectation[];
  /** The note of the profile that the expectation follows. */
  readonly note: string | null;
  readonly outcome: Outcome;
  /** What else is true of it. */
  readonly also: readonly Outcome[];
  readonly verdict: RowVerdict;
  readonly reason: string;
  readonly sent: number;
  readonly arrived: number;
  /** What shows that the device took the frames. */
  readonly proof: string | null;
  /** Of what is no plain PASS: the frame as it was sent, and the first that came out wrong. */
  readonly evidence: {
    readonly sent: string;
    readonly sentAt: FrameRef | null;
    readonly received: string | null;
    readonly receivedAt: FrameRef | null;
    readonly port: string | null;
    readonly changes: readonly string[];
  } | null;
}

export interface MatrixResult {
  readonly from: string;
  readonly to: string;
  readonly through: readonly string[];
  readonly watched: readonly string[];
  readonly dataPath: readonly string[];
  readonly profile: { readonly name: string; readonly source: string };
  readonly framesPerRow: number;
  readonly rows: readonly MatrixRow[];
  readonly counts: Readonly<Record<RowVerdict, number>>;
  readonly problems: readonly string[];
  readonly verdict: { readonly outcome: 'pass' | 'fail' | 'inconclusive'; readonly reasons: readonly string[] };
}

/** Observations → the matrix. The same input gives the same result. */
export function judgeMatrix(plan: L2cpPlan, observations: Observations): MatrixResult {
  const match = matchFrames(observations, plan);
  const rows = rowsOf(plan);
  const cells = groupBy(observations.sent, cellKey);
  const matched = groupBy(match.matched, ({ sent }) => cellKey(sent));
  const judged: MatrixRow[] = [];
  for (const direction of plan.directions) {
    for (const encapsulation of plan.encapsulations) {
      rows.forEach((row, index) => {
        const key = cellKey({ row: row.id, direction, encapsulation });
        const place = { row: index + 1, direction, encapsulation };
        const cell = { row, place, sent: cells.get(key) ?? [], matched: matched.get(key) ?? [] };
        if (cell.sent.length > 0) judged.push(judgeCell(plan, observations, match, cell));
      });
    }
  }
  const counts = { pass: 0, fail: 0, inconclusive: 0, 'not judged': 0 };
  for (const { verdict } of judged) counts[verdict]++;
  return {
    ...{ from: portName(plan.from), to: portName(plan.to), through: plan.through, watched: plan.watch.map(portName) },
    dataPath: observations.dataPath,
    profile: { name: plan.profile.name, source: plan.profile.source },
    framesPerRow: plan.framesPerRow,
    rows: judged,
    counts,
    problems: observations.problems,
    verdict: verdictOf(plan, judged, counts, observations),
  };
}

interface Cell {
  readonly row: CatalogueRow;
  readonly place: { readonly row: number; readonly direction: Direction; readonly encapsulation: Encapsulation };
  readonly sent: readonly SentFrame[];
  readonly matched: readonly MatchedFrame[];
}

function judgeCell(plan: L2cpPlan, observations: Observations, match: MatchResult, cell: Cell): MatrixRow {
  const { row, place } = cell;
  const far = cell.matched.filter(({ where }) => where === 'far');
  const identical = far.filter(({ changes }) => changes.length === 0);
  const late = far.filter(({ tookNs, again }) => tookNs > plan.lateNs && !again);
  const proof = proofOf(plan, observations, match, cell);
  const tally: Tally = {
    sent: cell.sent.filter(({ error }) => error === null).length,
    refused: cell.sent.filter(({ error }) => error !== null).length,
    arrived: identical.filter(({ again }) => !again).length,
    again: far.filter(({ again }) => again).length,
    changed: far.filter(({ changes, again }) => changes.length > 0 && !again).length,
    reflected: cell.matched.filter(({ where }) => where === 'back').length,
    leaked: cell.matched.filter(({ where }) => where === 'elsewhere').length,
    late: late.length,
    slowestNs: Math.max(0, ...late.map(({ tookNs }) => tookNs)),
    proof,
    dropProof: undefined,
  };
  const [outcome, ...also] = outcomesOf(tally) as [Outcome, ...Outcome[]];
  const control = row.id === CONTROL_ROW.id;
  const { expected, note } = control ? CONTROL_EXPECTED : expectationFor(plan.profile, row, place.encapsulation);
  const reason = reasonOf(expected, outcome, tally, wouldProve(row));
  const twin = tally.arrived + tally.changed === 0 ? twinOf(plan, match, cell) : undefined;
  const answered = proof !== undefined && outcome !== 'PEER' ? `; it was taken as well: ${proof}` : '';
  return {
    ...{ id: row.id, name: row.name, title: row.title, type: row.type, control, note, expected },
    destination: row.destination,
    ...{ direction: place.direction, encapsulation: place.encapsulation, outcome, also },
    verdict: twin === undefined ? judgeOutcome(expected, outcome) : 'inconclusive',
    reason: `${reason}${answered}${twin === undefined ? '' : `; but ${twin}`}`,
    ...{ sent: tally.sent, arrived: tally.arrived, proof: proof ?? null },
    evidence: outcome === 'PASS' ? null : evidenceOf(cell, outcome, match),
  };
}

/**
 * A frame on the far side with the same content as one that is absent, from an address that is not the run's: a device's
 * own, or ours with its source written anew. Where the content does not name the run nobody can tell.
 */
function twinOf(plan: L2cpPlan, match: MatchResult, cell: Cell): string | undefined {
  const far = portName(cell.place.direction === 'forward' ? plan.to : plan.from);
  const contents = new Set(cell.sent.map(({ hex }) => contentOf(hex)));
  const found = match.others.find(({ frame }) => frame.port === far && contents.has(contentOf(frame.hex)));
  return found === undefined
    ? undefined
    : `the same content came out from another address (${found.ref.capture}.pcap #${found.ref.frame})`;
}

const CONTROL_EXPECTED = {
  expected: ['PASS' as const],
  note: 'the control: nothing means anything where it does not pass',
};

function proofOf(
  plan: L2cpPlan,
  observations: Observations,
  match: MatchResult,
  { row, place, sent }: Cell,
): string | undefined {
  const home = portName(place.direction === 'forward' ? plan.from : plan.to);
  const identity = identityOf(observations.runTag, place, 0);
  const state = stateProof(row, { source: identity.source, row: place.row }, observations.states);
  if (state !== undefined) return state;
  if (row.answer === undefined) return undefined;
  const ports = match.others.filter(({ frame }) => frame.port === home);
  for (const frame of sent) {
    if (frame.error !== null) continue;
    const round = observations.elicited.find(({ numbers }) => numbers.includes(frame.number));
    if (round === undefined && !SELF_EVIDENT.includes(row.answer)) continue;
    const bytes = Buffer.from(frame.hex, 'hex');
    for (const { frame: came, ref } of ports) {
      const at = instantFromText(came.at);
      if (at < instantFromText(frame.at) || (round !== undefined && at > instantFromText(round.to))) continue;
      if (row.answer === 'eapol' && repeats(ports, came, frame)) continue;
      const answer = findAnswer(row, bytes, Buffer.from(came.hex, 'hex'));
      if (answer !== undefined) return `${answer} (${ref.capture}.pcap #${ref.frame})`;
    }
  }
  return undefined;
}

/** An authenticator repeats its requests: one that was there before the start went out is no answer to it. */
function repeats(others: MatchResult['others'], came: ReceivedFrame, sent: SentFrame): boolean {
  return others.some(({ frame }) => frame.hex === came.hex && instantFromText(frame.at) < instantFromText(sent.at));
}

/** The first frame of those that the outcome is about. */
function evidenceOf(cell: Cell, outcome: Outcome, match: MatchResult): MatrixRow['evidence'] {
  const wrong: Partial<Record<Outcome, (frame: MatchedFrame) => boolean>> = {
    LEAKED: ({ where }) => where === 'elsewhere',
    REFLECTED: ({ where }) => where === 'back',
    CHANGED: ({ where, changes }) => where === 'far' && changes.length > 0,
    DUPLICATED: ({ where, again }) => where === 'far' && again,
    DELAYED: ({ where }) => where === 'far',
  };
  const test = wrong[outcome];
  const slowestFirst = outcome === 'DELAYED' ? [...cell.matched].sort((a, b) => b.tookNs - a.tookNs) : cell.matched;
  const found = test === undefined ? undefined : slowestFirst.find(test);
  const arrived = new Set(cell.matched.filter(({ where }) => where === 'far').map((one) => one.sent.number));
  const missing = cell.sent.find((one) => !arrived.has(one.number));
  const sent = found?.sent ?? missing ?? cell.sent[0]!;
  return {
    sent: sent.hex,
    sentAt: match.sentRefs.get(sent.number) ?? null,
    received: found?.hex ?? null,
    receivedAt: found?.ref ?? null,
    port: found?.port ?? null,
    changes: found?.changes ?? [],
  };
}

/** What would show that a device took a frame which is merely absent. */
function wouldProve(row: CatalogueRow): string {
  switch (row.answer) {
    case 'marker':
      return 'a Marker response with its transaction would prove it';
    case 'pdelay':
      return 'a Pdelay_Resp with its sequence number would prove it';
    case 'loopback':
      return 'an LBR with its transaction would prove it';
    case 'eapol':
      return 'an EAP request would prove it';
    case 'elmi':
      return 'an E-LMI Status would prove it';
    case 'lacp':
      return 'an LACPDU of the device, or this port as the partner of its bond, would prove it';
    case 'oam':
      return 'an Information OAMPDU of the device would prove it';
    case 'lldp':
      return 'an LLDPDU of the device, or this port among its neighbours, would prove it';
    case undefined:
      return 'the protocol has no answer: only a counter or a log of the device would prove it';
  }
}

function verdictOf(
  plan: L2cpPlan,
  rows: readonly MatrixRow[],
  counts: MatrixResult['counts'],
  observations: Observations,
): MatrixResult['verdict'] {
  const controls = rows.filter(({ control, encapsulation }) => control && encapsulation === 'untagged');
  const silent = plan.directions.filter((direction) =>
    controls
      .filter((row) => row.direction === direction)
      .every(({ outcome }) => ['NOT FORWARDED', 'NOT SENT', 'PEER', 'DROP'].includes(outcome)),
  );
  const inconclusive = [
    ...silent.map(
      (direction) => `the control did not pass ${directionText(plan, direction)}: what is absent there means nothing`,
    ),
    ...observations.problems,
  ];
  if (inconclusive.length > 0) return { outcome: 'inconclusive', reasons: inconclusive };
  const told = (verdict: RowVerdict, what: string): string[] => {
    const first = rows.find((row) => row.verdict === verdict);
    if (first === undefined) return [];
    const name = `${first.name}, ${first.encapsulation}, ${directionText(plan, first.direction)}`;
    return [
      `${counts[verdict]} of ${rows.length} rows ${what}; the first is ${name}: ${first.outcome}, ${first.reason}`,
    ];
  };
  const open = told('inconclusive', 'are inconclusive');
  if (counts.fail > 0) return { outcome: 'fail', reasons: [...told('fail', 'fail'), ...open] };
  if (open.length > 0) return { outcome: 'inconclusive', reasons: open };
  // The control is judged in any case.
  if (!rows.some(({ control, verdict }) => !control && verdict === 'pass')) {
    return { outcome: 'inconclusive', reasons: ['the profile says nothing of any row that was sent'] };
  }
  return { outcome: 'pass', reasons: [] };
}

/** `ce1:eth1 → ce2:eth1` */
export function directionText(plan: Pick<L2cpPlan, 'from' | 'to'>, direction: Direction): string {
  const [a, b] = direction === 'forward' ? [plan.from, plan.to] : [plan.to, plan.from];
  return `${portName(a)} → ${portName(b)}`;
}

function cellKey(cell: {
  readonly row: string;
  readonly direction: Direction;
  readonly encapsulation: Encapsulation;
}): string {
  return `${cell.direction} ${cell.encapsulation} ${cell.row}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [item]);
    else there.push(item);
  }
  return groups;
}

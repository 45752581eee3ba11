import { formatDuration } from '../core/duration.js';
import type { Expectation, Outcome, RowVerdict } from './types.js';

/**
 * The written table: what was expected against what was seen.
 *
 * A frame that came out changed, twice, late, in part, where it must not or back again is no PASS, no DROP and no PEER:
 * it fails whatever was expected. A frame that is absent meets DROP; it meets neither PASS nor, without a proof, PEER.
 */
const TABLE: Readonly<Record<Outcome, Readonly<Record<Expectation, RowVerdict>>>> = {
  'NOT SENT': { PASS: 'inconclusive', PEER: 'inconclusive', DROP: 'inconclusive' },
  LEAKED: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  REFLECTED: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  CHANGED: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  DUPLICATED: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  LOSSY: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  DELAYED: { PASS: 'fail', PEER: 'fail', DROP: 'fail' },
  PEER: { PASS: 'fail', PEER: 'pass', DROP: 'fail' },
  DROP: { PASS: 'fail', PEER: 'fail', DROP: 'pass' },
  'NOT FORWARDED': { PASS: 'fail', PEER: 'inconclusive', DROP: 'pass' },
  PASS: { PASS: 'pass', PEER: 'fail', DROP: 'fail' },
};

/** Best of the verdicts of what is expected: any of several is enough. `expected` empty: nothing is judged. */
export function judgeOutcome(expected: readonly Expectation[], outcome: Outcome): RowVerdict {
  const verdicts = expected.map((each) => TABLE[outcome][each]);
  return (['pass', 'inconclusive', 'fail'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'not judged';
}

/** What the frames of one row, direction and encapsulation did. Counts are of frames, each at one port. */
export interface Tally {
  /** That the sending node's kernel took. */
  readonly sent: number;
  readonly refused: number;
  /** On the far side, byte-identical, counted once each. */
  readonly arrived: number;
  /** On the far side, byte-identical, beyond the first of each. */
  readonly again: number;
  readonly changed: number;
  readonly reflected: number;
  readonly leaked: number;
  /** Of those that arrived, how many took longer than the limit. */
  readonly late: number;
  readonly slowestNs: number;
  readonly proof: string | undefined;
  readonly dropProof: string | undefined;
}

/** All that is true of a row, the worst first. There is always one. */
export function outcomesOf(tally: Tally): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  if (tally.sent === 0 || tally.refused > 0) outcomes.push('NOT SENT');
  if (tally.leaked > 0) outcomes.push('LEAKED');
  if (tally.reflected > 0) outcomes.push('REFLECTED');
  if (tally.changed > 0) outcomes.push('CHANGED');
  if (tally.again > 0) outcomes.push('DUPLICATED');
  const came = tally.arrived + tally.changed;
  if (came > 0 && came < tally.sent) outcomes.push('LOSSY');
  if (tally.late > 0) outcomes.push('DELAYED');
  if (came === 0 && tally.sent > 0) {
    outcomes.push(tally.proof !== undefined ? 'PEER' : tally.dropProof !== undefined ? 'DROP' : 'NOT FORWARDED');
  }
  if (outcomes.length === 0) outcomes.push('PASS');
  return outcomes;
}

/** Why a row's verdict is what it is, in one sentence. */
export function reasonOf(expected: readonly Expectation[], outcome: Outcome, tally: Tally, wouldProve: string): string {
  const wanted = expected.length === 0 ? 'nothing is expected' : `expected ${expected.join(' or ')}`;
  switch (outcome) {
    case 'PASS':
      return `${tally.arrived} of ${tally.sent} arrived byte-identical; ${wanted}`;
    case 'NOT FORWARDED': {
      const absent = `none of ${tally.sent} arrived`;
      if (expected.includes('DROP')) return `${absent}; absence meets DROP`;
      if (expected.includes('PEER')) return `${absent}, and nothing shows where they went; ${wouldProve}`;
      return `${absent}; ${wanted}`;
    }
    case 'PEER':
      return `none of ${tally.sent} arrived; ${tally.proof}; ${wanted}`;
    case 'DROP':
      return `none of ${tally.sent} arrived; ${tally.dropProof}; ${wanted}`;
    case 'NOT SENT':
      return `${tally.refused} of ${tally.sent + tally.refused} frames were refused by the sending node's kernel`;
    case 'LEAKED':
      return `${tally.leaked} frames came out of a port where they must not; ${wanted}`;
    case 'REFLECTED':
      return `${tally.reflected} frames came back to the port that sent them; ${wanted}`;
    case 'CHANGED':
      return `${tally.changed} of ${tally.sent} arrived changed; ${wanted}`;
    case 'DUPLICATED':
      return `${tally.again} more than the ${tally.arrived} frames that arrived; ${wanted}`;
    case 'LOSSY':
      return `${tally.arrived + tally.changed} of ${tally.sent} arrived; ${wanted}`;
    case 'DELAYED':
      return `${tally.late} of ${tally.sent} were late, the slowest took ${formatDuration(tally.slowestNs)}; ${wanted}`;
  }
}

import { EXIT, type ExitCode } from '../core/errors.js';
import type { RunResult } from '../run/result.js';

export type RunVerdict = RunResult['verdict'];
export type RunOutcome = RunVerdict['outcome'];

/**
 * The verdict to print and to exit with. It is the result's own, unless that says `pass` while the rest of the result
 * does not carry it (no analysis, a limit that is not met, no steady state): then it is inconclusive and says so.
 */
export function shownVerdict(result: RunResult): RunVerdict {
  if (result.verdict.outcome !== 'pass') return result.verdict;
  const against = contradictions(result);
  if (against.length === 0) return result.verdict;
  return { outcome: 'inconclusive', reasons: against.map((reason) => `the result says pass, but ${reason}`) };
}

function contradictions(result: RunResult): string[] {
  const found: string[] = [];
  if (result.l2cp !== undefined) {
    if (result.l2cp.verdict.outcome !== 'pass') found.push(`its matrix is ${result.l2cp.verdict.outcome}`);
    if (result.l2cp.counts.fail > 0) found.push(`${result.l2cp.counts.fail} rows of its matrix fail`);
  } else if (result.analysis === null) found.push('there is no analysis');
  else {
    const notPassed = result.analysis.judged.filter((judged) => judged.outcome !== 'pass').length;
    if (notPassed > 0) found.push(`${notPassed} of its limits did not pass`);
    else if (result.analysis.verdict.outcome !== 'pass') {
      found.push(`its analysis is ${result.analysis.verdict.outcome}: ${result.analysis.verdict.reasons.join('; ')}`);
    }
  }
  if (result.steady.before?.reached === false) found.push('the steady state before was not reached');
  if (result.steady.after?.reached === false) found.push('the steady state after was not reached');
  return found;
}

export function exitCodeOf(result: RunResult): ExitCode {
  return exitCodeOfOutcome(shownVerdict(result).outcome);
}

export function exitCodeOfOutcome(outcome: RunOutcome): ExitCode {
  switch (outcome) {
    case 'pass':
      return EXIT.pass;
    case 'fail':
      return EXIT.fail;
    case 'inconclusive':
      return EXIT.inconclusive;
    case 'error':
      return EXIT.labFailed;
  }
}

/** Over several runs: an interrupt wins over everything, then 4 over 2 over 1 over 3. No codes at all: 0. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.interrupted, EXIT.labFailed, EXIT.usage, EXIT.fail, EXIT.inconclusive];
  return order.find((code) => codes.includes(code)) ?? EXIT.pass;
}

import type { Judged, Outcome, Verdict } from './types.js';

/**
 * Fail where anything failed, else inconclusive where anything was or nothing was expected, else pass. An impediment
 * makes the whole inconclusive, whatever was measured.
 */
export function verdict(judged: readonly Judged[], impediments: readonly string[]): Verdict {
  const lines = (outcome: Outcome): string[] => judged.filter((one) => one.outcome === outcome).map(describeJudged);
  const reasons = [...impediments, ...lines('fail'), ...lines('inconclusive')];
  if (judged.length === 0) reasons.push('nothing was expected, so nothing can pass');
  if (reasons.length === 0) {
    const held = judged.length === 1 ? 'the only limit was held' : `all ${judged.length} limits were held`;
    return { outcome: 'pass', reasons: [held] };
  }
  const failed = impediments.length === 0 && judged.some((one) => one.outcome === 'fail');
  return { outcome: failed ? 'fail' : 'inconclusive', reasons };
}

/** One line: `publish at desk1, initial outage: 1.032 s ± 1 ms, limit 1.5 s`. */
export function describeJudged(one: Judged): string {
  const who = `${one.flow} at ${one.receiver}`;
  if (one.what === 'expectation') return `${one.flow}: ${one.reason}`;
  if (one.what === 'before') return `${who}: ${one.reason}`;
  const what = one.what.replace(/-at-least$/, '').replaceAll('-', ' ');
  return `${who}, ${one.event === 'join' ? '' : `${one.event} `}${what}: ${one.reason}`;
}

import type { RunResult } from '../run/result.js';
import type { ComparedCapture } from './compare.js';

/** What `faultline verify` found. */
export interface Verification {
  readonly run: string;
  readonly seed: number;
  /** Files of the run folder that are not what the record says. */
  readonly altered: readonly string[];
  /** Kernel, image, Node, faultline: what is not the same here as it was there. */
  readonly parts: readonly string[];
  /** Empty where it was not run again. */
  readonly captures: readonly ComparedCapture[];
  readonly figures: readonly string[];
  /** Why it was not run again, or came to no result; null: it did. */
  readonly notRun: string | null;
  readonly verdict: {
    readonly outcome: Exclude<RunResult['verdict']['outcome'], 'error'>;
    readonly reasons: readonly string[];
  };
}

/**
 * The same bytes and figures from the same parts: pass. Something altered, or another outcome from the same parts: fail.
 * Where parts differ, nothing that came out proves anything about the record: inconclusive, whatever came out.
 */
export function verificationVerdict(found: Omit<Verification, 'verdict'>): Verification['verdict'] {
  const differing = found.captures.filter(({ recorded, now }) => recorded !== now);
  const different = [
    ...differing.map(({ file }) => `${file} came out with other bytes`),
    ...(found.figures.length > 0 ? [`${found.figures.length} figures came out otherwise`] : []),
  ];
  if (found.altered.length > 0) {
    const notRun = found.notRun === null ? [] : [found.notRun];
    return { outcome: 'fail', reasons: [...found.altered, ...different, ...notRun] };
  }
  if (found.notRun !== null) return { outcome: 'inconclusive', reasons: [...found.parts, found.notRun] };
  if (found.parts.length > 0) {
    const same = different.length === 0 ? ['all captures and figures came out the same all the same'] : different;
    return { outcome: 'inconclusive', reasons: [...found.parts, ...same] };
  }
  if (different.length > 0) return { outcome: 'fail', reasons: different };
  if (found.captures.length === 0) return { outcome: 'inconclusive', reasons: ['the run has no capture to compare'] };
  return {
    outcome: 'pass',
    reasons: [`${found.captures.length} captures have the recorded SHA-256, and every figure is the same`],
  };
}

import { formatDuration } from '../core/duration.js';
import type { CaptureReport } from '../capture/types.js';
import type { DelayFigures } from './types.js';

/**
 * A reason why figures may be wrong, and in which direction they can be: `too-much` loss is seen (arrivals may have been
 * overlooked), `too-little` (losses may have been), or anything. A limit that is violated in a direction that no doubt
 * explains stays violated.
 */
export interface Doubt {
  readonly text: string;
  readonly explains: 'too-much' | 'too-little' | 'anything';
  /** It is about whether delivery has come back for good, and about nothing else. */
  readonly recovery?: true;
}

/** What a capture says against itself. */
export function captureDoubts(
  id: string,
  report: CaptureReport | undefined,
  readProblems: readonly string[],
  side: 'sender' | 'receiver',
): Doubt[] {
  if (report === undefined) return [{ text: `there is no capture ${id}`, explains: 'anything' }];
  const doubts: Doubt[] = [];
  const dropsExplain = side === 'sender' ? 'too-little' : 'too-much';
  if (report.droppedByKernel === null) {
    doubts.push({ text: `capture ${id}: how many packets the kernel dropped is not known`, explains: dropsExplain });
  }
  for (const [count, whom] of [
    [report.droppedByKernel, 'kernel'],
    [report.droppedByInterface, 'interface'],
  ] as const) {
    if (count !== null && count > 0) {
      doubts.push({ text: `capture ${id}: the ${whom} dropped ${packets(count)}`, explains: dropsExplain });
    }
  }
  for (const text of new Set([...report.problems, ...readProblems])) {
    doubts.push({ text: `capture ${id}: ${text}`, explains: 'anything' });
  }
  return doubts;
}

/** Stamps behind those of lower sequence numbers by more than a packet interval: the clock was set. */
export function stepBackDoubts(id: string, stepBackNs: number, intervalNs: number): Doubt[] {
  if (stepBackNs <= intervalNs) return [];
  const text = `capture ${id}: its clock stepped back by ${formatDuration(stepBackNs)} while the flow was sent`;
  return [{ text, explains: 'anything' }];
}

/** Packets that arrived before they were sent, by more than stamps of one clock can differ across processors. */
export function delayDoubts(delay: DelayFigures | null, intervalNs: number): Doubt[] {
  if (delay === null || delay.minNs >= -Math.min(intervalNs / 10, 100_000)) return [];
  const text = `packets arrived up to ${formatDuration(-delay.minNs)} before they were sent: the captures' clocks differ`;
  return [{ text, explains: 'anything' }];
}

export function packets(count: number): string {
  return count === 1 ? '1 packet' : `${count} packets`;
}

/** Each doubt once. */
export function distinctDoubts(doubts: readonly Doubt[]): readonly Doubt[] {
  return [...new Map(doubts.map((doubt) => [`${doubt.explains} ${doubt.text}`, doubt])).values()];
}

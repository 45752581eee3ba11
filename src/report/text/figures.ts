import { formatDurationDown, formatDurationUp } from '../../analysis/format.js';
import type { Bounded, FrameRef } from '../../analysis/types.js';
import { instantFromText, nsBetween, NS_PER_SECOND, type InstantText } from '../../core/instant.js';

/** What separates thousands: narrow, and no place for a line break. */
export const THIN_SPACE = '\u202f';

/** `60 000` */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

/** The interval alone, its ends rounded outwards; a time is never negative: `835 ms … 1.037 s`. */
export function formatInterval(figure: Bounded): string {
  return `${formatDurationDown(Math.max(0, figure.lowNs))} … ${formatDurationUp(figure.highNs)}`;
}

/** `rx-desk1.pcap #10417–#10418`: the last frame before an outage and the first one after it. */
export function formatFrames(last: FrameRef | null, first: FrameRef | null): string {
  const capture = last?.capture ?? first?.capture;
  if (capture === undefined) return '–';
  return `${captureFile(capture)} ${last === null ? 'no frame' : `#${last.frame}`}–${first === null ? 'none after' : `#${first.frame}`}`;
}

export function captureFile(capture: string): string {
  return capture.endsWith('.pcap') ? capture : `${capture}.pcap`;
}

/** `+5.003 s` after `from`. */
export function formatOffset(from: InstantText, at: InstantText): string {
  const ns = nsBetween(instantFromText(from), instantFromText(at));
  return `${ns < 0 ? '−' : '+'}${(Math.abs(ns) / NS_PER_SECOND).toFixed(3)} s`;
}

/** `43 s`, `2.4 s`, `7 min 5 s`: how long something took, for people. */
export function formatElapsed(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

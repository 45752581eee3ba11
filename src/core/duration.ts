import { NS_PER_MS, NS_PER_SECOND } from './instant.js';

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  µs: 1_000,
  ms: NS_PER_MS,
  s: NS_PER_SECOND,
  min: 60 * NS_PER_SECOND,
  h: 3600 * NS_PER_SECOND,
};

/**
 * Reads a duration with its unit written out: `1.5 s`, `50 ms`, `2 min`, `300us`. A bare `0` needs no unit.
 * @returns whole nanoseconds, or undefined where the text is not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const match = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min|h)$/.exec(trimmed);
  if (!match) return undefined;
  const ns = Math.round(Number(match[1]) * UNIT_NS[match[2] as keyof typeof UNIT_NS]!);
  return Number.isSafeInteger(ns) ? ns : undefined;
}

/**
 * A duration for people, in the largest unit that keeps it at least 1, with at most `decimals` decimals
 * (3 unless told) and no trailing zeros: `1.032 s`, `50 ms`, `0 s`.
 */
export function formatDuration(ns: number, decimals = 3): string {
  if (ns === 0) return '0 s';
  const size = Math.abs(ns);
  const [unit, divisor] =
    size >= NS_PER_SECOND
      ? ['s', NS_PER_SECOND]
      : size >= NS_PER_MS
        ? ['ms', NS_PER_MS]
        : size >= 1_000
          ? ['µs', 1_000]
          : ['ns', 1];
  return `${Number((ns / Number(divisor)).toFixed(decimals))} ${unit}`;
}

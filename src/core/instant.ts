/**
 * A point in time: nanoseconds since 1970-01-01T00:00:00Z by CLOCK_REALTIME, the clock that stamps captures.
 * A bigint, because epoch nanoseconds do not fit a JS number (their spacing there is 256 ns).
 * In JSON an instant is its decimal string.
 */
export type Instant = bigint;

/** An instant as it stands in JSON: decimal digits, nanoseconds since 1970. */
export type InstantText = string;

export const NS_PER_SECOND = 1_000_000_000;
export const NS_PER_MS = 1_000_000;

export function instantToText(at: Instant): InstantText {
  return at.toString();
}

/** @throws RangeError where `text` is not decimal digits. */
export function instantFromText(text: InstantText): Instant {
  if (!/^\d+$/.test(text)) throw new RangeError(`not an instant in epoch nanoseconds: ${JSON.stringify(text)}`);
  return BigInt(text);
}

/** `later - earlier` in nanoseconds; exact while the two are less than 104 days apart. */
export function nsBetween(earlier: Instant, later: Instant): number {
  return Number(later - earlier);
}

export function addNs(at: Instant, ns: number): Instant {
  return at + BigInt(Math.round(ns));
}

/** ISO 8601 in UTC with nine decimals: `2026-01-31T12:00:00.000000001Z`. */
export function instantToIso(at: Instant): string {
  const seconds = at / 1_000_000_000n;
  const ns = at % 1_000_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${ns.toString().padStart(9, '0')}Z`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '../../src/core/errors.js';

/** Looks again until `look` gives something; the last thing seen is in the error where that takes too long. */
export async function eventually<T>(
  what: string,
  look: () => Promise<{ readonly found?: T; readonly seen: string }>,
  limitMs = 90_000,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const { found, seen } = await look();
    if (found !== undefined) return found;
    const elapsed = performance.now() - startedAt;
    if (elapsed > limitMs) throw new TimeoutError(what, seen, elapsed);
    await sleep(100);
  }
}

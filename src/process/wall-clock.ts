import koffi from 'koffi';
import type { Instant } from '../core/instant.js';

const CLOCK_REALTIME = 0;
const libc = koffi.load('libc.so.6');
const clockGettime = libc.func('int clock_gettime(int clock, _Out_ int64_t *timespec)') as (
  clock: number,
  timespec: BigInt64Array,
) => number;
const timespec = new BigInt64Array(2);

/** CLOCK_REALTIME in nanoseconds: the clock that stamps captures, so that the two may be compared. */
export function wallClock(): Instant {
  if (clockGettime(CLOCK_REALTIME, timespec) !== 0) throw new Error('clock_gettime failed');
  return timespec[0]! * 1_000_000_000n + timespec[1]!;
}

import { SeededRandom } from '../core/random.js';

/** What a figure of the virtual clock means, for results and reports. */
export const VIRTUAL_CLOCK_MEANING =
  'measured by a clock that jumps over idle time, on an infinitely fast processor: what timers and protocol exchanges ' +
  'alone imply; processing costs nothing but a fixed price for each look at the clock (20 µs). All nodes share one ' +
  'processor, so what many routers do at once adds up: tens of milliseconds of an outage can be that price. One-way delays ' +
  'and jitter below that are no measurements';

/** Virtual nanoseconds that one reading of the clock costs. Programs that spin until a deadline cost less real time so. */
export const CLOCK_READ_NS = 20_000;

const FIRST_EPOCH_S = 1_700_000_000;
const YEAR_S = 31_536_000;
/** Longest wait before a node's daemons start: phases of all timers up to this are sampled. */
const MOST_OFFSET_MS = 10_000;

/** Nanoseconds since 1970 at which a guest with this seed begins. FRR draws its jitter from the time of day. */
export function epochNs(seed: number): bigint {
  const random = new SeededRandom(seed, 'epoch');
  return BigInt(FIRST_EPOCH_S + random.below(YEAR_S)) * 1_000_000_000n + BigInt(random.below(1_000_000_000));
}

/** How long a node's daemons wait before they start, in whole milliseconds. */
export function startOffsetMs(seed: number, node: string): number {
  return new SeededRandom(seed, `start/${node}`).below(MOST_OFFSET_MS);
}

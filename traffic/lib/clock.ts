import { lastErrno, must, sys } from './libc.js';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
const PR_SET_TIMERSLACK = 29;
const SCHED_FIFO = 1;
const PRIO_PROCESS = 0;
const EINTR = 4;
const NS_PER_SECOND = 1_000_000_000;

// One timespec as four 32-bit words: reading it makes no bigint, and the seconds fit one word until 2106.
const now = new Uint32Array(4);
const request = new Uint32Array(4);

/** CLOCK_REALTIME in ns since 1970: the clock that stamps captures. */
export function epochNs(): bigint {
  sys.clockGettime(CLOCK_REALTIME, now);
  return BigInt(now[0]!) * 1_000_000_000n + BigInt(now[2]!);
}

/** CLOCK_MONOTONIC in ns after a second near the making of this clock, so that a number holds it exactly. */
export class MonotonicClock {
  private readonly baseSeconds: number;

  constructor() {
    must(sys.clockGettime(CLOCK_MONOTONIC, now), 'clock_gettime');
    this.baseSeconds = now[0]!;
  }

  nowNs(): number {
    sys.clockGettime(CLOCK_MONOTONIC, now);
    return (now[0]! - this.baseSeconds) * NS_PER_SECOND + now[2]!;
  }

  /** Sleeps until `atNs` of this clock; comes back at once where that is past. */
  sleepUntil(atNs: number): void {
    request[0] = this.baseSeconds + Math.floor(atNs / NS_PER_SECOND);
    request[2] = atNs % NS_PER_SECOND;
    while (sys.clockNanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, request, null) === EINTR);
  }
}

/**
 * Timers that fire when they are due, and a processor as soon as they do: timer slack of 1 ns, and the lowest real-time
 * priority (else a high normal one) where that is allowed. The program sleeps nearly always, so it takes nothing away.
 */
export function wakeOnTime(): void {
  must(sys.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0), 'prctl');
  if (sys.schedSetscheduler(0, SCHED_FIFO, new Int32Array([1])) < 0) {
    lastErrno();
    sys.setpriority(PRIO_PROCESS, 0, -20); // not allowed either: then the captures tell how late it was
  }
}

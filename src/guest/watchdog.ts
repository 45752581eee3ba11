import { cpuTimeMs } from '../process/proc.js';

/** A look every so often. */
const LOOK_MS = 500;
/** A guest that uses less of a CPU than this waits for something that does not come; a starved one on a busy machine uses more. */
const IDLE_SHARE = 0.02;

/**
 * Whether a guest is taken for hung that has not said how far its clock is for `silentMs` of real time, in which it used
 * `cpuMs` of CPU: it spun for the whole limit, or it waits for nothing. On a machine that gives it little time it may take
 * longer than the limit.
 */
export function looksHung(silentMs: number, cpuMs: number, limitMs: number): boolean {
  return cpuMs >= limitMs || (silentMs >= limitMs && cpuMs < IDLE_SHARE * silentMs);
}

/** Watches a guest's process; calls `onHung` once. `wind` it whenever the guest gets on. */
export class Watchdog {
  private windedAt = performance.now();
  private cpuMs: number;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pid: number,
    limitMs: number,
    onHung: () => void,
  ) {
    this.cpuMs = cpuTimeMs(pid) ?? 0;
    this.timer = setInterval(() => {
      const usedMs = (cpuTimeMs(pid) ?? this.cpuMs) - this.cpuMs;
      if (!looksHung(performance.now() - this.windedAt, usedMs, limitMs)) return;
      this.stop();
      onHung();
    }, LOOK_MS);
  }

  wind(): void {
    this.windedAt = performance.now();
    this.cpuMs = cpuTimeMs(this.pid) ?? this.cpuMs;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

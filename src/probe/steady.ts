import type { Instant } from '../core/instant.js';
import type { SteadyReport } from '../run/result.js';
import type { Judgement, LabView, Probe } from './types.js';

/**
 * Between two looks: long enough to leave routers alone, short against what has been waited for already, so that default
 * timers are not asked for hundreds of times.
 */
const PAUSE_MS = { least: 250, most: 1000, ofWaited: 0.1 };

function pauseMs(waitedMs: number): number {
  return Math.min(PAUSE_MS.most, Math.max(PAUSE_MS.least, PAUSE_MS.ofWaited * waitedMs));
}

/** A probe with its options, checked by its own schema. */
export interface SteadyItem {
  readonly probe: Probe<unknown>;
  readonly options: unknown;
}
export interface SteadyOptions {
  /** From the first look on, by `now`. A look that has begun is finished. */
  readonly withinMs: number;
  /** The lab's clock. */
  readonly now: () => Instant;
  /** Called where the set of unmet probes changes, with what is missing. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Looks until all probes hold in one and the same round. What does not hold is asked again after a pause; once nothing is
 * missing, all probes that look at the lab only are asked once more, and one that no longer holds starts the waiting again
 * (a probe that needs traffic watches for a while: it is asked last, when all others hold). Not reached is a result, with
 * the last observation of each probe that does not hold.
 * @throws the reason of an interrupt
 */
export async function waitForSteady(
  view: LabView,
  items: readonly SteadyItem[],
  options: SteadyOptions,
): Promise<SteadyReport> {
  const startedAt = options.now();
  const elapsedMs = (): number => Number(options.now() - startedAt) / 1e6;
  const states = items.map((item) => new State(item));
  const onLab = states.filter((state) => state.probe.needs === 'lab');
  const onTraffic = states.filter((state) => state.probe.needs === 'traffic');
  let told = '';
  for (;;) {
    for (const state of onLab) if (!state.met) await state.look(view, elapsedMs);
    if (onLab.every((state) => state.met)) {
      let holds = true;
      for (const state of onTraffic) {
        holds = await state.look(view, elapsedMs);
        if (!holds) break;
      }
      if (holds) {
        // what was true at first may have passed while the rest was waited for
        for (const state of onLab) await state.look(view, elapsedMs);
        if (onLab.every((state) => state.met)) return report(true, elapsedMs(), states);
      }
    }
    const missing = states
      .filter((state) => state.asked && !state.met)
      .map((state) => `${state.probe.kind}: ${state.summary}`);
    if (missing.join('\n') !== told) {
      told = missing.join('\n');
      options.onProgress?.(missing.join('; '));
    }
    const waitedMs = elapsedMs();
    const leftMs = options.withinMs - waitedMs;
    if (leftMs <= 0) return report(false, waitedMs, states);
    await view.sleep(Math.min(pauseMs(waitedMs), leftMs));
  }
}

class State {
  readonly probe: Probe<unknown>;
  met = false;
  asked = false;
  summary = 'not asked: others do not hold yet';
  /** When it last became true, or was last asked. */
  atMs = 0;

  constructor(private readonly item: SteadyItem) {
    this.probe = item.probe;
  }

  async look(view: LabView, elapsedMs: () => number): Promise<boolean> {
    view.signal.throwIfAborted();
    const was = this.met;
    const judgement = await this.judge(view);
    this.met = judgement.met;
    this.summary = judgement.summary;
    this.asked = true;
    if (!was || !judgement.met) this.atMs = elapsedMs();
    return judgement.met;
  }

  private async judge(view: LabView): Promise<Judgement> {
    const seen = await this.probe.observe(view, this.item.options);
    return this.probe.judge(this.item.options, seen);
  }
}

function report(reached: boolean, elapsedMs: number, states: readonly State[]): SteadyReport {
  return {
    reached,
    elapsedMs,
    probes: states.map(({ probe, met, summary, atMs }) => ({ kind: probe.kind, met, summary, afterMs: atMs })),
  };
}

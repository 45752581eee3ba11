import { instantToText, type Instant } from '../core/instant.js';
import { SELF_EVIDENT } from '../l2cp/answers.js';
import { matchFrames } from '../l2cp/match.js';
import type { Observations } from '../l2cp/observations.js';
import { FrameMaker, rowsOf, type L2cpPlan, type PlannedFrame } from '../l2cp/plan.js';
import type { Lab } from '../runtime/types.js';
import { dataPathOf, statesOf } from './device-facts.js';
import { FrameProbes } from './probes.js';

export interface MatrixOptions {
  readonly runTag: number;
  readonly now: () => Instant;
  /** Rejects where the run was interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly onProgress: (text: string) => void;
}

const LOOK_EVERY_MS = 100;

/**
 * Sends the whole matrix through a running lab and writes down what came out of which port: first the control, and
 * nothing more where none of it comes through; then all rows at once; then, one of a protocol at a time, those that were
 * absent and have an answer.
 * @throws LabError, CommandError, TimeoutError; what the sleep rejects with. The probes are ended in any case.
 */
export async function probeMatrix(lab: Lab, plan: L2cpPlan, options: MatrixOptions): Promise<Observations> {
  const dataPath = await dataPathOf(lab, [plan.from, plan.to], plan.through);
  const probes = await FrameProbes.start(lab, {
    ...{ forward: plan.from, backward: plan.to, watch: plan.watch, runTag: options.runTag },
    intervalNs: Math.round(1e9 / plan.ratePps),
  });
  const elicited: { from: string; to: string; numbers: number[] }[] = [];
  const observed = (states: Observations['states']): Observations => ({
    ...{ format: 'faultline-l2cp-1', runTag: options.runTag, sent: probes.sent, received: probes.received },
    ...{ elicited, states, dataPath, problems: [...probes.problems] },
  });
  try {
    const frames = new FrameMaker(plan, options.runTag);
    const control = frames.control();
    await probes.send(control);
    const through = (): boolean => controlPassed(observed([]), plan);
    await settle(probes, options, plan.waitNs, through);
    if (!through()) return observed([]);
    const matrix = frames.matrix();
    await probes.send(matrix, async (sent) => {
      options.onProgress(`${sent} of ${matrix.length} frames sent`);
      await options.sleep(0); // where an interrupt is heard
    });
    options.onProgress('waiting for late frames');
    await settle(probes, options, plan.waitNs, () => false);
    const rounds = absentAnswerers(observed([]), plan);
    for (const [index, round] of rounds.entries()) {
      options.onProgress(`waiting for answers, round ${index + 1} of ${rounds.length}`);
      const again = round.map(({ row, direction, encapsulation }) =>
        frames.frame(row, direction, encapsulation, 'elicit'),
      );
      const from = instantToText(options.now());
      await probes.send(again);
      await settle(probes, options, plan.answerNs, () => false);
      elicited.push({ from, to: instantToText(options.now()), numbers: again.map(({ number }) => number) });
    }
    return observed(await statesOf(lab, plan.through));
  } finally {
    await probes.stop();
  }
}

async function settle(probes: FrameProbes, options: MatrixOptions, forNs: number, done: () => boolean): Promise<void> {
  const endsAt = options.now() + BigInt(forNs);
  for (;;) {
    await probes.collect();
    const leftMs = Number(endsAt - options.now()) / 1e6;
    if (leftMs <= 0 || done()) return;
    await options.sleep(Math.min(LOOK_EVERY_MS, leftMs));
  }
}

/** Whether something of the control came out at the far side of each direction, changed or not. */
function controlPassed(observations: Observations, plan: L2cpPlan): boolean {
  const { matched } = matchFrames(observations, plan);
  return plan.directions.every((direction) =>
    matched.some(({ where, sent }) => where === 'far' && sent.direction === direction),
  );
}

type Cell = Pick<PlannedFrame, 'row' | 'direction' | 'encapsulation'>;

/**
 * What did not come through and has an answer, in rounds: in each of them a protocol has one row in one encapsulation at
 * most, so that an answer is for no other (devices answer tagged frames untagged). Directions are told apart by where
 * the answer comes.
 */
function absentAnswerers(observations: Observations, plan: L2cpPlan): readonly (readonly Cell[])[] {
  const { matched } = matchFrames(observations, plan);
  const cellKey = (cell: Cell): string => `${cell.row} ${cell.direction} ${cell.encapsulation}`;
  const came = new Set(matched.filter(({ where }) => where === 'far').map(({ sent }) => cellKey(sent)));
  const rounds: Cell[][] = [];
  const used = new Map<string, number>();
  for (const { id: row, answer } of rowsOf(plan)) {
    if (answer === undefined) continue;
    const cells = plan.directions
      .flatMap((direction) => plan.encapsulations.map((encapsulation) => ({ row, direction, encapsulation })))
      .filter((cell) => !came.has(cellKey(cell)));
    for (const encapsulation of plan.encapsulations) {
      const together = cells.filter((cell) => cell.encapsulation === encapsulation);
      if (together.length === 0) continue;
      // What names its request needs no round of its own.
      const round = SELF_EVIDENT.includes(answer) ? 0 : (used.get(answer) ?? 0);
      used.set(answer, round + 1);
      (rounds[round] ??= []).push(...together);
    }
  }
  return rounds;
}

import { CATALOGUE, CONTROL_ROW } from '../../../src/l2cp/catalogue/index.js';
import { judgeMatrix, type MatrixResult, type MatrixRow } from '../../../src/l2cp/matrix.js';
import type { Observations, ReceivedFrame, SentFrame } from '../../../src/l2cp/observations.js';
import { FrameMaker, type L2cpPlan } from '../../../src/l2cp/plan.js';
import type { Profile } from '../../../src/l2cp/profile.js';
import { DIRECTIONS, ENCAPSULATIONS, type Expectation } from '../../../src/l2cp/types.js';

export const RUN_TAG = 0x00123456;
const START_NS = 1_000_000_000_000n;

export function expecting(...expected: readonly Expectation[]): Profile {
  const each = Object.fromEntries(ENCAPSULATIONS.map((one) => [one, expected])) as Profile['rules'][0]['expect'];
  return { name: 'all alike', source: 'this test', rules: [{ rows: '*', expect: each, note: null }] };
}

export function planOf(given: Partial<L2cpPlan> = {}): L2cpPlan {
  return {
    ...{ from: { node: 'a', interface: 'eth1' }, to: { node: 'b', interface: 'eth1' }, through: ['x'] },
    watch: [{ node: 'c', interface: 'eth1' }],
    rows: [CONTROL_ROW.id, ...CATALOGUE.filter(({ id }) => id !== CONTROL_ROW.id).map(({ id }) => id)],
    ...{ userFrames: [], encapsulations: ENCAPSULATIONS, directions: DIRECTIONS, framesPerRow: 3, ratePps: 1000 },
    ...{ lateNs: 500e6, waitNs: 2e9, answerNs: 1e9, profile: expecting('PASS') },
    ...given,
  };
}

export interface Output {
  /** `far`: the other side; `back`: where it came from; `third`: a watched port. */
  readonly at: 'far' | 'back' | 'third';
  readonly hex: string;
  readonly afterMs?: number;
}

/** What comes out of a device for a frame that went in; `copy` counts the frames of its row from 0. */
export type Device = (frame: SentFrame, copy: number) => readonly Output[];

export const wire: Device = ({ hex }) => [{ at: 'far', hex }];

export function through(plan: L2cpPlan, device: Device, more: Partial<Observations> = {}): MatrixResult {
  const maker = new FrameMaker(plan, RUN_TAG);
  const planned = [...maker.control(), ...maker.matrix()];
  const copies = new Map<string, number>();
  const sent: SentFrame[] = planned.map((frame, index) => ({
    ...frame,
    ...{ at: String(START_NS + BigInt(index) * 1_000_000n), error: null },
  }));
  const received: ReceivedFrame[] = [];
  for (const frame of sent) {
    const key = `${frame.row} ${frame.direction} ${frame.encapsulation}`;
    const copy = copies.get(key) ?? 0;
    copies.set(key, copy + 1);
    const [own, other] = frame.direction === 'forward' ? ['a:eth1', 'b:eth1'] : ['b:eth1', 'a:eth1'];
    for (const { at, hex, afterMs = 0.05 } of device(frame, copy)) {
      const port = at === 'far' ? other : at === 'back' ? own : 'c:eth1';
      received.push({ port, at: String(BigInt(frame.at) + BigInt(Math.round(afterMs * 1e6))), hex });
    }
  }
  return judgeMatrix(plan, {
    ...{ format: 'faultline-l2cp-1', runTag: RUN_TAG, sent, received, elicited: [], states: [] },
    ...{ dataPath: [], problems: [] },
    ...more,
  });
}

/** The outcomes that there are, each with how often. */
export function tally(rows: readonly MatrixRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

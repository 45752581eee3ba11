import { readFileSync } from 'node:fs';
import { CATALOGUE, CONTROL_ROW } from '../../src/l2cp/catalogue/index.js';
import { judgeMatrix, type MatrixResult, type MatrixRow } from '../../src/l2cp/matrix.js';
import { findPath } from '../../src/l2cp/path.js';
import type { L2cpPlan } from '../../src/l2cp/plan.js';
import { parseProfile, type Profile } from '../../src/l2cp/profile.js';
import { DIRECTIONS, ENCAPSULATIONS } from '../../src/l2cp/types.js';
import { probeMatrix } from '../../src/l2cp-run/run-matrix.js';
import { wallClock } from '../../src/process/wall-clock.js';
import { RUNTIMES } from '../../src/runtime/index.js';
import type { Lab } from '../../src/runtime/types.js';
import { readTopology } from '../../src/topology/read.js';
import { pause } from './traffic-fixture.js';

export const EVERYTHING: readonly string[] = [
  CONTROL_ROW.id,
  ...CATALOGUE.filter(({ id }) => id !== CONTROL_ROW.id).map(({ id }) => id),
];

export function profileOf(name: string): Profile {
  const file = `topologies/l2cp/profiles/${name}.yml`;
  return parseProfile(readFileSync(file, 'utf8'), file, CATALOGUE);
}

/** A lab of `topologies/l2cp`, up while `work` goes on. */
export async function inLab(
  topology: string,
  name: string,
  work: (lab: Lab) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const runtime = RUNTIMES.netns();
  const labName = `l2cp-test-${name}-${process.pid}`;
  const file = topology.includes('/') ? topology : `topologies/l2cp/${topology}.clab.yml`;
  try {
    await work(await runtime.up(readTopology(file, { env: { ...process.env, ...env } }), { labName }));
  } finally {
    await runtime.down(labName);
  }
}

let runTag = 0x00fa0000 + (process.pid & 0xffff);

export async function probe(
  lab: Lab,
  given: Partial<L2cpPlan> = {},
  onProgress: (text: string) => void = () => undefined,
): Promise<MatrixResult> {
  const from = given.from ?? { node: 'ce1', interface: 'eth1' };
  const to = given.to ?? { node: 'ce2', interface: 'eth1' };
  const path = findPath(lab.topology, from, to);
  if (typeof path === 'string') throw new Error(path);
  const plan: L2cpPlan = {
    ...{ from, to, through: path.through, watch: path.neighbours, rows: EVERYTHING, userFrames: [] },
    ...{ encapsulations: ENCAPSULATIONS, directions: DIRECTIONS, framesPerRow: 3, ratePps: 2000 },
    ...{ lateNs: 500_000_000, waitNs: 2_000_000_000, answerNs: 1_000_000_000, profile: profileOf('transparent-wire') },
    ...given,
  };
  const options = { runTag: runTag++, now: wallClock, sleep: pause, onProgress };
  return judgeMatrix(plan, await probeMatrix(lab, plan, options));
}

/** What is not a plain PASS, to be read in a failing test. */
export function notPassed(result: MatrixResult): readonly string[] {
  return result.rows.filter(({ outcome }) => outcome !== 'PASS').map(describe1);
}

export function describe1(row: MatrixRow): string {
  return `${row.name} ${row.encapsulation} ${row.direction}: ${row.outcome} ${row.also.join(' ')} ${row.verdict}: ${row.reason} ${row.evidence?.changes.join('; ') ?? ''}`;
}

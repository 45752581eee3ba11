import type { CapturePoint } from '../capture/types.js';
import type { L2cpPlan } from '../l2cp/plan.js';
import type { Topology } from '../topology/types.js';
import type { Flow } from '../traffic/types.js';
import type { Scenario } from './types.js';

/** A scenario met with its topology: everything a run does, decided before anything starts. Plain data. */
export interface Plan {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly flows: readonly Flow[];
  readonly captures: readonly CapturePoint[];
  /** The seed that is used: given, or 1. */
  readonly seed: number;
  /** From "traffic is steady" to the fault; drawn by the seed from the scenario's window. */
  readonly faultDelayNs: number | undefined;
  /** The matrix of a scenario of that kind. */
  readonly l2cp?: L2cpPlan;
}

import type { CapturePoint } from '../capture/types.js';
import type { L2cpPlan } from '../l2cp/plan.js';
import type { Topology } from '../topology/types.js';
import type { Flow, OrderFlow } from '../traffic/types.js';
import type { Scenario } from './types.js';

/** Flows that carry the same messages, and the receivers of all of them. */
export interface ArbitratedFlows {
  /** `quotes`, or `quotes[2]` for the second of several groups. */
  readonly name: string;
  /** The scenario's name for it: limits hold for each. */
  readonly item: string;
  /** Names of flows. */
  readonly feeds: readonly string[];
  readonly receivers: readonly string[];
}

/** A scenario met with its topology: everything a run does, decided before anything starts. Plain data. */
export interface Plan {
  readonly scenario: Scenario;
  readonly topology: Topology;
  readonly flows: readonly Flow[];
  /** Order entry. Absent: none. */
  readonly orders?: readonly OrderFlow[];
  /** Redundant feeds, flow by flow. Absent: none. */
  readonly arbitrations?: readonly ArbitratedFlows[];
  readonly captures: readonly CapturePoint[];
  /** The seed that is used: given, or 1. */
  readonly seed: number;
  /** From "traffic is steady" to the fault; drawn by the seed from the scenario's window. */
  readonly faultDelayNs: number | undefined;
  /** The matrix of a scenario of that kind. */
  readonly l2cp?: L2cpPlan;
}

import type { FamilyMember } from '../core/family.js';
import type { Instant } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { DeviceDriver } from '../device/types.js';
import type { Lab } from '../runtime/types.js';
import type { Flow, LiveCounts, OrderFlow } from '../traffic/types.js';

/** What a probe or a fault may look at. */
export interface LabView {
  readonly lab: Lab;
  /** @throws LabError where there is no such node. */
  driver(node: string): DeviceDriver;
  /** Live counters of the running traffic; undefined while none runs. Keys: flow, then receiver. */
  readonly traffic: { counts(): Promise<LiveCounts> } | undefined;
  /** The flows of the run; absent outside of one. */
  readonly flows?: readonly Flow[];
  /** The order entry of the run; absent where there is none. */
  readonly orders?: readonly OrderFlow[];
  /** CLOCK_REALTIME. */
  now(): Instant;
  /** Resolves after `ms` of the lab's clock; rejects when the run is interrupted. */
  sleep(ms: number): Promise<void>;
  readonly signal: AbortSignal;
}

/** What was seen, as data; `summary` says it in one line for people and for timeouts. */
export interface Observation {
  readonly summary: string;
  readonly data: Json;
}
export interface Judgement {
  readonly met: boolean;
  /** One line: what was wanted and what was seen. */
  readonly summary: string;
}

export interface Probe<Options, Seen extends Observation = Observation> extends FamilyMember<Options> {
  /** `traffic`: only meaningful while the scenario's traffic runs. */
  readonly needs: 'lab' | 'traffic';
  /** Looks once. A device that does not answer is an observation, not an error. */
  observe(view: LabView, options: Options): Promise<Seen>;
  /** Pure: tolerance is data in the options. */
  judge(options: Options, seen: Seen): Judgement;
}

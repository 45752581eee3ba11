import type { StepKind } from '../analysis/steps/types.js';
import type { Reference } from '../core/family.js';
import type { SourceRef } from '../core/source.js';
import type { L2cpOptions } from '../l2cp/options.js';

/** A checked scenario file. Durations are whole nanoseconds, rates packets per second. Plain data. */
export interface Scenario {
  readonly name: string;
  readonly description: string | undefined;
  /** Absolute path of the scenario file. */
  readonly file: string;
  /** Absolute path of the topology file. */
  readonly topologyFile: string;
  /** Where the topology is named. Absent: not from a file. */
  readonly topologySource?: SourceRef;
  readonly runtime: 'auto' | 'netns' | 'containerlab';
  readonly clock: 'auto' | 'real' | 'virtual';
  readonly kernel: 'auto' | 'host' | 'lab';
  readonly seed: number | undefined;
  /** A lab that is already up, to be used instead of a new one. */
  readonly lab: string | undefined;
  /** Values for the topology's `${VAR}`s, over the environment: how a scenario chooses a set of configurations. */
  readonly env: Readonly<Record<string, string>>;
  /** Snippets applied after start, in the node's own language; rolled back at the end. */
  readonly configure: readonly { readonly node: string; readonly config: string; readonly source: SourceRef }[];
  readonly steady: readonly ProbeUse[];
  /** How long the steady state may take to come, before and again after. */
  readonly steadyWithinNs: number;
  readonly traffic: readonly TrafficItem[];
  /** Order entry, which stands under `traffic` in the file. Absent: none. */
  readonly orders?: readonly OrderItem[];
  /** Feeds that carry the same messages, to be judged as their receivers see them together. Absent: none. */
  readonly arbitrate?: readonly Arbitration[];
  /** Outages are laid against the steps of the control plane. Absent: they are not. */
  readonly steps?: StepsUse;
  /** Extra captures, `node:interface`. */
  readonly capture: readonly { readonly endpoint: string; readonly source: SourceRef }[];
  readonly fault: FaultUse | undefined;
  /** Without a fault: how long the traffic is watched. With one: how long to go on after the steady state came back. */
  readonly observeNs: number;
  readonly expect: readonly Expectation[];
  /** A matrix of layer-2 control frames instead of traffic. Absent: none. */
  readonly l2cp?: L2cpUse;
  readonly repeat: number;
}

/** A matrix of layer-2 control frames, as the file asks for it. */
export interface L2cpUse {
  readonly options: L2cpOptions;
  readonly source: SourceRef;
  /** Places of the keys that name something. */
  readonly keys: Readonly<Record<string, SourceRef>>;
}

/** A part of the topology that options name, and where they do. */
export interface NamedPart {
  readonly type: Reference['type'];
  readonly value: string;
  readonly source: SourceRef;
}

export interface ProbeUse {
  readonly kind: string;
  /** Checked by the probe's own schema. */
  readonly options: unknown;
  /** What the options name, with places in the file. Absent: not from a file. */
  readonly names?: readonly NamedPart[];
  readonly source: SourceRef;
}

export interface FaultUse {
  readonly kind: string;
  readonly options: unknown;
  /** After the traffic is steady. */
  readonly atNs: number;
  /** The instant is drawn by the seed from [at, at + window). 0: exactly at. */
  readonly windowNs: number;
  /** How long it stays applied. undefined: until the observation ends (it is reverted all the same). */
  readonly forNs: number | undefined;
  /** What the options name, with places in the file. Absent: not from a file. */
  readonly names?: readonly NamedPart[];
  readonly source: SourceRef;
}

export interface TrafficItem {
  readonly name: string;
  readonly from: string;
  /** Interface to send from; undefined: the node's only data interface. */
  readonly fromInterface: string | undefined;
  /** Where the sender is named. Absent: not from a file. */
  readonly fromSource?: SourceRef;
  readonly groups: readonly string[];
  readonly port: number;
  readonly ratePps: number;
  readonly payloadBytes: number;
  readonly ttl: number;
  readonly ssm: boolean;
  readonly igmp: 2 | 3;
  readonly tree: 'shared' | 'shortest-path' | undefined;
  readonly to: readonly {
    readonly node: string;
    readonly interface: string | undefined;
    readonly join: { readonly when: 'start' } | { readonly when: 'after-fault'; readonly offsetNs: number };
    readonly source: SourceRef;
  }[];
  readonly source: SourceRef;
}

/** What the timeline of an outage rests on. */
export interface StepsUse {
  /** Nodes whose forwarding tables are watched; undefined: every router. */
  readonly at: readonly { readonly node: string; readonly source: SourceRef }[] | undefined;
  /** Longest time that may end with a step of a kind; the others have their default. */
  readonly withinNs: Readonly<Partial<Record<StepKind, number>>>;
  readonly source: SourceRef;
}

/** Order entry from a client to a matching engine, which answers each order. */
export interface OrderItem {
  readonly name: string;
  readonly over: 'udp' | 'tcp';
  readonly client: EndName;
  readonly engine: EndName;
  readonly port: number;
  readonly ratePps: number;
  readonly payloadBytes: number;
  readonly sessionTimeoutNs: number;
  readonly source: SourceRef;
}

/** A node, and its interface where it has several. */
export interface EndName {
  readonly node: string;
  readonly interface: string | undefined;
  readonly source: SourceRef;
}

/** Redundant feeds: traffic items that carry the same messages under the same sequence numbers. */
export interface Arbitration {
  readonly name: string;
  readonly feeds: readonly { readonly item: string; readonly source: SourceRef }[];
  /** Receivers of all of them. */
  readonly at: readonly { readonly node: string; readonly source: SourceRef }[];
  readonly source: SourceRef;
}

/** Limits for an item's flows. An absent limit is not judged; `loss` limits of 0 mean not one packet. */
export interface Expectation {
  /** The traffic item. */
  readonly item: string;
  /** Only for these receivers; undefined: all of the item's. */
  readonly receivers: readonly string[] | undefined;
  readonly initial: Limits;
  readonly reversion: Limits;
  readonly joinDelayNs: number | undefined;
  /** Why the limits are what they are: timers. */
  readonly because: string | undefined;
  readonly source: SourceRef;
}

export interface Limits {
  /** Largest loss period. 0: nothing may be lost. */
  readonly outageNs: number | undefined;
  /** The outage must be at least this long (a fault that does nothing is a broken test). */
  readonly outageAtLeastNs: number | undefined;
  readonly lost: number | undefined;
  readonly duplicates: number | undefined;
  readonly reordered: number | undefined;
  /** Most of the outage that no step accounts for. */
  readonly unexplainedNs?: number;
  /** Of order entry; absent as undefined. Longest time in which the client heard no reply. */
  readonly silenceNs?: number;
  readonly silenceAtLeastNs?: number;
  /** Orders without a reply. */
  readonly unanswered?: number;
  /** TCP, both ways together. */
  readonly retransmissions?: number;
  readonly sessionsLost?: number;
}

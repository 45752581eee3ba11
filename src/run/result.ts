import type { Analysis, FrameRef } from '../analysis/types.js';
import type { CaptureReport } from '../capture/types.js';
import type { InstantText } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { IgpSettings } from '../device/types.js';
import type { MatrixResult } from '../l2cp/matrix.js';
import type { Broken, FlowWay } from '../probe/ways-over.js';
import type { Flow } from '../traffic/types.js';

/** `result.json` of a run: all that the reports print. Plain data; its JSON Schema is published in `reports/`. */
export interface RunResult {
  readonly format: 'faultline-result-1';
  readonly run: {
    readonly id: string;
    readonly faultline: string;
    readonly node: string;
    readonly startedAt: InstantText;
    readonly elapsedMs: number;
    readonly argv: readonly string[];
    readonly host: { readonly kernel: string; readonly cpus: number; readonly machine: string };
  };
  readonly scenario: {
    readonly name: string;
    readonly description: string | null;
    readonly file: string;
    readonly sha256: string;
  };
  readonly lab: {
    readonly name: string;
    readonly topology: string;
    readonly topologySha256: string;
    readonly runtime: string;
    /** For the drawing and the tables. */
    readonly nodes: readonly {
      readonly name: string;
      readonly kind: string;
      readonly role: string | null;
      readonly image: string;
      readonly software: string;
      readonly substituted: boolean;
    }[];
    readonly links: readonly { readonly id: string; readonly a: string; readonly b: string }[];
    /** Link-state IGPs as configured, by node; absent in older results. Empty: no node runs one that is known. */
    readonly igps?: readonly { readonly node: string; readonly settings: readonly IgpSettings[] }[];
  };
  readonly clock: {
    readonly kind: 'real' | 'virtual';
    readonly seed: number;
    readonly meaning: string;
    /** Of a virtual clock: what one reading of it costs. One-way delays and jitter below that are no measurements. */
    readonly readNs?: number;
  };
  /** All that the run was made from, by hash, so that it can be run again from `inputs/`. Absent in older results. */
  readonly record?: RunRecord;
  readonly phases: readonly {
    readonly name: string;
    readonly from: InstantText;
    readonly elapsedMs: number;
    readonly outcome: string;
  }[];
  readonly steady: { readonly before: SteadyReport | null; readonly after: SteadyReport | null };
  readonly flows: readonly Flow[];
  readonly fault: FaultReport | null;
  readonly captures: readonly CaptureReport[];
  readonly analysis: Analysis | null;
  /** Of a scenario of the kind `l2cp-matrix`; absent in others, and where nothing was measured. */
  readonly l2cp?: MatrixResult;
  /** Impediments and remarks of the run, for people. */
  readonly notes: readonly string[];
  readonly verdict: {
    readonly outcome: 'pass' | 'fail' | 'inconclusive' | 'error';
    readonly reasons: readonly string[];
  };
}

export interface RunRecord {
  /** Of faultline's own programs, those that run inside nodes too, and of the packages that they use. */
  readonly programSha256: string;
  /** Every file below `inputs/` that decides something, sorted by path. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  /** What the topology binds and `inputs/` does not hold, because it is the host's own. */
  readonly outside: readonly string[];
  /** By the virtual clock, values of the environment's variables that the topology takes; absent where it takes none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Nothing else than a node's image was allowed to run; absent where it was. */
  readonly strictImages?: true;
  /** What stood in for which of the topology's images; absent where nothing did. */
  readonly imageMap?: readonly { readonly asked: string; readonly used: string }[];
  /** The lab kernel, where the run took place in one. */
  readonly kernel?: {
    readonly hash: string;
    readonly release: string;
    readonly source: string;
    readonly sha256: string;
  };
  /** Images that were run from; the first is the guest's own. The hash is that of the list of packages with versions. */
  readonly images?: readonly { readonly name: string; readonly packagesSha256: string; readonly packages: number }[];
}

export interface SteadyReport {
  readonly reached: boolean;
  readonly elapsedMs: number;
  readonly probes: readonly {
    readonly kind: string;
    readonly met: boolean;
    readonly summary: string;
    readonly afterMs: number;
  }[];
}

export interface FaultReport {
  readonly kind: string;
  readonly summary: string;
  readonly options: Json;
  readonly resolvedBy: Json;
  /** What it acted on, for the drawing: nodes as a whole, and interfaces (`core1:eth1`). Absent: not said. */
  readonly broken?: Broken;
  /** Which flows went over that. Absent: nobody asked. */
  readonly ways?: readonly FlowWay[];
  readonly appliedFrom: InstantText;
  readonly appliedTo: InstantText;
  readonly revertFrom: InstantText | null;
  readonly revertTo: InstantText | null;
  /** The first sign of its effect that something else than faultline recorded. */
  readonly firstEvidence: { readonly what: string; readonly at: InstantText; readonly frame: FrameRef | null } | null;
  readonly readings: readonly { readonly label: string; readonly node: string; readonly data: Json }[];
}

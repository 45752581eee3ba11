import type { Step } from '../analysis/steps/types.js';
import type { CaptureReport } from '../capture/types.js';
import type { InstantText } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { IgpSettings } from '../device/types.js';
import type { UndoStep } from '../fault/types.js';
import type { Broken, FlowWay } from '../probe/ways-over.js';
import type { Plan } from '../scenario/plan.js';
import type { Flow, OrderFlow, SentLog } from '../traffic/types.js';
import type { RunRecord, RunResult, SteadyReport } from './result.js';

/**
 * What a run writes down, in the order in which it happened: one JSON object a line. The result of a run is a pure
 * function of these events and the captures, so that anybody can compute it again.
 */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly run: Omit<RunResult['run'], 'elapsedMs' | 'startedAt'>;
      readonly scenarioSha256: string;
      readonly topologySha256: string;
      readonly clock: RunResult['clock'];
      readonly runTag: number;
      /** Of the scenario, for people, where the run read a copy of it. */
      readonly scenarioFile?: string;
      /** Absent in older journals. */
      readonly record?: RunRecord;
    }
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'phase-begun'; readonly phase: PhaseName }
  | { readonly type: 'phase-ended'; readonly phase: PhaseName; readonly elapsedMs: number; readonly outcome: string }
  | { readonly type: 'progress'; readonly phase: PhaseName; readonly text: string }
  | {
      readonly type: 'lab-up';
      readonly name: string;
      readonly runtime: string;
      /** False: it was there before the run and stays. */
      readonly owned: boolean;
      readonly nodes: RunResult['lab']['nodes'];
    }
  | { readonly type: 'configured'; readonly node: string; readonly difference: string }
  | { readonly type: 'flows'; readonly flows: readonly Flow[]; readonly orders?: readonly OrderFlow[] }
  | { readonly type: 'steady'; readonly when: 'before' | 'after'; readonly report: SteadyReport }
  /** Written and flushed before the fault is applied: enough to undo it from another process. */
  | {
      readonly type: 'fault-intent';
      readonly kind: string;
      readonly options: Json;
      readonly summary: string;
      readonly nodes: readonly string[];
      readonly broken: Broken;
      /** Which flows go over what is about to break. Absent in journals of earlier versions. */
      readonly ways?: readonly FlowWay[];
      readonly resolvedBy: Json;
      readonly target: Json;
      readonly undo: readonly UndoStep[];
    }
  | {
      readonly type: 'fault-applied';
      readonly from: InstantText;
      readonly to: InstantText;
      readonly details: Json;
    }
  | { readonly type: 'fault-reading'; readonly label: string; readonly node: string; readonly data: Json }
  | { readonly type: 'revert-begun'; readonly from: InstantText }
  | { readonly type: 'undo-step'; readonly step: UndoStep; readonly error: string | null }
  | { readonly type: 'revert-ended'; readonly to: InstantText }
  | { readonly type: 'window'; readonly from: InstantText; readonly to: InstantText }
  | { readonly type: 'traffic-stopped'; readonly log: SentLog }
  | { readonly type: 'captures-stopped'; readonly captures: readonly CaptureReport[] }
  /** The matrix was sent; what was seen is in the file. */
  | {
      readonly type: 'l2cp-measured';
      readonly file: string;
      readonly sha256: string;
      readonly summary: string;
    }
  | {
      readonly type: 'link-event';
      readonly node: string;
      readonly interface: string;
      readonly up: boolean;
      readonly carrier: boolean;
      /** When the kernel's message was seen. */
      readonly seenAt: InstantText;
    }
  /** How the IGPs of a node are configured. */
  | { readonly type: 'igp'; readonly node: string; readonly settings: readonly IgpSettings[] }
  /** What a monitor or a log of a node told of the control plane. */
  | { readonly type: 'control-step'; readonly step: Step }
  /** Why nothing of this run may pass. */
  | { readonly type: 'impediment'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'lab-down'; readonly name: string }
  | { readonly type: 'interrupted'; readonly signal: string }
  | { readonly type: 'failed'; readonly error: string; readonly name: string }
  | { readonly type: 'run-ended'; readonly elapsedMs: number }
  | { readonly type: 'recovered'; readonly done: readonly string[] };

export type PhaseName =
  | 'check'
  | 'lab-up'
  | 'configure'
  | 'control-plane'
  | 'traffic'
  | 'steady'
  | 'fault'
  | 'revert'
  | 'steady-again'
  | 'l2cp'
  | 'observe'
  | 'collect'
  | 'lab-down'
  | 'analysis';

/** An event as it stands in the journal. */
export type JournalEntry = RunEvent & { readonly seq: number; readonly at: InstantText };

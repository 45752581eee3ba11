import type { FamilyMember } from '../core/family.js';
import type { Instant } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { KillMode } from '../runtime/types.js';
import type { LabView } from '../probe/types.js';
import type { Broken } from '../probe/ways-over.js';

/**
 * One step of an inverse action, as data: written to the journal and flushed before the fault is applied, performed at
 * the fault's end, or by recovery in another process. Every step is idempotent.
 */
export type UndoStep =
  /** A program inside the node. `okExitCodes`: what counts as done (0 unless told). */
  | {
      readonly do: 'exec';
      readonly node: string;
      readonly argv: readonly string[];
      readonly okExitCodes?: readonly number[];
    }
  /** A program of the host in the node's network namespace. */
  | {
      readonly do: 'exec-outside';
      readonly node: string;
      readonly argv: readonly string[];
      readonly okExitCodes?: readonly number[];
    }
  | { readonly do: 'boot-node'; readonly node: string }
  | { readonly do: 'resume-node'; readonly node: string }
  | { readonly do: 'start-daemon'; readonly node: string; readonly daemon: string }
  /** All daemons of the node end, and start as at its boot. */
  | { readonly do: 'restart-daemons'; readonly node: string }
  /** Processes of this name that stand still (SIGSTOP) go on. */
  | { readonly do: 'continue-process'; readonly node: string; readonly process: string };

/** What a role or a name came to, in this lab, now. */
export interface ResolvedFault {
  /** One line for people: `core1 killed (RP of 239.1.1.1 for edge1)`. */
  readonly summary: string;
  /** Nodes whose links and neighbours it touches: their link events are recorded as evidence. */
  readonly nodes: readonly string[];
  /** What it acts on, for the drawing: nodes as a whole, and interfaces (`core1:eth1`). */
  readonly broken: Broken;
  /** How the target was found: the question, the answer, the device. */
  readonly resolvedBy: Json;
  /** The inverse action. Empty only where nothing needs undoing. */
  readonly undo: readonly UndoStep[];
  /** After how many steps of `undo` the fault's own counters are read: 0, before all, unless told. */
  readonly readAfter?: number;
  /** For inject; kind-specific plain data. */
  readonly target: Json;
}

/** When it happened: after the first instant it was not applied, at the second it was. */
export interface AppliedInterval {
  readonly from: Instant;
  readonly to: Instant;
}

export interface InjectedFault {
  readonly applied: AppliedInterval;
  /** Data to keep beside it: which pids were killed, … */
  readonly details: Json;
}

/** What a fault saw of itself before its inverse action runs: drop counters, … */
export interface FaultReading {
  readonly label: string;
  readonly node: string;
  readonly data: Json;
}

export interface Fault<Options> extends FamilyMember<Options> {
  /** Finds who is meant now. Asks devices, changes nothing. @throws LabError where nobody answers to the role. */
  resolve(view: LabView, options: Options): Promise<ResolvedFault>;
  /** Applies it. Called once, after the undo was flushed to the journal. */
  inject(view: LabView, target: Json): Promise<InjectedFault>;
  /** Reads what it counts, once, in the course of the revert (see `readAfter`). */
  read?(view: LabView, target: Json): Promise<readonly FaultReading[]>;
}

export type { KillMode };

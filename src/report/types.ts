import type { InstantText } from '../core/instant.js';
import type { Json } from '../core/json.js';
import type { RunResult } from '../run/result.js';

/**
 * One line of a run's journal. An event with a `text` is shown while the run goes on; with `transient: true` only on a
 * terminal, where the next line takes its place (what is being waited for). Everything else in it is for the journal.
 */
export interface RunEvent {
  readonly type: string;
  readonly at: InstantText;
  readonly text?: string;
  readonly transient?: boolean;
  readonly [key: string]: Json | undefined;
}

/** Tells somebody about a run. Both hooks are optional; what they throw harms neither the run nor other reporters. */
export interface Reporter {
  readonly name: string;
  onEvent?(event: RunEvent): void | Promise<void>;
  /** Once, when the result is final. `runDir` exists. */
  onEnd?(result: RunResult, runDir: string): void | Promise<void>;
}

/** Where text for people goes: `process.stdout` and `process.stderr` are ones. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Columns of the terminal. */
  readonly columns?: number;
}

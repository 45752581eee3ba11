import type { RunResult } from '../run/result.js';
import type { Reporter, RunEvent } from './types.js';

/** A reporter failed. The run and the other reporters went on. */
export interface ReporterProblem {
  readonly reporter: string;
  readonly hook: 'onEvent' | 'onEnd';
  readonly error: unknown;
}

/** Several reporters as one. Neither call ever throws or rejects. */
export interface Reporters {
  onEvent(event: RunEvent): void;
  /** Calls them one after another, in order, and resolves when all are done. */
  onEnd(result: RunResult, runDir: string): Promise<void>;
}

/**
 * Puts reporters together. One that throws, or rejects, in `onEvent` gets no further events and its `onEnd` all the
 * same; `onProblem` hears of it (and may throw without harm, too).
 */
export function createReporters(
  reporters: readonly Reporter[],
  onProblem: (problem: ReporterProblem) => void,
): Reporters {
  const silenced = new Set<Reporter>();
  const problem = (reporter: Reporter, hook: ReporterProblem['hook'], error: unknown): void => {
    try {
      onProblem({ reporter: reporter.name, hook, error });
    } catch {
      // nobody is left to tell
    }
  };
  const failedEvent = (reporter: Reporter, error: unknown): void => {
    if (silenced.has(reporter)) return;
    silenced.add(reporter);
    problem(reporter, 'onEvent', error);
  };
  return {
    onEvent(event) {
      for (const reporter of reporters) {
        if (silenced.has(reporter)) continue;
        try {
          Promise.resolve(reporter.onEvent?.(event)).catch((error: unknown) => failedEvent(reporter, error));
        } catch (error) {
          failedEvent(reporter, error);
        }
      }
    },
    async onEnd(result, runDir) {
      for (const reporter of reporters) {
        try {
          await reporter.onEnd?.(result, runDir);
        } catch (error) {
          problem(reporter, 'onEnd', error);
        }
      }
    },
  };
}

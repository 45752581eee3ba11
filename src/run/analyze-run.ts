import { analyze } from '../analysis/analyze.js';
import type { ReadCapture } from '../analysis/packets.js';
import { deriveResult } from './derive-result.js';
import type { JournalEntry } from './events.js';
import { evidenceOf } from './evidence.js';
import { matrixOf } from './matrix-phase.js';
import type { RunResult } from './result.js';

/**
 * Computes a run's result from its journal and captures. Captures that cannot be read make it an error, never a pass.
 */
export function analyzeRun(runDir: string, entries: readonly JournalEntry[], readCapture: ReadCapture): RunResult {
  const matrix = matrixOf(runDir, entries);
  if (matrix !== undefined) return deriveResult(entries, null, matrix);
  const evidence = evidenceOf(entries, runDir);
  if (evidence === undefined) return deriveResult(entries, null);
  return deriveResult(entries, analyze(evidence, readCapture));
}

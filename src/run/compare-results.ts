import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from './result.js';

/** Every place where two results differ, as `path: one value, other value`; at most `most`. */
export function differences(kept: RunResult, computed: RunResult, most = 20): readonly string[] {
  const found: string[] = [];
  compare(JSON.parse(JSON.stringify(kept)), JSON.parse(JSON.stringify(computed)), '', found);
  return found.slice(0, most);
}

function compare(a: unknown, b: unknown, path: string, found: string[]): void {
  if (Object.is(a, b)) return;
  if (
    typeof a === 'object' &&
    a !== null &&
    typeof b === 'object' &&
    b !== null &&
    Array.isArray(a) === Array.isArray(b)
  ) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
      const inA = (a as Record<string, unknown>)[key];
      const inB = (b as Record<string, unknown>)[key];
      compare(inA, inB, path === '' ? key : `${path}.${key}`, found);
    }
    return;
  }
  found.push(`${path}: kept ${JSON.stringify(a)}, computed ${JSON.stringify(b)}`);
}

/** Captures whose bytes are no longer those that the journal recorded. */
export function changedCaptures(result: RunResult, runDir: string): readonly string[] {
  return result.captures
    .filter((capture) => {
      const path = join(runDir, capture.file);
      if (!existsSync(path)) return true;
      return createHash('sha256').update(readFileSync(path)).digest('hex') !== capture.sha256;
    })
    .map((capture) => capture.file);
}

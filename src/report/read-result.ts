import { readFile } from 'node:fs/promises';
import { ConfigError, type ConfigIssue } from '../core/errors.js';
import type { RunResult } from '../run/result.js';
import { runResultSchema } from './schema.js';

/** Issues that are printed; a file of another kind would give thousands. */
const MAX_ISSUES = 20;

/**
 * Reads `result.json` of a run.
 * @throws ConfigError with everything that is wrong with the file, each with the path of the value.
 */
export async function readResult(file: string): Promise<RunResult> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([issue(file, `cannot be read: ${(cause as Error).message}`)]);
  }
  return parseResult(text, file);
}

/** `file` is for messages. @throws ConfigError */
export function parseResult(text: string, file: string): RunResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError([issue(file, `is not JSON: ${(cause as Error).message}`)]);
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== 'faultline-result-1') {
    const seen = format === undefined ? 'it has no `format`' : `its format is ${JSON.stringify(format)}`;
    throw new ConfigError([
      issue(file, `is not a result of this version of faultline: ${seen}, not "faultline-result-1"`),
    ]);
  }
  const checked = runResultSchema.safeParse(value);
  if (!checked.success) {
    const found = checked.error.issues.map((each) => issue(file, `${pathText(each.path)}: ${each.message}`));
    const more = found.length - MAX_ISSUES;
    throw new ConfigError(more > 0 ? [...found.slice(0, MAX_ISSUES), issue(file, `and ${more} more`)] : found);
  }
  // A key that holds undefined is absent in JSON; reading it gives undefined either way.
  return checked.data as RunResult;
}

function issue(file: string, message: string): ConfigIssue {
  return { file, line: 0, column: 0, message };
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** `result.json` as it is written: two spaces, a newline at the end. */
export function resultJsonText(result: RunResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

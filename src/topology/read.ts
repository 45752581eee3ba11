import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../core/errors.js';
import { resolveTopology } from './resolve.js';
import type { Topology } from './types.js';

/**
 * Reads a containerlab topology file.
 * @param options.env values for the file's `${VAR}`s; the process's environment unless told
 * @throws ConfigError with everything that is wrong, each with its place
 */
export function readTopology(
  file: string,
  options: { readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Topology {
  const absolute = path.resolve(file);
  const { topology, issues } = resolveTopology(readText(absolute), absolute, {
    env: options.env ?? process.env,
    exists: existsSync,
  });
  if (topology === undefined) throw new ConfigError(issues);
  return topology;
}

/** @throws ConfigError where the file cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message =
      code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${String(code)})`;
    throw new ConfigError([{ file, line: 0, column: 0, message }]);
  }
}

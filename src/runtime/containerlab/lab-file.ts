import { existsSync, readFileSync } from 'node:fs';
import { parseYaml } from '../../core/yaml.js';
import { expandEnv } from '../../topology/env.js';

/**
 * Whether containerlab, given this file, means this lab. Told a name only, or a file with another name in it, it would
 * work on another lab.
 */
export function namesLab(file: string, lab: string): boolean {
  return existsSync(file) && nameIn(file) === lab;
}

/** The lab's name in a topology file; undefined where it cannot be read. */
function nameIn(file: string): string | undefined {
  const expanded = expandEnv(readFileSync(file, 'utf8'), process.env);
  const root = parseYaml(expanded.text, file, expanded.origin).document?.text;
  const name = (root as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

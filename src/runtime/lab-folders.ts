import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { LabError } from '../core/errors.js';

/*
 * What the state folders of all runtimes have in common: `<state folder>/<runtime's own folder>/<lab>`, taken by whoever
 * makes it, written so that nobody reads half a file.
 */

/**
 * Takes a lab's name by making its folder: of two at once exactly one gets it.
 * @param phase what is known of the lab that has the name; asked only where it is taken
 * @throws LabError where it is taken
 */
export function takeLabFolder(dir: string, phase: () => 'making' | 'up' | undefined): void {
  mkdirSync(dirname(dir), { recursive: true });
  try {
    mkdirSync(dir, 0o755);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const what = phase() === 'up' ? 'is already up' : 'exists, half made';
    throw new LabError(`lab ${basename(dir)} ${what}: take it down first (faultline down)`, { cause });
  }
}

/** Removes a lab's folder, and those that it lies in where they are empty then. */
export function removeLabFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
  for (const above of [dirname(dir), dirname(dirname(dir))]) {
    try {
      if (readdirSync(above).length === 0) rmSync(above, { recursive: true, force: true });
    } catch {
      // somebody else's lab is in it, or it is gone
    }
  }
}

/** Names of what a folder holds, sorted; none where it is not there. */
export function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}

/** Whoever reads the file meanwhile has the old text or the new one. */
export function writeAtomically(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

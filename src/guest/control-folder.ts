import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../process/proc.js';

const PREFIX = 'faultline-guest-';
const OWNER = 'owner';
/** A folder without an owner is one that is being made, or what a launcher left that was killed at that moment. */
const UNOWNED_MS = 3_600_000;

/** A new folder for what a guest is told on its way up; belongs to this process. Holds an empty folder `home`. */
export function makeControlFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  const self = identify(process.pid);
  writeFileSync(join(folder, OWNER), `${process.pid} ${self?.startTicks ?? ''}\n`);
  mkdirSync(join(folder, 'home'));
  return folder;
}

export function removeControlFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Removes the control folders of launchers that were killed. Those of living ones, and of other users, stay.
 * @returns how many there were.
 */
export function sweepControlFolders(): number {
  let swept = 0;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    try {
      if (isInUse(folder)) continue;
      removeControlFolder(folder);
      swept++;
    } catch {
      // another sweeper was faster, or it is not ours to remove
    }
  }
  return swept;
}

function isInUse(folder: string): boolean {
  let owner: string;
  try {
    owner = readFileSync(join(folder, OWNER), 'utf8');
  } catch {
    return Date.now() - statSync(folder).mtimeMs < UNOWNED_MS;
  }
  const [pid, startTicks] = owner.trim().split(' ');
  return isAlive({ pid: Number(pid), startTicks: startTicks ?? '' });
}

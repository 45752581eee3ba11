import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../process/proc.js';

/** In the temporary folder: what a guest is told on its way up. */
const CONTROL = 'faultline-guest-';
/** Where runs go: what a guest works on. */
const WORK = '.guest-';
const OWNER = 'owner';
/** A folder without an owner is one that is being made, or what a launcher left that was killed at that moment. */
const UNOWNED_MS = 3_600_000;

/** A new folder for what a guest is told; belongs to this process. What killed launchers left is removed first. */
export function makeControlFolder(): string {
  sweepControlFolders();
  return makeOwned(tmpdir(), CONTROL);
}

/** A new folder in `out` for what a guest works on; belongs to this process. What killed launchers left is removed first. */
export function makeWorkFolder(out: string): string {
  sweep(out, WORK);
  return makeOwned(out, WORK);
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes the control folders of launchers that were killed. @returns how many there were. */
export function sweepControlFolders(): number {
  return sweep(tmpdir(), CONTROL);
}

function makeOwned(parent: string, prefix: string): string {
  const folder = mkdtempSync(join(parent, prefix));
  writeFileSync(join(folder, OWNER), `${process.pid} ${identify(process.pid)?.startTicks ?? ''}\n`);
  return folder;
}

/** Those of living processes, and of other users, stay. */
function sweep(parent: string, prefix: string): number {
  let swept = 0;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    try {
      if (isInUse(folder)) continue;
      removeFolder(folder);
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

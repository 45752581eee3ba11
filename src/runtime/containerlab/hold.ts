import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { runCommand } from '../../process/command.js';
import { netnsPath } from '../netns/names.js';

/**
 * Keeps a network namespace alive by a mount: when its container ends, Docker drops it, and with it all interfaces and
 * the other ends of their links; held, it stays with everything in it. Does nothing where it is held already.
 */
export async function holdNamespace(pid: number, path: string): Promise<void> {
  if (isHeld(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  await runCommand(['mount', '--bind', `/proc/${pid}/ns/net`, path]);
}

/** Lets it go: where nothing else is in it, it ends with all that is left in it. Idempotent. */
export async function releaseNamespace(path: string): Promise<void> {
  if (isHeld(path)) await runCommand(['umount', path]);
  rmSync(path, { force: true });
}

export function isHeld(path: string): boolean {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[4] === path && line.includes(' nsfs '));
}

/** Whether a process is in the network namespace that is held here. */
export function isNamespaceOf(path: string, pid: number): boolean {
  const [held, its] = [statSync(path), statSync(`/proc/${pid}/ns/net`)];
  return held.dev === its.dev && held.ino === its.ino;
}

/** Has `/run/netns/<name>` lead to this namespace, as containerlab does for the containers that it starts. */
export function nameNamespace(fullName: string, target: string): void {
  const path = netnsPath(fullName);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(`${path}.new`, { force: true });
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
}

/** Where `/run/netns/<name>` leads; undefined where it is no link. */
export function namedNamespace(fullName: string): string | undefined {
  try {
    return readlinkSync(netnsPath(fullName));
  } catch {
    return undefined;
  }
}

import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { LabError } from '../../core/errors.js';

/** Where an absolute path of a node lies for us: symbolic links are followed within the node's own file tree. */
export function pathInRoot(root: string, nodePath: string): string {
  if (!nodePath.startsWith('/')) throw new LabError(`'${nodePath}' is no absolute path in the node`);
  let parts = nodePath.split('/').filter((part) => part !== '' && part !== '.');
  const done: string[] = [];
  for (let links = 0; parts.length > 0;) {
    const [part, ...rest] = parts;
    parts = rest;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = join(root, ...done, part!);
    if (entryAt(here)?.isSymbolicLink() !== true) {
      done.push(part!);
      continue;
    }
    if (++links > 40) throw new LabError(`too many symbolic links in ${nodePath}`);
    const target = readlinkSync(here);
    if (target.startsWith('/')) done.length = 0;
    parts = [...target.split('/').filter((piece) => piece !== '' && piece !== '.'), ...parts];
  }
  return join(root, ...done);
}

/** What is at a path, links not followed; undefined where nothing is, or something on the way is no folder. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Connects to a Unix socket there. @throws the system's error (ENOENT, ECONNREFUSED) */
export async function connectInRoot(root: string, nodePath: string): Promise<Duplex> {
  const socket = connect(pathInRoot(root, nodePath));
  await once(socket, 'connect');
  return socket;
}

export function readInRoot(root: string, nodePath: string, node: string): Buffer {
  const path = pathInRoot(root, nodePath);
  if (!existsSync(path)) throw new LabError(`node ${node} has no file ${nodePath}`);
  return readFileSync(path);
}

export function writeInRoot(root: string, nodePath: string, content: string | Uint8Array, mode: number): void {
  const path = pathInRoot(root, nodePath);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from '../core/errors.js';
import { entryAt, pathInRoot } from '../runtime/netns/node-files.js';
import type { TarEntry, TarEntryType } from './tar-reader.js';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const DEVICES: readonly TarEntryType[] = ['character-device', 'block-device', 'fifo'];

/** What was left out of a root folder. */
export interface LeftOut {
  /** Device files and pipes: a node has the host's /dev. */
  devices: number;
  /** Files whose extended attributes (file capabilities, say) are not kept. */
  attributes: number;
}

/**
 * Applies the layers of an image, one after the other, to a root folder: files, links and whiteouts as the OCI image
 * specification (layer.md) says. Nothing outside the folder is touched, whatever paths and links the layers hold:
 * symbolic links are followed within the folder only, as in a container. As root, owners are kept; as another user,
 * everything belongs to that one and can be read by it.
 */
export class RootFolder {
  readonly leftOut: LeftOut = { devices: 0, attributes: 0 };
  /** Times of folders, set at the end: whatever is put into a folder changes its time. */
  private readonly folderTimes = new Map<string, number>();
  private readonly asRoot = process.geteuid?.() === 0;

  constructor(readonly root: string) {}

  /** @throws LabError for a path or link that cannot be in an image. */
  async apply(entries: AsyncIterable<TarEntry>, what: string): Promise<void> {
    /** What this layer has put there, and the folders above: its whiteouts mean what lower layers have put there. */
    const own = new Set<string>();
    for await (const entry of entries) {
      const parts = partsOf(entry.path, what);
      const name = parts.at(-1);
      if (parts.some((part) => part !== OPAQUE && part.startsWith(`${WHITEOUT}${WHITEOUT}`))) continue; // aufs's own notes
      if (name === undefined) {
        if (entry.type === 'directory') this.dress(this.root, entry);
        continue;
      }
      const folder = pathInRoot(this.root, `/${parts.slice(0, -1).join('/')}`);
      if (name === OPAQUE) this.removeBelow(folder, own);
      else if (name.startsWith(`${WHITEOUT}${WHITEOUT}`))
        continue; // notes of aufs to itself
      else if (name.startsWith(WHITEOUT)) this.remove(join(folder, nameAfter(name, what)), own);
      else if (DEVICES.includes(entry.type)) this.leftOut.devices++;
      else {
        this.makeFolders(folder);
        const path = join(folder, name);
        await this.put(path, entry, what);
        for (let at = path; at.length > this.root.length; at = dirname(at)) own.add(at);
      }
    }
  }

  /** To be called when the last layer is there. */
  finish(): void {
    for (const [path, timeS] of this.folderTimes) {
      if (entryAt(path)?.isDirectory() === true) utimesSync(path, timeS, timeS);
    }
  }

  private async put(path: string, entry: TarEntry, what: string): Promise<void> {
    if (entry.attributes.length > 0) this.leftOut.attributes++;
    const before = entryAt(path);
    if (before !== undefined && !(entry.type === 'directory' && before.isDirectory())) clear(path, before);
    switch (entry.type) {
      case 'directory':
        if (before?.isDirectory() !== true) mkdirSync(path);
        this.dress(path, entry);
        break;
      case 'symlink':
        symlinkSync(entry.linkName, path);
        if (this.asRoot) lchownSync(path, entry.uid, entry.gid);
        break;
      case 'hardlink':
        linkSync(this.linked(entry, what), path);
        break;
      default:
        await this.writeFile(path, entry);
    }
  }

  private async writeFile(path: string, entry: TarEntry): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = openSync(path, flags, 0o600);
    try {
      for await (const piece of entry.content()) {
        for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
      }
      if (this.asRoot) fchownSync(file, entry.uid, entry.gid);
      fchmodSync(file, this.asRoot ? entry.mode : entry.mode | 0o400);
      futimesSync(file, entry.mtimeS, entry.mtimeS);
    } finally {
      closeSync(file);
    }
  }

  private linked(entry: TarEntry, what: string): string {
    const parts = partsOf(entry.linkName, what);
    const path = join(pathInRoot(this.root, `/${parts.slice(0, -1).join('/')}`), parts.at(-1) ?? '');
    const target = entryAt(path);
    if (target === undefined || target.isDirectory()) {
      const why = target === undefined ? 'which is not there' : 'which is a folder';
      throw new LabError(`${what}: ${entry.path} is a hard link to ${entry.linkName}, ${why}`);
    }
    return path;
  }

  private dress(path: string, entry: TarEntry): void {
    if (this.asRoot) lchownSync(path, entry.uid, entry.gid);
    chmodSync(path, this.asRoot ? entry.mode : entry.mode | 0o700);
    this.folderTimes.set(path, entry.mtimeS);
  }

  private makeFolders(path: string): void {
    const there = entryAt(path);
    if (there?.isDirectory() === true) return;
    this.makeFolders(dirname(path));
    if (there !== undefined) clear(path, there);
    mkdirSync(path, 0o755);
    this.folderTimes.set(path, 0);
  }

  /** Removes what lower layers have put at this path and below. */
  private remove(path: string, own: ReadonlySet<string>): void {
    const there = entryAt(path);
    if (there === undefined) return;
    if (!own.has(path)) clear(path, there);
    else if (there.isDirectory()) this.removeBelow(path, own);
  }

  private removeBelow(folder: string, own: ReadonlySet<string>): void {
    if (entryAt(folder)?.isDirectory() !== true) return;
    for (const name of readdirSync(folder)) this.remove(join(folder, name), own);
  }
}

function clear(path: string, there: Stats): void {
  if (there.isDirectory()) rmSync(path, { recursive: true });
  else unlinkSync(path);
}

/** The names that a path is made of, from the root of the image. @throws LabError for one that leads out of it. */
function partsOf(path: string, what: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || path.includes('\0'))
    throw new LabError(`${what}: the path ${path} leads out of the image`);
  return parts;
}

function nameAfter(whiteout: string, what: string): string {
  const name = whiteout.slice(WHITEOUT.length);
  if (name === '' || name === '.' || name === '..') throw new LabError(`${what}: ${whiteout} is no whiteout`);
  return name;
}

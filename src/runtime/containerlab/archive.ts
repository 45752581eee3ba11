import { posix } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../../core/errors.js';
import { dockerProblem } from './docker.js';

const BLOCK = 512;

/** A tar archive (POSIX.1-1988 ustar) with this one file, which belongs to root. @throws LabError for a path that is too long for it */
export function tarOf(path: string, content: string | Uint8Array, mode: number, mtime: number): Buffer {
  const name = path.replace(/^\/+/, '');
  const { base, prefix } = splitName(name);
  const data = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  header.write(base, 0, 'utf8');
  octal(mode & 0o7777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(data.length, 124, 12);
  octal(mtime, 136, 12);
  header.write('        0', 148, 'latin1'); // blanks stand for the checksum while it is computed; type 0: a file
  header.write('ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 'utf8');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const padding = Buffer.alloc(((BLOCK - (data.length % BLOCK)) % BLOCK) + 2 * BLOCK);
  return Buffer.concat([header, data, padding]);
}

/** ustar keeps at most 100 bytes of a name, and 155 of the folders before it. */
function splitName(name: string): { readonly base: string; readonly prefix: string } {
  if (Buffer.byteLength(name) <= 100) return { base: name, prefix: '' };
  for (let cut = name.indexOf('/'); cut >= 0; cut = name.indexOf('/', cut + 1)) {
    const [prefix, base] = [name.slice(0, cut), name.slice(cut + 1)];
    if (Buffer.byteLength(base) <= 100 && Buffer.byteLength(prefix) <= 155) return { base, prefix };
  }
  throw new LabError(`'/${name}' is too long a path for a file in a container`);
}

/** The first entry of a tar archive. */
export interface TarEntry {
  readonly type: 'file' | 'link' | 'other';
  readonly linkTarget: string;
  readonly data: Buffer;
}

/** Reads the first entry that is no extended header; undefined where there is none. @throws LabError where it is cut off */
export function firstOfTar(tar: Buffer): TarEntry | undefined {
  let longSize: number | undefined;
  let longLink: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return undefined;
    const text = (from: number, length: number): string =>
      header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
    const flag = String.fromCharCode(header[156]!);
    const size = longSize ?? Number.parseInt(text(124, 12).trim() || '0', 8);
    const data = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (data.length < size) throw new LabError('the archive of a file ended early');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'x') {
      const records = data.toString('utf8');
      longLink = /(?:^|\n)\d+ linkpath=([^\n]*)\n/.exec(records)?.[1] ?? longLink;
      const told = /(?:^|\n)\d+ size=(\d+)\n/.exec(records)?.[1];
      if (told !== undefined) longSize = Number(told);
    } else if (flag === 'K') {
      longLink = data.toString('utf8').replace(/\0.*$/s, '');
    } else if (flag !== 'L' && flag !== 'g') {
      const type = flag === '0' || flag === '\0' ? 'file' : flag === '2' ? 'link' : 'other';
      return { type, linkTarget: longLink ?? text(157, 100), data };
    }
  }
  return undefined;
}

/** Writes a file in a container, with its folder. @throws LabError */
export async function putFile(
  docker: Docker,
  id: string,
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const archive = tarOf(path, content, mode, Math.floor(Date.now() / 1000));
  try {
    await docker.getContainer(id).putArchive(archive, { path: '/' });
  } catch (error) {
    throw dockerProblem(docker, error);
  }
}

/** Reads a file of a container, running or not; symbolic links are followed. @throws LabError where it is not there */
export async function getFile(docker: Docker, id: string, path: string, node: string): Promise<Buffer> {
  let current = posix.normalize(path);
  for (let links = 0; links < 40; links++) {
    const entry = firstOfTar(await archiveAt(docker, id, current, `node ${node} has no file ${path}`));
    if (entry?.type === 'file') return entry.data;
    if (entry?.type !== 'link') throw new LabError(`node ${node}: ${path} is no file`);
    current = posix.resolve(posix.dirname(current), entry.linkTarget);
  }
  throw new LabError(`node ${node}: too many symbolic links in ${path}`);
}

async function archiveAt(docker: Docker, id: string, path: string, missing: string): Promise<Buffer> {
  try {
    const stream = await docker.getContainer(id).getArchive({ path });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) throw new LabError(missing, { cause: error });
    throw dockerProblem(docker, error);
  }
}

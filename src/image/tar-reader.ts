import { LabError } from '../core/errors.js';

const BLOCK = 512;
/** Extended headers hold names and times; more than this is no name. */
const MAX_HEADER_BYTES = 2 ** 20;

export type TarEntryType = 'file' | 'hardlink' | 'symlink' | 'directory' | 'character-device' | 'block-device' | 'fifo';

/** One member of a tar archive. */
export interface TarEntry {
  /** As the archive has it: relative or absolute, perhaps with `..` in it. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits, set-user-ID, set-group-ID and sticky included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtimeS: number;
  /** Target of a symbolic or hard link, as the archive has it. */
  readonly linkName: string;
  /** Names of its extended attributes, which are not read. */
  readonly attributes: readonly string[];
  /** Where its content starts in the archive. */
  readonly offset: number;
  /** Its content; to be read before the next entry is asked for, or not at all. */
  content(): AsyncIterable<Buffer>;
}

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};

/**
 * The members of a tar archive as it streams by: POSIX.1-1988 ustar, POSIX.1-2001 pax headers, GNU long names and
 * numbers (tar(5) of libarchive describes all of them).
 * @throws LabError where it is cut off, damaged, or has a member of another type (a sparse file, say).
 */
export async function* readTar(source: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<TarEntry> {
  const bytes = new ByteSource(source, what);
  try {
    let global: ReadonlyMap<string, string> = new Map();
    let own: ReadonlyMap<string, string> = new Map();
    for (;;) {
      const header = await bytes.take(BLOCK, true);
      // The end is two blocks of zeros; one, or none, is what some writers leave it at.
      if (header === undefined || header.every((byte) => byte === 0)) break;
      checkSum(header, what);
      const flag = String.fromCharCode(header[156]!);
      const size = own.has('size') ? Number(own.get('size')) : numberAt(header, 124, 12, what);
      const padded = Math.ceil(size / BLOCK) * BLOCK;
      if ('xgLK'.includes(flag)) {
        if (size > MAX_HEADER_BYTES) throw new LabError(`${what}: a header of ${size} bytes is no header`);
        const data = (await bytes.take(padded))!.subarray(0, size);
        if (flag === 'g') global = new Map([...global, ...paxRecords(data, what)]);
        else if (flag === 'x') own = new Map([...own, ...paxRecords(data, what)]);
        else own = new Map([...own, [flag === 'L' ? 'path' : 'linkpath', textOf(data)]]);
        continue;
      }
      const type = TYPES[flag];
      const pax = new Map([...global, ...own]);
      own = new Map();
      const path = pax.get('path') ?? nameOf(header);
      if (type === undefined || pax.has('GNU.sparse.major')) {
        throw new LabError(`${what}: ${path}: members of type '${flag}' (sparse files, say) are not understood`);
      }
      const isDirectory = type === 'directory' || (type === 'file' && path.endsWith('/'));
      const offset = bytes.position;
      let left = type === 'file' ? size : 0;
      yield {
        path,
        type: isDirectory ? 'directory' : type,
        mode: numberAt(header, 100, 8, what) & 0o7777,
        uid: Number(pax.get('uid') ?? numberAt(header, 108, 8, what)),
        gid: Number(pax.get('gid') ?? numberAt(header, 116, 8, what)),
        size: type === 'file' ? size : 0,
        mtimeS: Number(pax.get('mtime') ?? numberAt(header, 136, 12, what)),
        linkName: pax.get('linkpath') ?? textOf(header.subarray(157, 257)),
        attributes: [...pax.keys()].flatMap((key) => /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.+)$/.exec(key)?.[1] ?? []),
        offset,
        async *content() {
          while (left > 0) {
            const piece = await bytes.some(left);
            left -= piece.length;
            yield piece;
          }
        },
      };
      await bytes.skip(offset + padded - bytes.position);
    }
  } finally {
    await bytes.close();
  }
}

/** Bytes of a stream in the pieces that are asked for. */
class ByteSource {
  position = 0;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);

  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly what: string,
  ) {
    this.pieces = source[Symbol.asyncIterator]();
  }

  /** @returns undefined at the end where that is `allowed` here. */
  async take(count: number, endAllowed = false): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      if (this.held.length === 0 && !(await this.fill())) {
        if (endAllowed && missing === count) return undefined;
        throw this.cutOff();
      }
      const part = this.held.subarray(0, missing);
      this.held = this.held.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    this.position += count;
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** At least one byte, at most `limit`. */
  async some(limit: number): Promise<Buffer> {
    if (this.held.length === 0 && !(await this.fill())) throw this.cutOff();
    const part = this.held.subarray(0, limit);
    this.held = this.held.subarray(part.length);
    this.position += part.length;
    return part;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.some(left)).length;
  }

  /** Reads what is left, so that whoever looks at all bytes has seen them, and ends the source. */
  async close(): Promise<void> {
    await this.pieces.return?.();
  }

  private async fill(): Promise<boolean> {
    for (;;) {
      const next = await this.pieces.next();
      if (next.done === true) return false;
      if (next.value.length === 0) continue;
      this.held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      return true;
    }
  }

  private cutOff(): LabError {
    return new LabError(`${this.what} is cut off: it ends after ${this.position} bytes, within a member`);
  }
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or (GNU) the first bit set and a big-endian number after it. */
function numberAt(header: Buffer, at: number, length: number, what: string): number {
  const field = header.subarray(at, at + length);
  if ((field[0]! & 0x80) !== 0) {
    let value = field[0]! & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (Number.isSafeInteger(value)) return value;
  } else {
    const digits = textOf(field).trim();
    if (/^[0-7]*$/.test(digits)) return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  throw new LabError(`${what}: a header has no number where one belongs (${JSON.stringify(textOf(field))})`);
}

function checkSum(header: Buffer, what: string): void {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  const told = textOf(header.subarray(148, 156)).trim();
  if (!/^[0-7]+$/.test(told) || Number.parseInt(told, 8) !== sum)
    throw new LabError(`${what} is no tar archive, or a damaged one`);
}

/** `<length> <key>=<value>\n`, again and again; the length is that of the whole record. */
function paxRecords(data: Buffer, what: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const blank = data.indexOf(32, at);
    const length = blank < 0 ? Number.NaN : Number(data.toString('latin1', at, blank));
    const record = data.subarray(blank + 1, at + length - 1);
    const equals = record.indexOf(61);
    if (!(length > 0) || at + length > data.length || equals < 0) {
      throw new LabError(`${what}: a damaged extended header`);
    }
    records.set(record.toString('utf8', 0, equals), record.toString('utf8', equals + 1));
    at += length;
  }
  return records;
}

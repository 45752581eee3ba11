import { createReadStream } from 'node:fs';
import { pipeline, type Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { LabError } from '../core/errors.js';
import { startChild } from '../process/command.js';

/** A piece of a file: all of it from `start` on where `size` is not told. */
export interface FilePiece {
  readonly file: string;
  readonly start: number;
  readonly size?: number;
}

export function rawBytes({ file, start, size }: FilePiece): Readable {
  const end = size === undefined ? Infinity : start + size - 1;
  return createReadStream(file, { start, end, highWaterMark: 2 ** 18 });
}

/** How a piece of a file is compressed, from its first bytes. */
export async function compressionOf(piece: FilePiece): Promise<'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz'> {
  const size = Math.min(piece.size ?? 6, 6);
  if (size === 0) return 'none';
  const parts: Buffer[] = [];
  for await (const part of rawBytes({ ...piece, size })) parts.push(part as Buffer);
  const head = Buffer.concat(parts).toString('latin1');
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  if (head.startsWith('\x28\xb5\x2f\xfd')) return 'zstd';
  if (head.startsWith('BZh')) return 'bzip2';
  return head.startsWith('\xfd7zXZ') ? 'xz' : 'none';
}

/**
 * The bytes of a piece of a file, decompressed where they are gzip or zstd, whatever its name or media type says.
 * @throws LabError for another compression; while it is read, where it is damaged
 */
export async function plainBytes(piece: FilePiece, what: string): Promise<AsyncIterable<Buffer>> {
  if (piece.size === 0) return emptyBytes();
  const compression = await compressionOf(piece);
  switch (compression) {
    case 'none':
      return rawBytes(piece) as AsyncIterable<Buffer>;
    case 'gzip':
      return told(through(rawBytes(piece), zlib.createGunzip()), what);
    case 'zstd':
      return told(await zstdBytes(piece), what);
    default:
      throw new LabError(
        `${what} is compressed by ${compression}; gzip, zstd and none are understood: unpack it first`,
      );
  }
}

async function* emptyBytes(): AsyncGenerator<Buffer> {
  // nothing
}

function through(source: Readable, transform: Transform): AsyncIterable<Buffer> {
  return pipeline(source, transform, () => undefined); // an error reaches whoever reads the transform
}

/** Node has zstd from 22.15 on; before, the program of that name does it. */
async function zstdBytes(piece: FilePiece): Promise<AsyncIterable<Buffer>> {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress !== undefined) {
    return through(rawBytes(piece), createZstdDecompress());
  }
  const child = await startChild(['zstd', '-dc'], { stdin: true }).catch((cause: unknown) => {
    throw new LabError('this image is compressed by zstd, which this Node cannot read: apt-get install zstd', {
      cause,
    });
  });
  pipeline(rawBytes(piece), child.stdin!, () => undefined);
  return (async function* () {
    try {
      yield* child.stdout! as AsyncIterable<Buffer>;
      const end = await child.exited;
      if (end.exitCode !== 0) throw new Error(end.stderrTail.trim());
    } finally {
      await child.stop('SIGKILL');
    }
  })();
}

async function* told(bytes: AsyncIterable<Buffer>, what: string): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (cause) {
    throw new LabError(`${what} cannot be decompressed: ${(cause as Error).message}`, { cause });
  }
}

import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LabError, UsageError } from '../core/errors.js';
import { withWorkFolder } from '../guest/debian.js';
import { chooseImage, ImageArchive, type ArchivedImage, type ImageConfig } from './archive.js';
import { compressionOf, plainBytes } from './decompress.js';
import { connectDocker } from '../runtime/containerlab/docker.js';
import { saveFromDocker } from './docker-images.js';
import { findImported, importedDir, importedFolder, type ImportedImage } from './imported.js';
import { RootFolder } from './layer.js';
import { canonicalName, isImageName } from './name.js';
import { startOf } from './start.js';
import { readTar } from './tar-reader.js';

/** What unpacking a saved image takes on the disk, compared with its size: a compressed one grows. */
const GROWTH = 4;
/** Room for an image whose size is not known before Docker has written it. */
const DOCKER_BYTES = 2 ** 30;

export interface ImportOptions {
  /** The name that topologies use; the image's own unless given. */
  readonly name?: string | undefined;
  /** Which image of an archive that holds several. */
  readonly image?: string | undefined;
  /** Names that an import may not take. */
  readonly taken: readonly string[];
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Unpacks an image of the user's into a root folder in the cache, where the netns runtime and the lab kernel find it.
 * @param what a file that `docker save` or another tool wrote (perhaps compressed), or the name of an image that Docker has
 * @throws LabError, UsageError; where anything fails, nothing is left and an earlier import of the name stays
 */
export async function importImage(what: string, options: ImportOptions): Promise<ImportedImage & { root: string }> {
  const isFile = existsSync(what);
  if (isFile && !statSync(what).isFile()) throw new UsageError(`${what} is no file; a saved image is one`);
  if (!isFile && !isImageName(what)) throw new UsageError(`there is no file ${what}, and no image can be called that`);
  const room = isFile ? statSync(what).size * GROWTH : DOCKER_BYTES;
  return withWorkFolder(importedDir(), room, async (work) => {
    const plain = isFile ? await plainFile(what, work, options) : join(work, 'saved.tar');
    if (!isFile) {
      options.onProgress(`taking ${what} from Docker`);
      await pipeline(await saveFromDocker(connectDocker(), what), createWriteStream(plain), { signal: options.signal });
    }
    const archive = await ImageArchive.open(plain);
    const image = chooseImage(await archive.images(thisMachine()), isFile ? options.image : undefined, what);
    const name = nameOf(image, options.name ?? (isFile ? options.image : what), what, options.taken);
    const config = await archive.config(image);
    checkMachine(config, name);
    const made = join(work, 'image');
    const root = new RootFolder(join(made, 'root'));
    mkdirSync(root.root, { recursive: true });
    await unpack(archive, image, config, root, options);
    const imported: ImportedImage = {
      name,
      id: await sha256Of(await plainBytes(archive.piece(image.config), 'its configuration')),
      from: isFile ? basename(what) : 'docker',
      layers: image.layers.length,
      start: startOf(config),
      notes: notesOf(root),
    };
    writeFileSync(join(made, 'image.json'), `${JSON.stringify(imported, null, 2)}\n`);
    options.signal.throwIfAborted();
    rmSync(importedFolder(name), { recursive: true, force: true });
    renameSync(made, importedFolder(name));
    return findImported(name)!;
  });
}

/** The file itself where it is not compressed as a whole, else a copy that is not. */
async function plainFile(file: string, work: string, options: ImportOptions): Promise<string> {
  if ((await compressionOf({ file, start: 0 })) === 'none') return file;
  options.onProgress(`decompressing ${basename(file)}`);
  const plain = join(work, 'saved.tar');
  const bytes = await plainBytes({ file, start: 0 }, file);
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(plain), { signal: options.signal });
  return plain;
}

async function unpack(
  archive: ImageArchive,
  image: ArchivedImage,
  config: ImageConfig,
  root: RootFolder,
  options: ImportOptions,
): Promise<void> {
  const { diff_ids: digests } = config.rootfs;
  if (digests.length !== image.layers.length) {
    throw new LabError(`its configuration names ${digests.length} layers, and it has ${image.layers.length}`);
  }
  for (const [index, layer] of image.layers.entries()) {
    options.signal.throwIfAborted();
    const what = `layer ${index + 1} of ${image.layers.length}`;
    options.onProgress(`${what}: ${digests[index]!}`);
    const hash = createHash('sha256');
    const pieces = (await plainBytes(archive.piece(layer), what))[Symbol.asyncIterator]();
    try {
      const heard = hashed(pieces, hash);
      await root.apply(readTar(heard, what), what);
      // What stands after the last member is part of the digest.
      while ((await heard.next()).done !== true);
    } finally {
      await pieces.return?.();
    }
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digests[index])
      throw new LabError(`${what} is damaged: its digest is ${found}, not ${digests[index]!}`);
  }
  root.finish();
}

async function sha256Of(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}

/** The same bytes, each seen by `hash`. Who stops early leaves the rest to be taken. */
function hashed(
  pieces: AsyncIterator<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncIterable<Buffer> & Pick<AsyncIterator<Buffer>, 'next'> {
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const piece = await pieces.next();
    if (piece.done !== true) hash.update(piece.value);
    return piece;
  };
  return { next, [Symbol.asyncIterator]: () => ({ next }) };
}

function nameOf(image: ArchivedImage, given: string | undefined, what: string, taken: readonly string[]): string {
  const name = given ?? image.names[0];
  if (name === undefined) throw new UsageError(`the image in ${what} has no name: give it one with --name`);
  if (!isImageName(name)) throw new UsageError(`no image can be called ${name}`);
  if (taken.some((other) => canonicalName(other) === canonicalName(name))) {
    throw new UsageError(`${name} is an image that faultline builds itself: give this one another name with --name`);
  }
  return canonicalName(name);
}

function thisMachine(): { os: string; architecture: string } {
  return { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch };
}

function checkMachine(config: ImageConfig, name: string): void {
  const here = thisMachine();
  if (config.os !== here.os || config.architecture !== here.architecture) {
    throw new LabError(
      `${name} is made for ${config.os}/${config.architecture}, and this is ${here.os}/${here.architecture}`,
    );
  }
}

function notesOf({ leftOut }: RootFolder): string[] {
  const notes: string[] = [];
  if (leftOut.devices > 0) notes.push(`${leftOut.devices} device files and pipes: nodes have the host's /dev`);
  if (leftOut.attributes > 0) notes.push(`extended attributes (capabilities, say) of ${leftOut.attributes} files`);
  return notes;
}

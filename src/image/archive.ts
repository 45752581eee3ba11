import { posix } from 'node:path';
import { z } from 'zod';
import { LabError } from '../core/errors.js';
import { rawBytes, type FilePiece } from './decompress.js';
import { canonicalName } from './name.js';
import { readTar } from './tar-reader.js';

/** Largest manifest or configuration that is read. */
const MAX_JSON_BYTES = 8 * 2 ** 20;

const text = z.string().nullish();
const words = z.union([z.array(z.string()), z.string()]).nullish();
const imageConfig = z.object({
  architecture: z.string(),
  os: z.string(),
  config: z
    .object({ User: text, Env: z.array(z.string()).nullish(), Entrypoint: words, Cmd: words, WorkingDir: text })
    .nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});
/** What an image's configuration says (OCI image specification, config.md), as far as it is used. */
export type ImageConfig = z.output<typeof imageConfig>;

const dockerManifest = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);
const annotations = z.record(z.string(), z.string()).nullish();
const descriptor = z.object({
  mediaType: text,
  digest: z.string(),
  annotations,
  platform: z.object({ architecture: z.string(), os: z.string() }).nullish(),
});
const ociIndex = z.object({ manifests: z.array(descriptor) });
const ociManifest = z.object({ config: descriptor, layers: z.array(descriptor) });

/** One image of an archive. */
export interface ArchivedImage {
  /** As the archive calls it; none for an image without a tag. */
  readonly names: readonly string[];
  /** Path of its configuration in the archive. */
  readonly config: string;
  /** Paths of its layers in the archive, the lowest first. */
  readonly layers: readonly string[];
}

/** A tar file (not compressed) with images in it, as `docker save` writes it or in the OCI image layout. */
export class ImageArchive {
  private constructor(
    readonly file: string,
    private readonly members: ReadonlyMap<string, FilePiece | string>,
  ) {}

  /** @throws LabError where it is no tar file. */
  static async open(file: string): Promise<ImageArchive> {
    const members = new Map<string, FilePiece | string>();
    for await (const entry of readTar(rawBytes({ file, start: 0 }), file)) {
      const path = posix.normalize(entry.path).replace(/^\/+/, '');
      if (entry.type === 'file') members.set(path, { file, start: entry.offset, size: entry.size });
      // Older Dockers write a layer that occurs twice as a link to the first.
      else if (entry.type === 'symlink') members.set(path, posix.join(posix.dirname(path), entry.linkName));
      else if (entry.type === 'hardlink') members.set(path, posix.normalize(entry.linkName).replace(/^\/+/, ''));
    }
    return new ImageArchive(file, members);
  }

  /** The images in it. @throws LabError where it is no archive of images. */
  async images(platform: { readonly os: string; readonly architecture: string }): Promise<readonly ArchivedImage[]> {
    if (this.members.has('manifest.json')) {
      return (await this.json('manifest.json', dockerManifest)).map((image) => ({
        names: image.RepoTags ?? [],
        config: image.Config,
        layers: image.Layers,
      }));
    }
    if (this.members.has('index.json')) return this.ociImages('index.json', [], platform);
    throw new LabError(
      `${this.file} holds no image: it has neither manifest.json (docker save) nor index.json (OCI image layout)`,
    );
  }

  /** @throws LabError where it is not there. */
  piece(path: string): FilePiece {
    let name = posix.normalize(path);
    for (let links = 0; links < 10; links++) {
      const found = this.members.get(name);
      if (found === undefined) break;
      if (typeof found !== 'string') return found;
      name = found;
    }
    throw new LabError(`${this.file} is not whole: it names ${path}, which is not in it`);
  }

  config(image: ArchivedImage): Promise<ImageConfig> {
    return this.json(image.config, imageConfig);
  }

  /** An index may name further indexes: one per name, say, each with an image per platform. */
  private async ociImages(
    path: string,
    names: readonly string[],
    platform: { readonly os: string; readonly architecture: string },
    depth = 0,
  ): Promise<ArchivedImage[]> {
    if (depth > 5) throw new LabError(`${this.file}: its indexes name one another`);
    const found: ArchivedImage[] = [];
    for (const one of (await this.json(path, ociIndex)).manifests) {
      const own = namesOf(one.annotations ?? {});
      const all = own.length > 0 ? own : names;
      const blob = blobPath(one.digest);
      if (/index|manifest\.list/.test(one.mediaType ?? '')) {
        found.push(...(await this.ociImages(blob, all, platform, depth + 1)));
        continue;
      }
      const other =
        one.platform !== undefined &&
        one.platform !== null &&
        (one.platform.os !== platform.os || one.platform.architecture !== platform.architecture);
      if (other) continue; // another machine's, or a statement of its builder
      const manifest = await this.json(blob, ociManifest);
      found.push({
        names: all,
        config: blobPath(manifest.config.digest),
        layers: manifest.layers.map(({ digest }) => blobPath(digest)),
      });
    }
    return found;
  }

  private async json<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const piece = this.piece(path);
    if ((piece.size ?? 0) > MAX_JSON_BYTES)
      throw new LabError(`${this.file}: ${path} is too large to be what it is named for`);
    const parts: Buffer[] = [];
    if (piece.size !== 0) for await (const part of rawBytes(piece)) parts.push(part as Buffer);
    try {
      return schema.parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
    } catch (cause) {
      throw new LabError(`${this.file}: ${path} is not what the image formats say: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

/**
 * The one image that is meant. @throws LabError with the names that there are, where it is not clear which.
 */
export function chooseImage(images: readonly ArchivedImage[], wanted: string | undefined, file: string): ArchivedImage {
  const matching =
    wanted === undefined
      ? images
      : images.filter(({ names }) => names.some((name) => canonicalName(name) === canonicalName(wanted)));
  if (matching.length === 1) return matching[0]!;
  if (images.length === 0) throw new LabError(`${file} holds no image for this machine`);
  const there = images.map(({ names }) => names.join(' = ') || '(without a name)').join(', ');
  throw new LabError(
    wanted === undefined
      ? `${file} holds ${images.length} images, say which: ${there}`
      : `${file} holds no single image ${wanted}; there is: ${there}`,
  );
}

function namesOf(notes: Readonly<Record<string, string>>): string[] {
  const full = notes['io.containerd.image.name'];
  const reference = notes['org.opencontainers.image.ref.name'];
  if (full !== undefined) return [canonicalName(full)];
  // Some tools write the whole name there, others the tag alone, which names no image.
  return reference !== undefined && /[/:]/.test(reference) ? [canonicalName(reference)] : [];
}

function blobPath(digest: string): string {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(digest);
  if (match === null) throw new LabError(`'${digest}' is no digest of an image's part`);
  return `blobs/${match[1]!}/${match[2]!}`;
}

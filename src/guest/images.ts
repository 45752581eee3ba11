import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, UsageError } from '../core/errors.js';
import { runCommand } from '../process/command.js';
import { cacheDir } from './cache.js';
import { mmdebstrap, shellQuote, withWorkFolder, type BuildOptions } from './debian.js';

const IMAGE_BYTES = 2 ** 30;
const FINISH = 'finish-root.sh';

/** A file `containerlab/images/<folder>/image.json`. */
export interface ImageDefinition {
  /** As topologies write it: `faultline/frr:10.3` */
  readonly name: string;
  readonly purpose: string;
  /** Debian's, `trixie`. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Whether the lab kernel can boot from it: it has Node. */
  readonly guest: boolean;
}

export interface Image {
  readonly name: string;
  readonly root: string;
  /** SHA-256 of the list of packages with their versions. */
  readonly packagesSha256: string;
  readonly packages: readonly string[];
}

/** All images that are defined, by name. */
export function imageDefinitions(imagesDir: string): readonly ImageDefinition[] {
  return readdirSync(imagesDir)
    .sort()
    .map((folder) => join(imagesDir, folder, 'image.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ImageDefinition);
}

/** @throws UsageError that lists what there is. */
export function imageDefinition(imagesDir: string, name: string): ImageDefinition {
  const all = imageDefinitions(imagesDir);
  const found = all.find((image) => image.name === name);
  if (found === undefined)
    throw new UsageError(`no image is called ${name}; there is: ${all.map((image) => image.name).join(', ')}`);
  return found;
}

function folderOf(imagesDir: string, image: ImageDefinition): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(image))
    .update(readFileSync(join(imagesDir, FINISH)));
  return join(cacheDir(), 'images', `${image.name.replace(/[^a-z0-9.]+/g, '-')}-${hash.digest('hex').slice(0, 12)}`);
}

/** The built image of this name and definition; undefined where there is none. */
export function findImage(imagesDir: string, name: string): Image | undefined {
  const definition = imageDefinitions(imagesDir).find((image) => image.name === name);
  if (definition === undefined) return undefined;
  const folder = folderOf(imagesDir, definition);
  const list = join(folder, 'packages.txt');
  if (!existsSync(list)) return undefined;
  const text = readFileSync(list, 'utf8');
  return {
    name,
    root: join(folder, 'root'),
    packagesSha256: createHash('sha256').update(text).digest('hex'),
    packages: text.trim().split('\n'),
  };
}

/** @throws UsageError, LabError */
export function requireGuestImage(imagesDir: string, name: string): Image {
  if (!imageDefinition(imagesDir, name).guest)
    throw new UsageError(`the lab kernel cannot boot from ${name}: it has no Node`);
  const image = findImage(imagesDir, name);
  if (image === undefined)
    throw new LabError(
      `the image ${name} is not built yet: run \`faultline image build ${name}\` (or \`make images\`)`,
    );
  return image;
}

/**
 * Builds a root folder from Debian's packages, readable to everybody. Where anything fails, nothing is left.
 * @throws LabError, CommandError
 */
export async function buildImage(
  imagesDir: string,
  definition: ImageDefinition,
  options: BuildOptions,
): Promise<Image> {
  const folder = folderOf(imagesDir, definition);
  return withWorkFolder(join(cacheDir(), 'images'), IMAGE_BYTES, async (work) => {
    const made = join(work, 'image');
    const root = join(made, 'root');
    mkdirSync(root, { recursive: true });
    const isRoot = process.geteuid?.() === 0;
    const tarball = join(work, 'root.tar');
    await mmdebstrap(
      [
        `--include=${definition.packages.join(',')}`,
        `--customize-hook=${shellQuote(join(imagesDir, FINISH))} "$1"`,
        definition.suite,
        isRoot ? root : tarball,
      ],
      work,
      options,
    );
    if (!isRoot) {
      // Without privileges everything belongs to who builds it, and devices stay out: a guest makes its own.
      await runCommand(['tar', '-xf', tarball, '-C', root, '--no-same-owner', '--exclude=./dev/*'], {
        signal: options.signal,
      });
    }
    renameSync(join(root, '.packages'), join(made, 'packages.txt'));
    writeFileSync(join(made, 'image.json'), `${JSON.stringify(definition, null, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
    return findImage(imagesDir, definition.name)!;
  });
}

/** Removes this image, or all of them, in every version that was built. @returns how many there were. */
export function removeImages(name: string | undefined): number {
  const dir = join(cacheDir(), 'images');
  if (!existsSync(dir)) return 0;
  const wanted = readdirSync(dir).filter((folder) => {
    const file = join(dir, folder, 'image.json');
    if (!existsSync(file)) return name === undefined;
    return name === undefined || (JSON.parse(readFileSync(file, 'utf8')) as ImageDefinition).name === name;
  });
  for (const folder of wanted) rmSync(join(dir, folder), { recursive: true });
  return wanted.length;
}

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LabError, UsageError } from '../core/errors.js';
import { cacheDir } from './cache.js';
import { mmdebstrap, shellQuote, withWorkFolder, type BuildOptions } from './debian.js';

/** Debian's source package of the kernel, from the backports of SUITE. */
const SOURCE_PACKAGE = 'linux-source-7.2';
const SUITE = 'trixie';
const BUILD_BYTES = 4 * 2 ** 30;

/** What is known of a kernel that was built. */
export interface KernelRecord {
  readonly hash: string;
  /** The Debian package, or the tree or tarball that was given. */
  readonly source: string;
  readonly release: string;
  readonly compiler: string;
  readonly sha256: string;
}

export interface Kernel extends KernelRecord {
  readonly path: string;
}

/** Hash of all that decides what the kernel is: version, configuration, patches. */
export function kernelHash(assets: string): string {
  const hash = createHash('sha256');
  const files = [
    'kernel.config',
    'build-inside.sh',
    ...readdirSync(join(assets, 'patches'))
      .sort()
      .map((name) => `patches/${name}`),
  ];
  hash.update(`${SOURCE_PACKAGE}\0`);
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(assets, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

export function kernelDir(assets: string): string {
  return join(cacheDir(), 'kernel', kernelHash(assets));
}

/** The kernel that belongs to this version of faultline; undefined where it was not built. */
export function findKernel(assets: string): Kernel | undefined {
  const dir = kernelDir(assets);
  if (!existsSync(join(dir, 'kernel.json'))) return undefined;
  return { ...(JSON.parse(readFileSync(join(dir, 'kernel.json'), 'utf8')) as KernelRecord), path: join(dir, 'linux') };
}

/** @throws LabError that says how to build it. */
export function requireKernel(assets: string): Kernel {
  const kernel = findKernel(assets);
  if (kernel === undefined)
    throw new LabError('the lab kernel is not built yet: run `faultline kernel build` (or `make lab-kernel`)');
  return kernel;
}

/**
 * Builds the kernel in a Debian root of its own and puts it into the cache. Where anything fails, nothing is left.
 * @param assets the project's `lab-kernel` folder
 * @param source a tree or a tarball instead of Debian's package
 * @throws UsageError, LabError, CommandError
 */
export async function buildKernel(assets: string, source: string | undefined, options: BuildOptions): Promise<Kernel> {
  if (source !== undefined && !existsSync(source))
    throw new UsageError(`--source ${source}: there is no such tree or tarball`);
  const target = kernelDir(assets);
  return withWorkFolder(join(cacheDir(), 'kernel'), BUILD_BYTES, async (work) => {
    const out = join(work, 'out');
    mkdirSync(out);
    chmodSync(out, 0o777); // in a user namespace the build is somebody else
    const words = [join(assets, 'build-hook.sh'), '@ROOT@', SUITE, assets, out, SOURCE_PACKAGE];
    if (source !== undefined) words.push(resolve(source));
    const hook = words.map((word) => (word === '@ROOT@' ? '"$1"' : shellQuote(word))).join(' ');
    await mmdebstrap([`--customize-hook=${hook}`, '--format=null', SUITE, '/dev/null'], work, options);
    const made = join(work, 'kernel');
    mkdirSync(made);
    for (const file of ['linux', 'config']) copyFileSync(join(out, file), join(made, file));
    chmodSync(join(made, 'linux'), 0o755);
    const text = (file: string): string => readFileSync(join(out, file), 'utf8').trim();
    const record: KernelRecord = {
      hash: kernelHash(assets),
      source: source === undefined ? `${SOURCE_PACKAGE} ${text('version')}`.trim() : basename(source),
      release: text('release'),
      compiler: text('compiler'),
      sha256: createHash('sha256')
        .update(readFileSync(join(made, 'linux')))
        .digest('hex'),
    };
    writeFileSync(join(made, 'kernel.json'), `${JSON.stringify(record, null, 2)}\n`);
    rmSync(target, { recursive: true, force: true });
    renameSync(made, target);
    return { ...record, path: join(target, 'linux') };
  });
}

/** Removes all kernels that were built, also of other versions. @returns how many there were. */
export function removeKernels(): number {
  const dir = join(cacheDir(), 'kernel');
  if (!existsSync(dir)) return 0;
  const kernels = readdirSync(dir).filter((name) => existsSync(join(dir, name, 'kernel.json')));
  rmSync(dir, { recursive: true });
  return kernels.length;
}

import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, UsageError } from '../core/errors.js';
import type { ImageMap } from '../image/map.js';
import { requireGuestImage, type Image } from './images.js';
import type { Mount } from './job.js';
import { requireKernel, type Kernel } from './kernel.js';
import { runGuest, type GuestEnd } from './launch.js';

/** The image that a guest boots from where none is told. */
export const GUEST_IMAGE = 'faultline/frr:10.3';
export const GUEST_MEMORY_MIB = 2048;
/** Programs that compute can take minutes of real time in which the virtual clock stands still. */
const WATCHDOG_MS = 180_000;

/** What one guest is made of. */
export interface GuestPlace {
  readonly kernel: Kernel;
  readonly image: Image;
  readonly assets: string;
  /** Images that stand in for those that topologies name; none unless told. */
  readonly imageMap?: ImageMap;
}

/** @throws LabError, UsageError where the kernel or the image is not there, with what to run. */
export function guestPlace(projectDir: string, imageName = GUEST_IMAGE): GuestPlace {
  const assets = join(projectDir, 'lab-kernel');
  return {
    kernel: requireKernel(assets),
    image: requireGuestImage(join(projectDir, 'containerlab', 'images'), imageName),
    assets,
  };
}

/** What a program in the guest must see of the host. @throws UsageError for a path that cannot be mounted. */
export function mountsOf(folders: readonly string[], writable: readonly string[]): readonly Mount[] {
  const mount = (path: string, write: boolean): Mount[] => {
    if (!existsSync(path)) throw new UsageError(`${path} is not there`);
    const real = realpathSync(path);
    for (const folder of new Set([path, real])) {
      if (folder === '/' || /[,\s]/.test(folder))
        throw new UsageError(`the guest cannot be given the folder ${JSON.stringify(folder)}`);
    }
    return [...new Set([path, real])].map((folder) => ({ path: folder, writable: write }));
  };
  return [...folders.flatMap((path) => mount(path, false)), ...writable.flatMap((path) => mount(path, true))];
}

/** The project's own folders: its programs, and its packages where those lie elsewhere. */
export function projectFolders(projectDir: string): readonly string[] {
  return [projectDir, realpathSync(join(projectDir, 'node_modules'))];
}

export interface GuestCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly clock: 'real' | 'virtual';
  readonly seed: number;
  readonly cpu?: number;
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  readonly onBeat: (guestS: number, realS: number) => void;
  readonly signal: AbortSignal;
  /** See `GuestRequest`; 180 s and 2 GiB unless told. */
  readonly watchdogMs?: number;
  readonly memoryMiB?: number;
}

/** Runs one command in a guest of this place. @throws LabError */
export function runInPlace(place: GuestPlace, command: GuestCommand): Promise<GuestEnd> {
  if (process.arch !== 'x64') throw new LabError(`the lab kernel runs on x86-64 only, and this is ${process.arch}`);
  return runGuest({
    ...command,
    kernel: place.kernel.path,
    root: place.image.root,
    assets: place.assets,
    memoryMiB: command.memoryMiB ?? GUEST_MEMORY_MIB,
    watchdogMs: command.watchdogMs ?? WATCHDOG_MS,
  });
}

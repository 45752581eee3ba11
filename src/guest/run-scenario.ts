import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../core/errors.js';
import { runId } from '../run/identity.js';
import type { RunRecord } from '../run/result.js';
import { planFiles, planVariables } from '../scenario/plan-files.js';
import type { Plan } from '../scenario/plan.js';
import { cacheDir } from './cache.js';
import { findNodeImage } from '../image/find.js';
import { findImage, type Image } from './images.js';
import type { ImageMap } from '../image/map.js';
import { guestEnvironment } from './inside.js';
import type { GuestEnd } from './launch.js';
import { mountsOf, projectFolders, runInPlace, type GuestCommand, type GuestPlace } from './place.js';

/** Where a plan runs: on the host's kernel, or in a guest by one of the clocks. @throws UsageError */
export function placeOf(plan: Plan): 'host' | 'real' | 'virtual' {
  const { name, clock, kernel, runtime, lab } = plan.scenario;
  if (clock === 'virtual' && kernel === 'host') {
    throw new UsageError(`${name}: only the lab kernel has a virtual clock, and the host's kernel was asked for`);
  }
  if (clock !== 'virtual' && kernel !== 'lab') return 'host';
  if (runtime === 'containerlab') {
    throw new UsageError(`${name}: the lab kernel runs labs in namespaces (runtime netns), not with containerlab`);
  }
  if (lab !== undefined)
    throw new UsageError(`${name}: lab ${lab} is on this host, and the lab kernel cannot reach it`);
  return clock === 'virtual' ? 'virtual' : 'real';
}

export interface ScenarioInGuest extends Pick<GuestCommand, 'stdout' | 'stderr' | 'onBeat' | 'signal'> {
  readonly plan: Plan;
  readonly clock: 'real' | 'virtual';
  readonly seed: number;
  readonly projectDir: string;
  /** Folder that takes the run folder. */
  readonly out: string;
  /** Further options of `faultline run`. */
  readonly options: readonly string[];
  readonly argv: readonly string[];
  /** End of the run folder's name; drawn unless told. */
  readonly unique?: string;
  /** Of the host; now unless told. */
  readonly startedAt?: Date;
  /** The CPU that the guest runs on; one of this process's unless told. */
  readonly cpu?: number;
}

/** Images other than the guest's own that nodes of this plan run from. */
function nodeImages(plan: Plan, place: GuestPlace, projectDir: string): readonly Image[] {
  const names = new Set(plan.topology.nodes.map((node) => node.image ?? ''));
  return [...names]
    .filter((name) => name !== place.image.name) // the guest's own programs are that image
    .sort()
    .flatMap((name) => nodeImage(join(projectDir, 'containerlab', 'images'), place.imageMap ?? [], name) ?? []);
}

/** With the packages that it was built of; of an imported one, its digest says all there is to say. */
function nodeImage(imagesDir: string, map: ImageMap, name: string): Image | undefined {
  const found = findNodeImage(imagesDir, map, name);
  if (found === undefined) return undefined;
  const { name: own, root, id } = found;
  return id === undefined
    ? findImage(imagesDir, own)
    : { name: own, root, packagesSha256: id, packages: [`imported sha256:${id}`] };
}

/** Images of a run in a guest: the guest's own, and those that nodes run from. */
export function guestImages(place: GuestPlace, plan: Plan, projectDir: string): readonly Image[] {
  return [place.image, ...nodeImages(plan, place, projectDir)];
}

/** What a guest for this plan is made of, for the record. */
export function guestRecord(
  place: GuestPlace,
  plan: Plan,
  projectDir: string,
): Required<Pick<RunRecord, 'kernel' | 'images'>> {
  const { hash, release, source, sha256 } = place.kernel;
  return {
    kernel: { hash, release, source, sha256 },
    images: guestImages(place, plan, projectDir).map(({ name, packagesSha256, packages }) => ({
      ...{ name, packagesSha256, packages: packages.length },
    })),
  };
}

/**
 * Runs one scenario once, with the same command in a guest.
 * @returns that command's exit code, the clocks, and the run's folder (which a command that failed early did not make)
 */
export async function runScenarioInGuest(
  place: GuestPlace,
  request: ScenarioInGuest,
): Promise<GuestEnd & { readonly runDir: string }> {
  const { plan, projectDir } = request;
  const { scenario } = plan;
  mkdirSync(request.out, { recursive: true });
  const folders = [
    ...nodeImages(plan, place, projectDir).map(({ root }) => dirname(root)),
    ...projectFolders(projectDir),
    process.cwd(),
    ...planFiles(plan).map((file) => dirname(file)),
  ];
  const variables = planVariables(plan, process.env).map((name) => [name, process.env[name]!] as const);
  const startedAt = request.startedAt ?? new Date();
  const unique = request.unique ?? randomBytes(2).toString('hex');
  const end = await runInPlace(place, {
    argv: [
      ...['node', join(projectDir, 'bin', 'faultline'), 'run', scenario.file, '--out', request.out],
      ...['--clock', request.clock, '--kernel', 'lab', '--seed', String(request.seed), '--repeat', '1'],
      ...request.options,
    ],
    cwd: process.cwd(),
    env: {
      ...Object.fromEntries(variables),
      // where the images are that nodes run from
      XDG_CACHE_HOME: dirname(cacheDir()),
      ...guestEnvironment({
        clock: request.clock,
        startedAt: startedAt.toISOString(),
        unique,
        argv: request.argv,
        record: guestRecord(place, plan, projectDir),
      }),
    },
    mounts: mountsOf(folders, [request.out]),
    clock: request.clock,
    seed: request.seed,
    ...(request.cpu === undefined ? {} : { cpu: request.cpu }),
    stdout: request.stdout,
    stderr: request.stderr,
    onBeat: request.onBeat,
    signal: request.signal,
  });
  const runDir = join(request.out, runId(scenario.name, startedAt, unique));
  keepPackageLists(guestImages(place, plan, projectDir), runDir);
  return { ...end, runDir };
}

/** Writes what packages each image of a run is made of beside its result, one file an image. */
function keepPackageLists(images: readonly Image[], runDir: string): void {
  if (!existsSync(runDir)) return;
  const dir = join(runDir, 'images');
  mkdirSync(dir, { recursive: true });
  for (const { name, packages } of images) {
    writeFileSync(join(dir, `${name.replace(/[^a-z0-9.]+/g, '-')}.packages.txt`), `${packages.join('\n')}\n`);
  }
}

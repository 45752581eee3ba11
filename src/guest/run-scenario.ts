import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Plan } from '../scenario/plan.js';
import { findNodeImage } from '../image/find.js';
import type { ImageMap } from '../image/map.js';
import { cacheDir } from './cache.js';
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
  /** Images that stand in for those of the topology. */
  readonly imageMap: ImageMap;
  /** Further options of `faultline run`. */
  readonly options: readonly string[];
  readonly argv: readonly string[];
}

/** Runs one scenario once, with the same command in a guest. @returns that command's exit code and the clocks. */
export function runScenarioInGuest(place: GuestPlace, request: ScenarioInGuest): Promise<GuestEnd> {
  const { scenario, topology } = request.plan;
  mkdirSync(request.out, { recursive: true });
  const files = [
    scenario.file,
    scenario.topologyFile,
    ...topology.nodes.flatMap((node) => [
      ...node.binds.map((bind) => bind.hostPath),
      ...(node.startupConfig === undefined ? [] : [node.startupConfig]),
    ]),
  ];
  const names = new Set(topology.nodes.map((node) => node.image ?? ''));
  const imagesDir = join(request.projectDir, 'containerlab', 'images');
  const images = [...names]
    .filter((name) => name !== place.image.name) // the guest's own programs are that image
    .flatMap((name) => findNodeImage(imagesDir, request.imageMap, name)?.root ?? []);
  const folders = [
    ...images.map(dirname),

    ...projectFolders(request.projectDir),
    process.cwd(),
    ...files.map((file) => dirname(resolve(file))),
  ];
  return runInPlace(place, {
    argv: [
      ...['node', join(request.projectDir, 'bin', 'faultline'), 'run', scenario.file, '--out', request.out],
      ...['--clock', request.clock, '--kernel', 'lab', '--seed', String(request.seed), '--repeat', '1'],
      ...request.options,
    ],
    cwd: process.cwd(),
    env: {
      // where the images are that nodes run from
      XDG_CACHE_HOME: dirname(cacheDir()),
      ...guestEnvironment({
        clock: request.clock,
        startedAt: new Date().toISOString(),
        unique: randomBytes(2).toString('hex'),
        argv: request.argv,
      }),
    },
    mounts: mountsOf(folders, [request.out]),
    clock: request.clock,
    seed: request.seed,
    stdout: request.stdout,
    stderr: request.stderr,
    onBeat: request.onBeat,
    signal: request.signal,
  });
}

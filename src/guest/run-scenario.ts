import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Plan } from '../scenario/plan.js';
import { variablesIn } from '../topology/env.js';
import { cacheDir } from './cache.js';
import { findImage } from './images.js';
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
  const images = [...names]
    .filter((name) => name !== place.image.name) // the guest's own programs are that image
    .flatMap((name) => findImage(join(request.projectDir, 'containerlab', 'images'), name)?.root ?? []);
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
      ...topologyVariables(scenario.topologyFile),
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

/** What this process's environment says for the variables of a topology: the guest reads the file again. */
function topologyVariables(file: string): Readonly<Record<string, string>> {
  const set = variablesIn(readFileSync(file, 'utf8')).flatMap((name) => {
    const value = process.env[name];
    return value === undefined || name === 'PATH' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}

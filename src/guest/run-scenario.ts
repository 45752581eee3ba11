import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UsageError } from '../core/errors.js';
import { keepInputs, type Inputs } from '../run/inputs.js';
import type { RunRecord, RunResult } from '../run/result.js';
import { planVariables } from '../scenario/plan-files.js';
import type { Plan } from '../scenario/plan.js';
import { readTopology } from '../topology/read.js';
import { cacheDir } from './cache.js';
import { noteGuestEnd } from './broken-run.js';
import { makeWorkFolder, removeFolder } from './owned-folder.js';
import { findNodeImage } from '../image/find.js';
import { findImage, type Image } from './images.js';
import { imageMapArgv, type ImageMap } from '../image/map.js';
import { planRules } from '../image/plan-rules.js';
import { guestEnvironment } from './inside.js';
import type { Mount } from './job.js';
import type { GuestEnd } from './launch.js';
import { mountsOf, runInPlace, type GuestCommand, type GuestPlace } from './place.js';

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
  readonly strictImages: boolean;
  /** The command line here, for the record. */
  readonly argv: readonly string[];
  /** End of the run folder's name; drawn unless told. */
  readonly unique?: string;
  /** Now unless told. */
  readonly startedAt?: Date;
  /** The CPU that the guest runs on; one of this process's unless told. */
  readonly cpu?: number;
  /** What the topology's variables are taken from; the process's environment unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface ScenarioEnd extends GuestEnd {
  /** The run's folder and result; null where the command in the guest ended before there was a run. */
  readonly run: { readonly dir: string; readonly result: RunResult } | null;
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

/** Where a guest sees what it needs: the same for everybody. */
const THERE = {
  project: '/faultline/project',
  inputs: '/faultline/inputs',
  out: '/faultline/out',
  cache: '/faultline/cache',
};

/**
 * Runs one scenario once, with the same command in a guest: from a copy of its inputs, under paths that are the same on
 * every host. The record gets what only the host knows, and the reports are written, when the guest has ended.
 */
export async function runScenarioInGuest(place: GuestPlace, request: ScenarioInGuest): Promise<ScenarioEnd> {
  const { plan, projectDir, signal, env = process.env } = request;
  const images = guestImages(place, plan, projectDir);
  mkdirSync(request.out, { recursive: true });
  const work = makeWorkFolder(request.out);
  try {
    mkdirSync(join(work, 'out'));
    const inputs = keepInputs(plan, work);
    const ending = runInPlace(place, {
      argv: [
        ...['node', `${THERE.project}/bin/faultline`, 'run', join(THERE.inputs, inputs.scenario), '--out', THERE.out],
        ...['--clock', request.clock, '--kernel', 'lab', '--seed', String(request.seed), '--repeat', '1'],
        ...['--runtime', 'netns', ...(request.strictImages ? ['--strict-images'] : [])],
        // No more than it needs: rules that mean the same are then the same words, whose length can take virtual time.
        ...imageMapArgv(planRules(place.imageMap ?? [], plan)),
      ],
      cwd: THERE.out,
      env: {
        ...Object.fromEntries(planVariables(plan, env).map((name) => [name, env[name]!])),
        // where the images are that nodes run from
        XDG_CACHE_HOME: THERE.cache,
        ...guestEnvironment({ clock: request.clock, record: guestRecord(place, plan, projectDir) }),
      },
      mounts: scenarioMounts(place, request, work, inputs),
      ...{ clock: request.clock, seed: request.seed, signal },
      ...(request.cpu === undefined ? {} : { cpu: request.cpu }),
      ...{ stdout: request.stdout, stderr: request.stderr, onBeat: request.onBeat },
    });
    // What the reports are made with is loaded while the guest runs, which starts sooner so.
    const [end, { takeRun }] = await Promise.all([ending, import('./take-run.js')]);
    return { ...end, run: await takeRun(images, request, join(work, 'out')) };
  } catch (error) {
    noteGuestEnd(join(work, 'out'), error);
    const { takeRun } = await import('./take-run.js');
    // What there is of a run that was ended is kept for whoever wants to know how far it came.
    await takeRun(images, request, join(work, 'out')).catch(() => null);
    throw error;
  } finally {
    removeFolder(work);
  }
}

function scenarioMounts(
  place: GuestPlace,
  { plan, projectDir, env = process.env }: ScenarioInGuest,
  work: string,
  inputs: Inputs,
): readonly Mount[] {
  const there = (path: string, host: string, writable = false): Mount => ({ path, host: realpathSync(host), writable });
  const packages = realpathSync(join(projectDir, 'node_modules'));
  const copied = readTopology(join(work, 'inputs', inputs.topology), { env: { ...env, ...plan.scenario.env } });
  const elsewhere = copied.nodes
    .flatMap((node) => [...node.binds.map((bind) => bind.hostPath), ...(node.startupConfig ?? [])])
    .filter((path) => path.startsWith('/') && !path.startsWith(`${work}/`) && existsSync(path))
    .map((path) => dirname(path));
  return [
    there(THERE.project, projectDir),
    there(THERE.inputs, join(work, 'inputs')),
    there(THERE.out, join(work, 'out'), true),
    ...nodeImages(plan, place, projectDir).map(({ root }) =>
      there(join(THERE.cache, 'faultline', relative(cacheDir(), dirname(root))), dirname(root)),
    ),
    // A link to packages that lie elsewhere leads there in the guest, too.
    ...(packages.startsWith(`${realpathSync(projectDir)}/`) ? [] : mountsOf([packages], [])),
    ...mountsOf([...new Set(elsewhere)], []),
  ];
}

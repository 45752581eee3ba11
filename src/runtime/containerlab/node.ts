import { release } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Json } from '../../core/json.js';
import { LabError } from '../../core/errors.js';
import type { TopologyNode } from '../../topology/types.js';
import { FRR_DIR, frrVersion, sameFrrVersion } from '../netns/frr.js';
import { runThere, startThere } from '../netns/enter.js';
import { netnsPath } from '../netns/names.js';
import { connectInRoot } from '../netns/node-files.js';
import { processesOf } from '../netns/node-processes.js';
import type {
  ExecOptions,
  ExecResult,
  KillMode,
  LabNode,
  LabProcess,
  NodeProcess,
  NodeSoftware,
  NodeState,
  SpawnOptions,
} from '../types.js';
import { getFile, putFile } from './archive.js';
import { cgroupFiles } from './cgroups.js';
import { inspectNode, networkOf, requireHere, type ContainerNow, type LabContext } from './context.js';
import { asking } from './docker.js';
import { execInContainer } from './exec.js';
import { isHeld } from './hold.js';
import { bootNode, killNode } from './power.js';
import { stopNode } from './stop.js';

/** Where programs are looked for in a container that has no PATH of its own; Docker's default. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A node in a container that containerlab made. */
export class ContainerNode implements LabNode {
  readonly name: string;
  readonly fullName: string;
  private known: NodeSoftware | undefined;

  constructor(
    private readonly context: LabContext,
    readonly spec: TopologyNode,
  ) {
    this.name = spec.name;
    this.fullName = context.fullNames.get(spec.name)!;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const now = await this.running();
    const { input, ...rest } = options;
    // Docker takes some 100 ms of processor time to start a program: asking the routers would disturb what is measured and
    // make faults last longer. Where it would start it as root in / anyhow, it is started in the same namespaces and
    // control groups directly. Docker also gives up an exec's output where its input ends.
    if (input !== undefined || now.plain) return runThere(this.inside(now), argv, options);
    return execInContainer(this.context.docker, now.id, argv, rest);
  }

  async spawn(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return startThere(this.inside(await this.running()), argv, options);
  }

  async execOutside(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return runThere(await networkOf(this.context, this.name), argv, options);
  }

  async spawnOutside(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return startThere(await networkOf(this.context, this.name), argv, options);
  }

  async copyIn(nodePath: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    await putFile(this.context.docker, (await this.container()).id, nodePath, content, mode);
  }

  async readFile(nodePath: string): Promise<Buffer> {
    return getFile(this.context.docker, (await this.container()).id, nodePath, this.name);
  }

  async connect(nodePath: string): Promise<Duplex> {
    const now = await this.running();
    requireHere(this.context, now);
    return connectInRoot(`/proc/${now.pid}/root`, nodePath);
  }

  netns(): string {
    return netnsPath(this.fullName);
  }

  async state(): Promise<NodeState> {
    if (isHeld(this.context.folder.held(this.name))) return 'dead';
    const now = await this.container();
    return !now.running ? 'dead' : now.paused ? 'paused' : 'running';
  }

  async software(): Promise<NodeSoftware> {
    this.known ??= await this.askSoftware();
    return this.known;
  }

  async pause(): Promise<void> {
    const state = await this.state();
    if (state === 'dead') throw new LabError(`node ${this.name} is down: it cannot be paused`);
    if (state === 'running') await asking(this.context.docker, async () => void (await (await this.docker()).pause()));
  }

  async resume(): Promise<void> {
    if ((await this.state()) === 'paused')
      await asking(this.context.docker, async () => void (await (await this.docker()).unpause()));
  }

  async kill(mode: KillMode): Promise<void> {
    await killNode(this.context, this.name, mode);
  }

  async stop(goodbye: boolean): Promise<void> {
    await stopNode(this.context, this.name, goodbye);
  }

  async boot(): Promise<void> {
    await bootNode(this.context, this.name);
  }

  async processes(): Promise<NodeProcess[]> {
    const now = await this.container();
    if (!now.running) return [];
    requireHere(this.context, now);
    return processesOf(now.pid)
      .filter((one) => one.pid !== now.pid)
      .map(({ pid, startTicks, name, argv }) => ({ pid, startTicks, name, argv }));
  }

  async facts(): Promise<Json> {
    const [now, software] = [await this.container(), await this.software()];
    return {
      fullName: this.fullName,
      container: now.id,
      image: now.image,
      imageId: now.imageId,
      product: software.product,
      version: software.version,
      substituted: software.substituted,
    };
  }

  private async askSoftware(): Promise<NodeSoftware> {
    const now = await this.container();
    const image = this.spec.image ?? now.image;
    const detail = `container of ${now.image} (${now.imageId.replace(/^sha256:/, '').slice(0, 12)})`;
    const about = (product: string, version: string, substituted: boolean): NodeSoftware => ({
      product,
      version,
      image,
      substituted,
      detail: substituted ? `${detail}, which holds ${product} ${version}` : detail,
    });
    if (this.spec.driver !== 'frr') return about('Linux', release(), false);
    if ((await this.state()) !== 'running') return about('FRR', 'unknown', false);
    const said = await this.exec([`${FRR_DIR}/zebra`, '--version'], { allowFailure: true, timeoutMs: 20_000 });
    const version = frrVersion(said.stdout) ?? 'unknown';
    const tagged = /:[^@/]*\d+\.\d+/.test(image);
    return about('FRR', version, tagged && version !== 'unknown' && !sameFrrVersion(image, version));
  }

  private container(): Promise<ContainerNow> {
    return inspectNode(this.context, this.name);
  }

  private async docker(): Promise<ReturnType<LabContext['docker']['getContainer']>> {
    return this.context.docker.getContainer((await this.container()).id);
  }

  private async running(): Promise<ContainerNow> {
    const now = await this.container();
    if (!now.running || isHeld(this.context.folder.held(this.name))) {
      throw new LabError(`node ${this.name} is down: boot it first`);
    }
    if (now.paused) throw new LabError(`node ${this.name} is paused: nothing can run in it`);
    return now;
  }

  /** All namespaces and the control groups of the container. */
  private inside(now: ContainerNow): Parameters<typeof startThere>[0] {
    requireHere(this.context, now);
    const env = { PATH, HOME: '/root', TERM: 'dumb', ...now.env, ...this.spec.env };
    return { how: 'node', initPid: now.pid, env, cgroups: cgroupFiles(now.pid) };
  }
}

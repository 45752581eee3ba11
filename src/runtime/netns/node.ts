import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { LabError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import { isAlive, type ProcessIdentity } from '../../process/proc.js';
import type { TopologyNode } from '../../topology/types.js';
import type {
  ExecOptions,
  ExecResult,
  KillMode,
  NodeProcess,
  LabNode,
  LabProcess,
  NodeSoftware,
  NodeState,
  SpawnOptions,
} from '../types.js';
import { runThere, startThere, type Entrance } from './enter.js';
import { netnsPath } from './names.js';
import { pathInRoot, readInRoot, writeInRoot } from './node-files.js';
import { runAs } from './node-image.js';
import { nodeEnvironment } from './node-plan.js';
import { processesOf, stateOf } from './node-processes.js';
import { pauseNode, resumeNode } from './pause.js';
import { bootNode, killNode, stopNode } from './power.js';
import { softwareOf } from './software.js';
import type { LabFolder, LabState } from './state.js';

/** A node in namespaces. It keeps nothing itself: all it knows comes from the lab's folder and from /proc. */
export class NetnsNode implements LabNode {
  readonly name: string;
  readonly fullName: string;

  constructor(
    private readonly folder: LabFolder,
    private readonly lab: LabState,
    readonly spec: TopologyNode,
  ) {
    this.name = spec.name;
    this.fullName = lab.fullNames[spec.name]!;
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return runThere(this.inside(), argv, options);
  }

  async spawn(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return startThere(this.inside(), argv, options);
  }

  async execOutside(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return runThere(this.network(), argv, options);
  }

  async spawnOutside(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return startThere(this.network(), argv, options);
  }

  async copyIn(nodePath: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    writeInRoot(this.root(), nodePath, content, mode);
  }

  async readFile(nodePath: string): Promise<Buffer> {
    return readInRoot(this.root(), nodePath, this.name);
  }

  async connect(nodePath: string): Promise<Duplex> {
    this.inside();
    const socket = connect(pathInRoot(this.root(), nodePath));
    await once(socket, 'connect');
    return socket;
  }

  netns(): string {
    return netnsPath(this.fullName);
  }

  async state(): Promise<NodeState> {
    return nodeState(this.folder, this.name);
  }

  async software(): Promise<NodeSoftware> {
    const seen = this.lab.software?.[this.name];
    return seen ?? softwareOf(this.spec, this.lab.roots[this.name]!, this.lab.images[this.name]);
  }

  async pause(): Promise<void> {
    await pauseNode(this.folder, this.name);
  }

  async resume(): Promise<void> {
    await resumeNode(this.folder, this.name);
  }

  async kill(mode: KillMode): Promise<void> {
    await killNode(this.folder, this.lab, this.name, mode);
  }

  async stop(goodbye: boolean): Promise<void> {
    await stopNode(this.folder, this.lab, this.name, goodbye);
  }

  async boot(): Promise<void> {
    if ((await this.state()) === 'dead') await bootNode(this.folder, this.lab, this.name);
  }

  async processes(): Promise<NodeProcess[]> {
    const init = this.folder.init(this.name);
    if (init === undefined || !isAlive(init)) return [];
    return processesOf(init.pid)
      .filter((one) => one.pid !== init.pid)
      .map(({ pid, startTicks, name, argv }) => ({ pid, startTicks, name, argv }));
  }

  async facts(): Promise<Json> {
    const software = await this.software();
    return {
      fullName: this.fullName,
      root: this.lab.roots[this.name]!,
      product: software.product,
      version: software.version,
      image: software.image,
      substituted: software.substituted,
      notes: this.lab.notes.filter((note) => note.startsWith(`${this.name}: `)),
    };
  }

  private inside(): Entrance {
    const init = this.livingInit();
    if (nodeState(this.folder, this.name) === 'paused') {
      throw new LabError(`node ${this.name} is paused: nothing can run in it`);
    }
    const image = this.lab.images[this.name];
    const as = runAs(this.spec, image, this.lab.roots[this.name]!);
    return { how: 'node', initPid: init.pid, env: nodeEnvironment(this.lab.topology, this.spec, image, as.home), as };
  }

  private network(): Entrance {
    return { how: 'net', file: this.netns(), lab: this.lab.lab };
  }

  private root(): string {
    return `/proc/${this.livingInit().pid}/root`;
  }

  private livingInit(): ProcessIdentity {
    const init = this.folder.init(this.name);
    if (init === undefined || !isAlive(init)) throw new LabError(`node ${this.name} is down: boot it first`);
    return init;
  }
}

/** Running, paused or dead, from what its init does. */
export function nodeState(folder: LabFolder, node: string): NodeState {
  const init = folder.init(node);
  if (init === undefined || !isAlive(init)) return 'dead';
  const state = stateOf(init.pid);
  return state === undefined ? 'dead' : state === 'T' ? 'paused' : 'running';
}

import { release } from 'node:os';
import type { Json } from '../../core/json.js';
import { LabError } from '../../core/errors.js';
import type { TopologyNode } from '../../topology/types.js';
import { runThere, startThere, type Entrance } from '../netns/enter.js';
import type {
  ExecOptions,
  ExecResult,
  LabNode,
  LabProcess,
  NodeProcess,
  NodeSoftware,
  NodeState,
  SpawnOptions,
} from '../types.js';

/** A bridge of the host, or the host itself, that a topology has as a node: its links end in the host's own network. */
export class HostNode implements LabNode {
  readonly name: string;
  readonly fullName: string;

  constructor(
    private readonly lab: string,
    readonly spec: TopologyNode,
  ) {
    this.name = spec.name;
    this.fullName = spec.name;
  }

  exec(): Promise<ExecResult> {
    return this.refuse('run a program in it');
  }
  spawn(): Promise<LabProcess> {
    return this.refuse('run a program in it');
  }
  execOutside(argv: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return runThere(this.network(), argv, options);
  }
  spawnOutside(argv: readonly string[], options?: SpawnOptions): Promise<LabProcess> {
    return startThere(this.network(), argv, options);
  }
  copyIn(): Promise<void> {
    return this.refuse('write a file in it');
  }
  readFile(): Promise<Buffer> {
    return this.refuse('read a file of it');
  }
  netns(): string {
    return '/proc/self/ns/net';
  }
  async state(): Promise<NodeState> {
    return 'running';
  }
  async software(): Promise<NodeSoftware> {
    const detail = this.spec.kind === 'host' ? 'this host' : 'a bridge of this host';
    return { product: 'Linux', version: release(), image: '', substituted: false, detail };
  }
  pause(): Promise<void> {
    return this.refuse('pause it');
  }
  async resume(): Promise<void> {
    // it never was paused
  }
  kill(): Promise<void> {
    return this.refuse('kill it');
  }
  stop(): Promise<void> {
    return this.refuse('stop it');
  }
  async boot(): Promise<void> {
    // it never was down
  }
  async processes(): Promise<NodeProcess[]> {
    return [];
  }
  async facts(): Promise<Json> {
    return { fullName: this.fullName, kind: this.spec.kind };
  }

  private network(): Entrance {
    return { how: 'net', file: this.netns(), lab: this.lab };
  }
  private refuse(what: string): Promise<never> {
    return Promise.reject(
      new LabError(`node ${this.name} is a part of this host (kind ${this.spec.kind}): faultline does not ${what}`),
    );
  }
}

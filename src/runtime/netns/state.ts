import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../process/proc.js';
import type { Topology } from '../../topology/types.js';
import { namesIn, removeLabFolder, takeLabFolder, writeAtomically } from '../lab-folders.js';
import type { NodeSoftware } from '../types.js';
import type { NodeImage } from './node-image.js';

/**
 * What is kept about a lab so that any later process finds it. Written before the first namespace is made; `up` once
 * everything runs.
 */
export interface LabState {
  readonly version: 1;
  readonly lab: string;
  readonly phase: 'making' | 'up';
  readonly topology: Topology;
  readonly runDir: string | null;
  /** Who brought it up; behind sudo, who called it. */
  readonly owner: string;
  /** Node name → name of its namespaces. */
  readonly fullNames: Readonly<Record<string, string>>;
  /** Node name → root folder of the image that its files come from; `/` is the host's own. */
  readonly roots: Readonly<Record<string, string>>;
  /** Node name → image of that root folder; none for the host's own. */
  readonly images: Readonly<Record<string, NodeImage>>;
  /** Node name → what it runs, as it was seen when it came up; not in the files of older labs. */
  readonly software?: Readonly<Record<string, NodeSoftware>>;
  /** What the topology asked for and this runtime leaves out, and what its commands failed with. */
  readonly notes: readonly string[];
}

/** Per-node facts that change while a lab lives. */
export interface NodeRecord {
  /** A pause was begun, and not yet undone. */
  readonly pausing: boolean;
  /** Processes that stood still before `pause`, which `resume` leaves alone. */
  readonly stoppedBefore: readonly ProcessIdentity[];
}

/** The state folder of one lab. Every path in it is made and removed here or in the node's own start program. */
export class LabFolder {
  readonly dir: string;
  constructor(
    readonly stateDir: string,
    readonly lab: string,
  ) {
    this.dir = join(stateDir, 'labs', lab);
  }

  /** Where a node's file tree is put together, in its own mount namespace; empty on the host. */
  get staging(): string {
    return join(this.dir, 'mnt');
  }
  plan(node: string): string {
    return join(this.dir, 'nodes', `${node}.plan`);
  }
  pidFile(node: string): string {
    return join(this.dir, 'nodes', `${node}.pid`);
  }
  log(node: string): string {
    return join(this.dir, 'nodes', `${node}.log`);
  }

  /** Takes the name: of two at once exactly one gets it. @throws LabError where the lab exists. */
  create(): void {
    takeLabFolder(this.dir, () => this.read()?.phase);
    mkdirSync(join(this.dir, 'nodes'));
    mkdirSync(this.staging);
  }

  write(state: LabState): void {
    writeAtomically(join(this.dir, 'state.json'), `${JSON.stringify(state)}\n`);
  }

  /** @returns undefined where there is no such lab, or it was cut off before it had a state. */
  read(): LabState | undefined {
    try {
      // Labs of an earlier version have no images.
      const state = JSON.parse(readFileSync(join(this.dir, 'state.json'), 'utf8')) as Partial<LabState>;
      return { images: {}, ...state } as LabState;
    } catch {
      return undefined;
    }
  }

  /** The init of a node as it was last started; undefined where it never was. */
  init(node: string): ProcessIdentity | undefined {
    try {
      return parsePidFile(readFileSync(this.pidFile(node), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** The inits of all nodes that left a pid file, also where the state itself cannot be read. */
  inits(): ProcessIdentity[] {
    return this.nodesWithPidFile().flatMap((node) => this.init(node) ?? []);
  }

  private nodesWithPidFile(): string[] {
    return namesIn(join(this.dir, 'nodes'))
      .filter((name) => name.endsWith('.pid'))
      .map((name) => name.slice(0, -'.pid'.length));
  }

  readNode(node: string): NodeRecord {
    try {
      return JSON.parse(readFileSync(join(this.dir, 'nodes', `${node}.json`), 'utf8')) as NodeRecord;
    } catch {
      return { pausing: false, stoppedBefore: [] };
    }
  }
  writeNode(node: string, record: NodeRecord): void {
    writeAtomically(join(this.dir, 'nodes', `${node}.json`), JSON.stringify(record));
  }

  remove(): void {
    removeLabFolder(this.dir);
  }
}

/** Names of the labs that have a folder, sorted. */
export function labNames(stateDir: string): string[] {
  return namesIn(join(stateDir, 'labs'));
}

export function parsePidFile(text: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\d+)\n$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), startTicks: match[2]! };
}

import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.js';
import type { ProcessIdentity } from '../../process/proc.js';
import type { Topology } from '../../topology/types.js';
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

/** The folder of all labs: `/run/faultline`, or `$FAULTLINE_STATE`. */
export function defaultStateDir(): string {
  return process.env['FAULTLINE_STATE'] ?? '/run/faultline';
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
    mkdirSync(join(this.stateDir, 'labs'), { recursive: true });
    try {
      mkdirSync(this.dir, 0o755);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const half = this.read()?.phase !== 'up';
      throw new LabError(
        `lab ${this.lab} ${half ? 'exists, half made' : 'is already up'}: take it down first (faultline down)`,
        { cause },
      );
    }
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
    try {
      return readdirSync(join(this.dir, 'nodes'))
        .filter((name) => name.endsWith('.pid'))
        .map((name) => name.slice(0, -'.pid'.length))
        .sort();
    } catch {
      return [];
    }
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
    rmSync(this.dir, { recursive: true, force: true });
    for (const dir of [join(this.stateDir, 'labs'), this.stateDir]) {
      try {
        if (readdirSync(dir).length === 0) rmSync(dir, { recursive: true, force: true });
      } catch {
        // somebody else's lab is in it, or it is gone
      }
    }
  }
}

/** Names of the labs that have a folder, sorted. */
export function labNames(stateDir: string): string[] {
  try {
    return readdirSync(join(stateDir, 'labs')).sort();
  } catch {
    return [];
  }
}

export function parsePidFile(text: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\d+)\n$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), startTicks: match[2]! };
}

function writeAtomically(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

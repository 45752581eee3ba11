import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.js';
import { identify, type ProcessIdentity } from '../../process/proc.js';
import { namesIn, removeLabFolder, takeLabFolder, writeAtomically } from '../lab-folders.js';
import type { KillMode } from '../types.js';
import type { Topology } from '../../topology/types.js';

/** What faultline keeps of a lab that it brought up itself, beside what Docker knows. */
export interface LabState {
  readonly version: 1;
  readonly lab: string;
  readonly phase: 'making' | 'up';
  /** Who is making it: a lab of somebody who has ended is half made. */
  readonly maker: ProcessIdentity;
  readonly topology: Topology;
  /** The file that containerlab was given. */
  readonly file: string;
  readonly runDir: string | null;
  readonly owner: string;
  readonly notes: readonly string[];
  /** The management network, where this deploy made it. */
  readonly network?: string;
}

/** One end of a link of a node that was killed, as it was before. */
export interface KeptLink {
  /** By the topology. */
  readonly name: string;
  /** What it was called in the node. */
  readonly called: string;
  /** Number of the interface; the kernel keeps it where the interface stays in its namespace. */
  readonly index: number;
  /** Number of the interface at its other end; null where that is not told (it has none, or lies beside it). */
  readonly peerIndex: number | null;
}

/** What boot needs of a node that was killed or stopped. */
export interface KilledNode {
  readonly mode: KillMode | 'stop';
  readonly links: readonly KeptLink[];
}

/** faultline's own folder of one lab: its state, and the network namespaces of killed nodes. */
export class LabFolder {
  readonly dir: string;
  constructor(
    readonly stateDir: string,
    readonly lab: string,
  ) {
    this.dir = join(stateDir, 'containerlab', lab);
  }

  /** Where the network namespace of a killed node is kept. */
  held(node: string): string {
    return join(this.dir, 'held', node);
  }

  /** Takes the name: of two at once exactly one gets it. @throws LabError where it is taken */
  create(): void {
    takeLabFolder(this.dir, () => this.read()?.phase);
  }

  write(state: LabState): void {
    mkdirSync(this.dir, { recursive: true });
    writeAtomically(join(this.dir, 'state.json'), `${JSON.stringify(state)}\n`);
  }

  /** @returns undefined for a lab that somebody deployed with containerlab itself. */
  read(): LabState | undefined {
    return readJson<LabState>(join(this.dir, 'state.json'));
  }

  writeKilled(node: string, record: KilledNode): void {
    mkdirSync(join(this.dir, 'killed'), { recursive: true });
    writeAtomically(join(this.dir, 'killed', `${node}.json`), JSON.stringify(record));
  }
  /** @returns undefined for a node that faultline has not killed, or has booted again. */
  readKilled(node: string): KilledNode | undefined {
    return readJson<KilledNode>(join(this.dir, 'killed', `${node}.json`));
  }
  forgetKilled(node: string): void {
    rmSync(join(this.dir, 'killed', `${node}.json`), { force: true });
  }

  exists(): boolean {
    return existsSync(this.dir);
  }

  /** Namespaces that are held must have been released. */
  remove(): void {
    removeLabFolder(this.dir);
  }
}

/** Names of the labs that have a folder, sorted. */
export function labFolders(stateDir: string): string[] {
  return namesIn(join(stateDir, 'containerlab'));
}

export function thisProcess(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === undefined) throw new LabError('this process is not in /proc');
  return identity;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

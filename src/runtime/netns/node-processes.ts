import { readFileSync, readlinkSync } from 'node:fs';
import { allPids, identify, type ProcessIdentity } from '../../process/proc.js';

/** A process on the host. */
export interface HostProcess extends ProcessIdentity {
  readonly name: string;
  readonly argv: readonly string[];
  /** `R`, `S`, `T` (stopped) … */
  readonly state: string;
  /** Its pid as its own, innermost PID namespace sees it. */
  readonly innerPid: number;
}

/** All processes in the PID namespace of a node's init (the init is one of them), by their pid there. */
export function processesOf(initPid: number): HostProcess[] {
  const namespace = link(`/proc/${initPid}/ns/pid`);
  if (namespace === undefined) return [];
  return processesWhere((pid) => link(`/proc/${pid}/ns/pid`) === namespace);
}

/** All processes in a network namespace, by its inode. */
export function processesInNetns(inodes: ReadonlySet<string>): HostProcess[] {
  return processesWhere((pid) => inodes.has(link(`/proc/${pid}/ns/net`) ?? ''));
}

/** Its state letter (`R`, `S`, `T` …); undefined where there is no such process. */
export function stateOf(pid: number): string | undefined {
  try {
    return stateIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined; // it has ended while we looked
  }
}

function stateIn(status: string): string {
  return /^State:\s+(\S)/m.exec(status)?.[1] ?? '?';
}

function processesWhere(wanted: (pid: number) => boolean): HostProcess[] {
  const found: HostProcess[] = [];
  for (const pid of allPids().filter(wanted)) {
    const process = describe(pid);
    if (process !== undefined) found.push(process);
  }
  return found.sort((a, b) => a.innerPid - b.innerPid || a.pid - b.pid);
}

function describe(pid: number): HostProcess | undefined {
  try {
    const identity = identify(pid);
    if (identity === undefined) return undefined;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const inner = /^NSpid:.*?(\d+)$/m.exec(status)?.[1];
    return {
      ...identity,
      name: readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd(),
      argv: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1),
      state: stateIn(status),
      innerPid: Number(inner ?? pid),
    };
  } catch {
    return undefined; // it has ended while we looked
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

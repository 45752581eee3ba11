import { readFileSync, readdirSync } from 'node:fs';

/** Which process a pid means: its start time tells it from a later process with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: string;
}

/** @returns undefined where there is no such process. */
export function identify(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  const state = fields?.[0];
  const startTicks = fields?.[19];
  return startTicks === undefined || state === 'Z' || state === 'X' ? undefined : { pid, startTicks };
}

/**
 * CPU time, in user and kernel mode, of a process, of the children that it and its descendants waited for, and of its
 * descendants that live. Resolution 10 ms. undefined where there is no such process.
 */
export function cpuTimeMs(pid: number): number | undefined {
  const own = statFields(pid);
  if (own === undefined) return undefined;
  const ticks = own.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
  return childrenOf(pid).reduce((sum, child) => sum + (cpuTimeMs(child) ?? 0), MS_PER_TICK * ticks);
}

/** Linux counts CPU time for programs in hundredths of a second. */
const MS_PER_TICK = 10;

/** Children of a process's first thread. */
function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** Fields of /proc/<pid>/stat from the third (the state) on. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may itself hold spaces and parentheses: fields are counted from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Every process that is there now, of all users. */
export function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Whether exactly this process still runs. A zombie does not. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks;
}

/** Sends a signal to exactly this process; false where it is gone. */
export function signalProcess(target: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

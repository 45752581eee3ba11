import { mkdir, readFile, readlink, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TimeoutError } from '../core/errors.js';
import type { Lab, LabProcess } from '../runtime/types.js';

const SUBSCRIBE_TIMEOUT_MS = 30_000;
const SUBSCRIBE_POLL_MS = 5;
/** Room for what the kernel queued before the program is ended. */
const SETTLE_POLL_MS = 20;

/** One `ip monitor` in a node; what it says goes to a file. */
export interface MonitorPoint {
  readonly node: string;
  readonly argv: readonly string[];
  /** Relative to the run folder. */
  readonly file: string;
  /** As in `the record of link events`. */
  readonly title: string;
}

/** Monitors that run: made by `startMonitors`. */
export class MonitorSession {
  /** @internal */
  constructor(
    private readonly monitors: readonly { readonly process: LabProcess }[],
    private readonly problems: string[],
  ) {}

  /** Ends them. Idempotent; never rejects. @returns what went wrong: a monitor that ended by itself. */
  async stop(): Promise<readonly string[]> {
    await Promise.all(
      this.monitors.map(async ({ process }) => {
        await unread(process.pid);
        await process.stop();
      }),
    );
    return this.problems;
  }
}

/**
 * Writes what the kernel says in each node to files. Resolves when all are subscribed: nothing that happens after that is
 * missed.
 * @throws CommandError where a monitor cannot be started; TimeoutError. Then none is left.
 */
export async function startMonitors(
  lab: Lab,
  points: readonly MonitorPoint[],
  options: { readonly dir: string; readonly onProblem?: (text: string) => void },
): Promise<MonitorSession> {
  const problems: string[] = [];
  const monitors: { point: MonitorPoint; process: LabProcess }[] = [];
  const outcomes = await Promise.allSettled(
    points.map(async (point) => {
      const file = join(options.dir, point.file);
      await mkdir(dirname(file), { recursive: true });
      const process = await lab
        .node(point.node)
        .spawnOutside(point.argv, { env: { TZ: 'UTC', LC_ALL: 'C' }, stdoutFile: file });
      monitors.push({ point, process });
      await subscribed(process, point.node);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(monitors.map(({ process }) => process.stop('SIGKILL')));
    throw failed.reason;
  }
  const session = new MonitorSession(monitors, problems);
  for (const { point, process } of monitors) {
    void process.exited.then((end) => {
      if (end.signal === 'SIGTERM') return; // as told by stop()
      const text = `the record of ${point.title} on ${point.node} ended early: ${end.stderrTail.trim() || String(end.signal ?? end.exitCode)}`;
      problems.push(text);
      options.onProblem?.(text);
    });
  }
  return session;
}

/** Rows of /proc/<pid>/net/netlink for the sockets of that process: subscribed groups and bytes not read yet. */
async function netlinkSockets(pid: number): Promise<readonly { readonly groups: number; readonly unread: number }[]> {
  const inodes = new Set<string>();
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const rows = (await readFile(`/proc/${pid}/net/netlink`, 'utf8')).trim().split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9] ?? ''))
    .map((fields) => ({ groups: Number.parseInt(fields[3]!, 16), unread: Number(fields[4]) }));
}

/** `ip monitor` says nothing when it is ready: the kernel's list of sockets tells. */
async function subscribed(process: LabProcess, node: string): Promise<void> {
  const startedAt = performance.now();
  const waitedFor = `ip monitor on ${node} to subscribe`;
  let over: string | undefined;
  void process.exited.then((end) => (over = end.stderrTail.trim() || `exit ${String(end.exitCode)}`));
  for (;;) {
    const sockets = await netlinkSockets(process.pid).catch(() => []);
    if (sockets.some((socket) => socket.groups !== 0)) return;
    const elapsedMs = performance.now() - startedAt;
    if (over !== undefined) throw new TimeoutError(waitedFor, over, elapsedMs);
    if (elapsedMs > SUBSCRIBE_TIMEOUT_MS) throw new TimeoutError(waitedFor, 'no subscribed socket', elapsedMs);
    await new Promise((resolve) => setTimeout(resolve, SUBSCRIBE_POLL_MS));
  }
}

/** Waits until it has read all that the kernel queued for it, for a second at most: it is evidence, not a figure. */
async function unread(pid: number): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const sockets = await netlinkSockets(pid).catch(() => []);
    if (!sockets.some((socket) => socket.unread > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
  }
}

import { mkdir, readFile, readlink, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TimeoutError } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import type { Lab, LabProcess } from '../runtime/types.js';

const SUBSCRIBE_TIMEOUT_MS = 30_000;
const SUBSCRIBE_POLL_MS = 5;
/** Room for what the kernel queued before the program is ended. */
const SETTLE_POLL_MS = 20;

/**
 * One line of `ip -ts monitor link`: what the kernel said about an interface. Of an interface that is set down it speaks
 * at once; that a carrier was lost it may tell up to a second later (linkwatch, once a second), routing daemons too. So
 * an event is evidence of a fault, not its time.
 */
export interface LinkEvent {
  /** When `ip` read it, microseconds. */
  readonly at: Instant;
  readonly interface: string;
  /** Administratively up. */
  readonly up: boolean;
  /** The other end is there (LOWER_UP). */
  readonly carrier: boolean;
  readonly deleted: boolean;
}

/**
 * Reads what `TZ=UTC ip -ts monitor link` wrote, in its order. Lines of other kinds (addresses, a line that is cut) are
 * passed over.
 */
export function parseLinkEvents(text: string): readonly LinkEvent[] {
  const line = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})\] (Deleted )?\d+: ([^@:\s]+)(?:@[^:\s]+)?: <([^>]*)>/gm;
  return [...text.matchAll(line)].map(([, second, micros, deleted, name, flagText]) => {
    const flags = flagText!.split(',');
    return {
      at: BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(micros!) * 1_000n,
      interface: name!,
      up: flags.includes('UP'),
      carrier: flags.includes('LOWER_UP'),
      deleted: deleted !== undefined,
    };
  });
}

/**
 * Only the events by which an interface's state became another: the kernel also speaks up where something else about it
 * changed. An interface that nothing was said of before counts as up with carrier, as it is in a steady lab.
 */
export function linkChanges(events: readonly LinkEvent[]): readonly LinkEvent[] {
  const last = new Map<string, string>();
  return events.filter((event) => {
    const state = `${event.up} ${event.carrier} ${event.deleted}`;
    const before = last.get(event.interface) ?? 'true true false';
    last.set(event.interface, state);
    return state !== before;
  });
}

/** Relative to the run folder. */
export function linkEventsFile(node: string): string {
  return `nodes/${node}/link-events.log`;
}

/** Records of link events that run: made by `startLinkEvents`. */
export class LinkEventSession {
  /** @internal */
  constructor(
    private readonly monitors: readonly { readonly node: string; readonly process: LabProcess }[],
    private readonly dir: string,
    private readonly problems: string[],
  ) {}

  /** What was said in a node so far. */
  async events(node: string): Promise<readonly LinkEvent[]> {
    return parseLinkEvents(await readFile(join(this.dir, linkEventsFile(node)), 'utf8'));
  }

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
 * Writes what the kernel says about the links of each node to `<dir>/nodes/<node>/link-events.log`. Resolves when all
 * are subscribed: nothing that happens after that is missed.
 * @throws CommandError where `ip` cannot be started; TimeoutError. Then none is left.
 */
export async function startLinkEvents(
  lab: Lab,
  nodes: readonly string[],
  options: { readonly dir: string; readonly onProblem?: (text: string) => void },
): Promise<LinkEventSession> {
  const problems: string[] = [];
  const monitors: { node: string; process: LabProcess }[] = [];
  const outcomes = await Promise.allSettled(
    nodes.map(async (node) => {
      const file = join(options.dir, linkEventsFile(node));
      await mkdir(dirname(file), { recursive: true });
      const process = await lab
        .node(node)
        .spawnOutside(['ip', '-ts', 'monitor', 'link'], { env: { TZ: 'UTC', LC_ALL: 'C' }, stdoutFile: file });
      monitors.push({ node, process });
      await subscribed(process, node);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(monitors.map(({ process }) => process.stop('SIGKILL')));
    throw failed.reason;
  }
  const session = new LinkEventSession(monitors, options.dir, problems);
  for (const { node, process } of monitors) {
    void process.exited.then((end) => {
      if (end.signal === 'SIGTERM') return; // as told by stop()
      const text = `the record of link events on ${node} ended early: ${end.stderrTail.trim() || String(end.signal ?? end.exitCode)}`;
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

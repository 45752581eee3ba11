import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../core/instant.js';
import type { Lab } from '../runtime/types.js';
import { startMonitors, type MonitorSession } from './monitors.js';

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
    private readonly monitors: MonitorSession,
    private readonly dir: string,
  ) {}

  /** What was said in a node so far. */
  async events(node: string): Promise<readonly LinkEvent[]> {
    return parseLinkEvents(await readFile(join(this.dir, linkEventsFile(node)), 'utf8'));
  }

  /** Ends them. Idempotent; never rejects. @returns what went wrong: a monitor that ended by itself. */
  stop(): Promise<readonly string[]> {
    return this.monitors.stop();
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
  const points = nodes.map((node) => ({
    ...{ node, argv: ['ip', '-ts', 'monitor', 'link'], file: linkEventsFile(node), title: 'link events' },
  }));
  return new LinkEventSession(await startMonitors(lab, points, options), options.dir);
}

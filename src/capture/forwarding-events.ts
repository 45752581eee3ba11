import type { Instant } from '../core/instant.js';
import type { Lab } from '../runtime/types.js';
import { startMonitors, type MonitorSession } from './monitors.js';

/** One line of `ip -ts monitor label`: what the kernel said about its forwarding tables. */
export interface ForwardingEvent {
  /** When `ip` read it, microseconds. */
  readonly at: Instant;
  readonly kind: 'route' | 'nexthop' | 'mroute' | 'mac';
  readonly what: string;
}

/** What is asked of `ip monitor` for the routes, and for the MAC tables of bridges. */
export const MONITORED = {
  forwarding: ['ip', '-ts', 'monitor', 'label', 'route', 'nexthop', 'mroute'],
  fdb: ['ip', '-f', 'bridge', '-ts', 'monitor', 'label', 'neigh'],
} as const;
export type Monitored = keyof typeof MONITORED;

const KINDS: Readonly<Record<string, ForwardingEvent['kind']>> = {
  ROUTE: 'route',
  NEXTHOP: 'nexthop',
  MROUTE: 'mroute',
  NEIGH: 'mac',
};
const LINE = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})\] \[([A-Z]+)\](.*)$/gm;

/**
 * Reads what the monitors wrote, with TZ=UTC, in its order. What a kernel does for its own addresses (tables local and
 * multicast, link-local routes of IPv6) is no step of anybody and left out, as are lines of other kinds.
 */
export function parseForwardingEvents(text: string): readonly ForwardingEvent[] {
  return [...text.matchAll(LINE)].flatMap(([, second, micros, label, rest]): ForwardingEvent[] => {
    const kind = KINDS[label!];
    const what = rest!.trim();
    if (kind === undefined || /^(Deleted )?(local|broadcast|multicast|anycast|ff00::|fe80::)/.test(what)) return [];
    const at = BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(micros!) * 1_000n;
    return [{ at, kind, what }];
  });
}

/** Relative to the run folder. */
export function forwardingEventsFile(node: string, monitored: Monitored): string {
  return `nodes/${node}/${monitored}-events.log`;
}

/** Watches routes, nexthops, multicast routes and MAC tables of the nodes. @throws as `startMonitors` */
export function startForwardingEvents(
  lab: Lab,
  nodes: readonly string[],
  options: { readonly dir: string },
): Promise<MonitorSession> {
  const points = nodes.flatMap((node) =>
    (Object.keys(MONITORED) as Monitored[]).map((monitored) => ({
      ...{ node, argv: MONITORED[monitored], file: forwardingEventsFile(node, monitored) },
      title: monitored === 'fdb' ? 'MAC tables' : 'routes',
    })),
  );
  return startMonitors(lab, points, options);
}

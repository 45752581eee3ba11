import type { Instant } from '../core/instant.js';
import type { Lab } from '../runtime/types.js';
import { startMonitors, type MonitorSession } from './monitors.js';

/** One line of `ip -ts monitor label`: what the kernel said about its forwarding tables and the ports of its bonds. */
export interface ForwardingEvent {
  /** When `ip` read it, microseconds. */
  readonly at: Instant;
  readonly kind: 'route' | 'nexthop' | 'mroute' | 'mac' | 'bundle' | 'lacp';
  readonly what: string;
}

/** What is asked of `ip monitor`: for the routes, for the MAC tables of bridges, for the ports of bonds. */
export const MONITORED = {
  forwarding: ['ip', '-ts', 'monitor', 'label', 'route', 'nexthop', 'mroute'],
  fdb: ['ip', '-f', 'bridge', '-ts', 'monitor', 'label', 'neigh'],
  bundle: ['ip', '-d', '-o', '-ts', 'monitor', 'label', 'link'],
} as const;
const TITLES: Readonly<Record<Monitored, string>> = {
  forwarding: 'routes',
  fdb: 'MAC tables',
  bundle: 'bundles',
};
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
  const ports = new Map<string, boolean>();
  return [...text.matchAll(LINE)].flatMap(([, second, micros, label, rest]): ForwardingEvent[] => {
    const at = BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(micros!) * 1_000n;
    if (label === 'LINK') return portEvent(rest!, ports).map((event) => ({ at, ...event }));
    const kind = KINDS[label!];
    const what = rest!.trim();
    if (kind === undefined || /^(Deleted )?(local|broadcast|multicast|anycast|ff00::|fe80::)/.test(what)) return [];
    return [{ at, kind, what }];
  });
}

const PORT = /^\d+: ([^:@\s]+)[:@].* bond_slave state (\w+) mii_status (\w+)/;
/** Of a port with LACP (IEEE 802.1AX section 6.4.2.3): it collects and distributes. */
const LACP_IN_USE = 0x10 | 0x20;

/**
 * A port of a bond that goes out of use or into use; the kernel also repeats what was so before. Without a link it was the bond's
 * own monitor, else LACP.
 * @param ports which are in use; one that was not heard of is
 */
function portEvent(line: string, ports: Map<string, boolean>): Omit<ForwardingEvent, 'at'>[] {
  const [, port, state, link] = PORT.exec(line) ?? [];
  if (port === undefined) return [];
  const lacp = Number(/ ad_actor_oper_port_state (\d+)/.exec(line)?.[1] ?? LACP_IN_USE);
  const inUse = state === 'ACTIVE' && link === 'UP' && (lacp & LACP_IN_USE) === LACP_IN_USE;
  const before = ports.get(port) ?? true;
  ports.set(port, inUse);
  if (inUse === before) return [];
  const bundle = / master (\S+)/.exec(line)?.[1] ?? 'its bundle';
  const what = `${port} of ${bundle} is ${inUse ? 'in use' : `out of use${link === 'DOWN' ? ', its link is down' : ''}`}`;
  return [{ kind: link === 'DOWN' ? 'bundle' : 'lacp', what }];
}

/** Relative to the run folder. */
export function forwardingEventsFile(node: string, monitored: Monitored): string {
  return `nodes/${node}/${monitored}-events.log`;
}

/** Watches routes, nexthops, multicast routes, MAC tables and bundles of the nodes. @throws as `startMonitors` */
export function startForwardingEvents(
  lab: Lab,
  nodes: readonly string[],
  options: { readonly dir: string },
): Promise<MonitorSession> {
  const points = nodes.flatMap((node) =>
    (Object.keys(MONITORED) as Monitored[]).map((monitored) => ({
      ...{ node, argv: MONITORED[monitored], file: forwardingEventsFile(node, monitored) },
      title: TITLES[monitored],
    })),
  );
  return startMonitors(lab, points, options);
}

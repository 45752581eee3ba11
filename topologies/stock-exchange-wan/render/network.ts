import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** What network.yml says. */
export interface Network {
  readonly name: string;
  readonly asn: number;
  readonly routers: Readonly<Record<string, Router>>;
  readonly rp: { readonly address: string; readonly groups: string; readonly mesh: string };
  readonly segment: {
    readonly edge: string;
    readonly id: number;
    readonly mac: string;
    readonly 'edge-mac': string;
    readonly members: readonly { readonly edge: string; readonly at: string; readonly preference: number }[];
  };
  readonly 'gateway-mac': string;
  readonly vlans: Readonly<Record<string, Vlan>>;
  readonly 'order-entry': {
    readonly vrf: string;
    readonly table: number;
    /** The only host that customers reach. */
    readonly offers: string;
    readonly hub: string;
    readonly spoke: string;
  };
  readonly hosts: Readonly<Record<string, Host>>;
  readonly core: readonly { readonly ends: readonly string[]; readonly net: string; readonly cost: number }[];
  readonly customers: {
    readonly 'market-vlan': number;
    readonly 'orders-vlan': number;
    readonly links: readonly CustomerLink[];
  };
  readonly timers: Readonly<Record<string, Timers>>;
}

export interface Router {
  readonly role: 'wan-edge' | 'remote-edge' | 'p' | 'pe' | 'ce';
  readonly loopback: string;
  readonly asn?: number;
}

export interface Vlan {
  readonly id: number;
  readonly vni: number;
  readonly vrf?: string;
  /** With its prefix length. */
  readonly anycast: string;
  readonly own: Readonly<Record<string, { readonly address: string; readonly cost?: number; readonly dr?: number }>>;
}

export interface Host {
  readonly role: string;
  readonly vlan?: string;
  readonly vrf?: string;
  /** `<node> <interface>` at the other end of its cable. */
  readonly at: string;
  readonly address: string;
  readonly mac?: string;
}

export interface CustomerLink {
  readonly ends: readonly string[];
  readonly vrf: string;
  readonly table: number;
  readonly market: string;
  readonly orders: string;
}

export interface Timers {
  readonly extends?: string;
  readonly 'ospf-hello-s'?: number;
  readonly 'ospf-dead-s'?: number;
  readonly 'ospf-retransmit-s'?: number;
  readonly 'ospf-spf-ms'?: readonly number[];
  readonly 'ospf-lsa-ms'?: { readonly send: number; readonly accept: number };
  readonly 'ldp-sync'?: boolean;
  readonly 'ldp-hello-s'?: { readonly interval: number; readonly hold: number };
  readonly bfd?: { readonly 'interval-ms': number; readonly multiplier: number };
  readonly 'pim-hello-s'?: number;
  readonly 'pim-hold-s'?: number;
  readonly 'pim-join-prune-s'?: number;
  readonly 'igmp-query-s'?: number;
  readonly 'igmp-response-ds'?: number;
  readonly 'msdp-s'?: { readonly keepalive: number; readonly hold: number; readonly retry: number };
  readonly 'bgp-s'?: { readonly keepalive: number; readonly hold: number; readonly connect: number };
  readonly lacp: 'fast' | 'slow';
  readonly 'evpn-startup-s'?: number;
  readonly 'bond-monitor-ms': number;
  readonly 'df-wait-ms': number;
  readonly 'graceful-restart'?: boolean;
}

export function readNetwork(folder: string): Network {
  return load(readFileSync(join(folder, 'network.yml'), 'utf8')) as Network;
}

/** A set of timers with what it takes over from another. */
export function timersOf(network: Network, set: string): Timers {
  const own = network.timers[set]!;
  return own.extends === undefined ? own : { ...timersOf(network, own.extends), ...own };
}

/** `we1 eth2` → its parts. */
export function place(text: string): { readonly node: string; readonly port: string } {
  const [node, port] = text.split(' ');
  return { node: node!, port: port! };
}

/** The port of `node` in a pair of ends, which end it is, and who is at the other; undefined where it is at neither. */
export function endAt(
  ends: readonly string[],
  node: string,
): { readonly port: string; readonly index: number; readonly peer: string } | undefined {
  const index = ends.findIndex((end) => place(end).node === node);
  return index < 0 ? undefined : { port: place(ends[index]!).port, index, peer: ends[1 - index]! };
}

/** The `end`-th address (0 or 1) of a /31, with its prefix length. */
export function addressIn(net: string, end: number): string {
  const [network, length] = net.split('/');
  const octets = network!.split('.').map(Number);
  octets[3]! += end;
  return `${octets.join('.')}/${length}`;
}

export function bare(address: string): string {
  return address.split('/')[0]!;
}

/** `10.10.0.1/24` → `10.10.0.0/24`; lengths of whole octets. */
export function subnet(address: string): string {
  const [host, length] = address.split('/');
  const octets = host!.split('.').map((octet, i) => (i < Number(length) / 8 ? octet : '0'));
  return `${octets.join('.')}/${length}`;
}

/** Addresses of a LAN's router: the first one of it. */
export function gatewayOf(network: Network, host: Host): string {
  if (host.vlan !== undefined) return bare(network.vlans[host.vlan]!.anycast);
  return subnet(host.address).replace(/0\/\d+$/, '1');
}

/** The host's cable's interface at the host. */
export const HOST_PORT = 'eth1';
export const BUNDLE = 'es1';
export const BRIDGE = 'br0';

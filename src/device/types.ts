import type { LabNode } from '../runtime/types.js';
import type { DriverName } from '../topology/types.js';

/**
 * Typed facts about a device's own state. Each kind of question has one answer type; a driver that cannot answer a
 * kind throws UnsupportedQuery. Addresses are text; interface names are the node's own.
 */
export interface DeviceFacts {
  'ospf-neighbors': readonly { neighborId: string; address: string; interface: string; state: string }[];
  'pim-neighbors': readonly { interface: string; address: string; holdTimeS: number | null }[];
  /** One per interface with PIM: who is designated router there. */
  'pim-interfaces': readonly {
    interface: string;
    address: string;
    designatedRouter: string;
    isDesignatedRouter: boolean;
  }[];
  /** Which RP serves which groups. `isThisRouter`: this device owns the RP address. */
  'rp-info': readonly { rp: string; groups: string; interface: string; isThisRouter: boolean; source: string }[];
  /** Forwarding state for multicast. `source` is `*` for a shared tree. */
  mroutes: readonly {
    source: string;
    group: string;
    /** Incoming interface; `` where none. */
    iif: string;
    oifs: readonly string[];
    installed: boolean;
    /** The tree flags as the device prints them. */
    flags: string;
    packets: number | null;
  }[];
  /** Upstream state (joined or not) per (S,G) and (*,G), with the RPF neighbour. */
  'pim-upstream': readonly {
    source: string;
    group: string;
    iif: string;
    state: string;
    rpfNeighbor: string;
    sptBit: boolean | null;
  }[];
  'igmp-groups': readonly { interface: string; group: string; source: string | null; version: number | null }[];
  'msdp-peers': readonly { peer: string; local: string; state: string; meshGroup: string | null }[];
  'msdp-sa': readonly { source: string; group: string; rp: string; local: boolean; sptSetup: boolean }[];
  'bfd-peers': readonly {
    peer: string;
    interface: string | null;
    status: string;
    /** Negotiated detection time, ms. */
    detectMs: number | null;
  }[];
  'bgp-peers': readonly { peer: string; family: string; state: string; prefixesReceived: number | null }[];
  /** Best path to a destination. Empty: no route. */
  'route-to': readonly { prefix: string; protocol: string; nexthop: string | null; interface: string | null }[];
  /** Ethernet Segments (RFC 7432): own ones, with the interface, and those that others are on. */
  'evpn-segments': readonly {
    id: string;
    /** The interface on the segment; null where the device is not on it. */
    interface: string | null;
    up: boolean;
    /** Whether this device is designated forwarder there. */
    forwarder: boolean;
    /** Addresses of the other devices on it. */
    peers: readonly string[];
  }[];
  'ldp-neighbors': readonly { id: string; state: string }[];
  /** Next hops in the forwarding table of a VRF for an address; empty: none. Labels: the outermost first. */
  'vrf-route': readonly {
    prefix: string;
    protocol: string;
    nexthop: string | null;
    interface: string | null;
    labels: readonly number[];
  }[];
  interfaces: readonly { name: string; up: boolean; carrier: boolean; addresses: readonly string[] }[];
  'igp-settings': readonly IgpSettings[];
}

/**
 * A link-state IGP as it is configured, with the software's own values where nothing is: what RFC 6413 section 7 wants
 * reported. Lists hold the distinct values of its interfaces; empty, or null: not known.
 */
export type IgpSettings = {
  readonly protocol: string;
  readonly helloMs: readonly number[];
  readonly deadMs: readonly number[];
  /** Between an LSA that was not acknowledged and its repeat. */
  readonly retransmitMs: readonly number[];
  /** Least time between two versions of one LSA. */
  readonly generationMs: number | null;
  /** Wait before a route calculation: first, hold, longest. */
  readonly calculationMs: readonly number[];
  /** BFD detection time where BFD tells the IGP of a lost neighbour; empty: it does not. */
  readonly bfdMs: readonly number[];
  readonly extensions: readonly string[];
  readonly authenticated: boolean | null;
};
export type QueryKind = keyof DeviceFacts;
export interface QueryArguments {
  readonly group?: string;
  readonly address?: string;
  readonly vrf?: string;
}

export class UnsupportedQuery extends Error {
  override readonly name = 'UnsupportedQuery';
}

export interface DaemonInfo {
  readonly name: string;
  /** Host pid; null where it is configured but not running. */
  readonly pid: number | null;
}

/** One per NOS family, made for one node. */
export interface DeviceDriver {
  readonly name: DriverName;
  readonly node: LabNode;
  /** Waits until the device takes commands. @throws TimeoutError */
  waitReady(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Product and version, as the device says it: `FRR 8.4.4`. */
  version(): Promise<string>;
  runningConfig(): Promise<string>;
  /** What `apply(config)` would change, as a unified diff of running configurations; empty: nothing. */
  diff(config: string): Promise<string>;
  /** Applies a snippet in the device's own language and returns the difference it made. @throws LabError with the device's own lines */
  apply(config: string): Promise<string>;
  /**
   * Applies again, in order, all that `apply` applied since the last rollback: for a device or a daemon of it that has
   * started anew from its own files. Returns the difference it made; nothing where nothing was applied.
   */
  reapply(): Promise<string>;
  /**
   * Back to what ran before the first `apply`, or, for a driver that applied nothing itself, to a running configuration
   * that was kept. Idempotent; returns the difference it made.
   */
  rollback(kept?: string): Promise<string>;
  /** @throws UnsupportedQuery, CommandError */
  query<K extends QueryKind>(kind: K, args?: QueryArguments): Promise<DeviceFacts[K]>;
  /** The raw state tables that matter, by file name (`ip-mroute.json`), for the run folder. A table that fails is its error text. */
  stateTables(): Promise<Readonly<Record<string, string>>>;
  /** Log files of the device, by file name. */
  logs(): Promise<Readonly<Record<string, Buffer>>>;
  daemons(): Promise<readonly DaemonInfo[]>;
  /** Starts a daemon that is not running, with its configuration and all that was applied since. Idempotent. */
  startDaemon(name: string): Promise<void>;
  /** Ends all daemons, however many run, and starts them as at the node's boot, with all that was applied since. */
  restartDaemons(): Promise<void>;
}

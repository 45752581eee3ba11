import type { SourceRef } from '../core/source.js';

/**
 * A containerlab topology after inheritance (node > group > kind > defaults), environment and magic variables:
 * what a runtime brings up. Plain data, the same on every runtime.
 */
export interface Topology {
  /** Lab name as the file says it. A run may use another one. */
  readonly name: string;
  /** `prefix:` of the file; undefined is containerlab's own default `clab`. */
  readonly prefix: string | undefined;
  /** Absolute path of the topology file. */
  readonly file: string;
  /** Absolute path of its folder; relative binds start here. */
  readonly dir: string;
  /** In the file's order. */
  readonly nodes: readonly TopologyNode[];
  readonly links: readonly TopologyLink[];
}

/** What a node is to faultline: its label `faultline.driver`, else derived from kind, image and binds. */
export type DriverName = 'frr' | 'linux' | 'junos' | 'exabgp' | 'fake';

export interface TopologyNode {
  readonly name: string;
  /** containerlab's kind: `linux`, `bridge`, `host`, `juniper_vjunosrouter` … */
  readonly kind: string;
  readonly image: string | undefined;
  readonly group: string | undefined;
  readonly driver: DriverName;
  /** faultline's own label `faultline.role`: `rp`, `edge`, `source`, `receiver` … free text. */
  readonly role: string | undefined;
  /** One per path in the node, sorted by that path, so that a folder comes before what is mounted inside it. */
  readonly binds: readonly Bind[];
  /** Commands run in the node, in order, once its links are there; those of defaults, kind and group come first. As written: containerlab splits them like a shell. */
  readonly exec: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly cmd: string | undefined;
  readonly entrypoint: string | undefined;
  readonly user: string | undefined;
  /** Absolute path, URL, or, where it has several lines, the configuration itself. */
  readonly startupConfig: string | undefined;
  readonly privileged: boolean | undefined;
  readonly mgmtIpv4: string | undefined;
  /** Everything else that containerlab knows and a runtime may hand on, by its name in the file. */
  readonly other: Readonly<Record<string, unknown>>;
  readonly source: SourceRef;
}

export interface Bind {
  /** Absolute path on the host. */
  readonly hostPath: string;
  /** Absolute path in the node. */
  readonly nodePath: string;
  readonly readOnly: boolean;
  readonly source: SourceRef;
}

/** One end of a link. */
export interface Endpoint {
  readonly node: string;
  readonly interface: string;
  readonly mac?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** What containerlab knows; a runtime refuses by name what it cannot do. */
export type LinkType = 'veth' | 'host' | 'dummy' | 'macvlan' | 'mgmt-net' | 'veth-stitch' | 'vxlan' | 'vxlan-stitch';

/**
 * A link, mostly a veth between two nodes. `id` is its two ends as written: `core1:eth1--edge1:eth2`. The interface of an
 * endpoint is the one in the node's network namespace: a vJunos router's `ge-0/0/0` is `eth1` there.
 */
export interface TopologyLink {
  readonly id: string;
  readonly type: LinkType;
  /**
   * Two for a veth. For a host, macvlan or mgmt-net link the second has that word as its node name and the host's
   * interface. One for a dummy or a vxlan.
   */
  readonly endpoints: readonly Endpoint[];
  readonly mtu: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Everything else that the file says of it, by its name there: `vars`, `mode`, `remote`, `vni` … */
  readonly other?: Readonly<Record<string, unknown>>;
  readonly source: SourceRef;
}

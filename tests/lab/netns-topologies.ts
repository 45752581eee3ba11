import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bind, Topology, TopologyLink, TopologyNode } from '../../src/topology/types.js';

const LABS = fileURLToPath(new URL('../fixtures/labs/', import.meta.url));
const HERE = { file: 'hand-made', line: 1, column: 1 } as const;

export type NodeDraft = Partial<Omit<TopologyNode, 'name' | 'binds'>> & {
  readonly binds?: readonly string[];
};

/** A topology from its essentials: links as `a:eth1--b:eth1`, binds as `host:node[:ro]` relative to `dir`. */
export function topologyOf(
  name: string,
  nodes: Readonly<Record<string, NodeDraft>>,
  links: readonly string[] = [],
  dir: string = LABS,
): Topology {
  return {
    name,
    prefix: undefined,
    file: join(dir, `${name}.clab.yml`),
    dir,
    nodes: Object.entries(nodes).map(([node, draft]) => nodeOf(node, draft, dir)),
    links: links.map(linkOf),
  };
}

export function linkOf(id: string): TopologyLink {
  const endpoints = id.split('--').map((end) => {
    const [node, name] = end.split(':');
    return { node: node!, interface: name! };
  });
  return { id, type: 'veth', endpoints, mtu: undefined, labels: {}, source: HERE };
}

function nodeOf(name: string, draft: NodeDraft, dir: string): TopologyNode {
  const { binds = [], ...rest } = draft;
  return {
    name,
    kind: 'linux',
    image: undefined,
    group: undefined,
    driver: 'linux',
    role: undefined,
    exec: [],
    env: {},
    sysctls: {},
    labels: {},
    cmd: undefined,
    entrypoint: undefined,
    user: undefined,
    startupConfig: undefined,
    privileged: undefined,
    mgmtIpv4: undefined,
    other: {},
    source: HERE,
    ...rest,
    binds: binds.map((bind) => bindOf(bind, dir)),
  };
}

function bindOf(text: string, dir: string): Bind {
  const [host, node, mode] = text.split(':');
  const hostPath = host!.startsWith('/') ? host! : join(dir, host!);
  return { hostPath, nodePath: node!, readOnly: mode === 'ro', source: HERE };
}

/** The three-router OSPF lab in fixtures/labs/frr01, resolved. */
export function frr01(name = 'frr01'): Topology {
  const router = (number: number): NodeDraft => ({
    driver: 'frr',
    image: 'frrouting/frr:10.2.1',
    group: 'routers',
    binds: [`router${number}/daemons:/etc/frr/daemons`, `router${number}/frr.conf:/etc/frr/frr.conf`],
  });
  const host = (number: number): NodeDraft => ({
    image: 'wbitt/network-multitool:latest',
    group: 'hosts',
    exec: [
      'ip link set eth1 up',
      `ip addr add 192.168.1${number}.2/24 dev eth1`,
      `ip route add 192.168.0.0/16 via 192.168.1${number}.1 dev eth1`,
      `ip route add 10.10.10.0/24 via 192.168.1${number}.1 dev eth1`,
    ],
  });
  return topologyOf(
    name,
    { router1: router(1), router2: router(2), router3: router(3), PC1: host(1), PC2: host(2), PC3: host(3) },
    [
      'router1:eth1--router2:eth1',
      'router1:eth2--router3:eth1',
      'router2:eth2--router3:eth2',
      'PC1:eth1--router1:eth3',
      'PC2:eth1--router2:eth3',
      'PC3:eth1--router3:eth3',
    ],
    join(LABS, 'frr01'),
  );
}

/** A lab that never gets up: one node's command does not end. */
export function hangingTopology(name: string): Topology {
  return topologyOf(
    name,
    { a: { driver: 'frr', cmd: 'sleep 2001' }, b: { cmd: 'sleep 2002' }, c: { exec: ['sleep 2003'] } },
    ['a:eth1--b:eth1', 'b:eth2--c:eth1'],
  );
}

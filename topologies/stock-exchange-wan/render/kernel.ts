import { bare, BRIDGE, BUNDLE, endAt, gatewayOf, HOST_PORT, place, timersOf, type Network } from './network.js';

/** `network.sh` of a node with one set of timers: what FRR leaves to the kernel. undefined: it needs none. */
export function networkScript(network: Network, set: string, node: string): string | undefined {
  const lines = node === network.segment.edge ? edgeLines(network, set) : routerLines(network, set, node);
  if (lines === undefined) return undefined;
  return [
    '#!/bin/sh',
    `# Written by render.ts from network.yml, timers: ${set}. Do not edit.`,
    'set -e',
    ...lines,
    '',
  ].join('\n');
}

function batch(program: 'ip' | 'bridge' | 'tc', lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${program} -batch - <<'END'`, ...lines, 'END'];
}

function bundle(network: Network, set: string, mac: string, members: readonly string[], minLinks: number): string[] {
  const timers = timersOf(network, set);
  const options = [
    `mode 802.3ad lacp_rate ${timers.lacp} miimon ${timers['bond-monitor-ms']} min_links ${minLinks}`,
    `xmit_hash_policy layer3+4 ad_actor_system ${mac}`,
  ];
  return [
    `link add ${BUNDLE} type bond ${options.join(' ')}`,
    ...members.flatMap((port) => [`link set ${port} down`, `link set ${port} master ${BUNDLE}`, `link set ${port} up`]),
    `link set ${BUNDLE} up`,
  ];
}

const BRIDGE_OPTIONS =
  'type bridge stp_state 0 vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0 ageing_time 180000';

/** The exchange's switch: hosts in their VLANs, a bundle to the WAN edges that carries all of them. */
function edgeLines(network: Network, set: string): string[] {
  const { segment } = network;
  const hosts = Object.values(network.hosts).filter(({ at }) => place(at).node === segment.edge);
  const ports = hosts.map(({ at, vlan }) => ({ port: place(at).port, id: network.vlans[vlan!]!.id }));
  return [
    ...batch('ip', [
      `link add ${BRIDGE} ${BRIDGE_OPTIONS}`,
      ...bundle(
        network,
        set,
        segment['edge-mac'],
        segment.members.map(({ edge }) => edge),
        1,
      ),
      ...[BUNDLE, ...ports.map(({ port }) => port)].map((port) => `link set ${port} mtu 1500 master ${BRIDGE}`),
      `link set ${BRIDGE} up`,
    ]),
    ...batch('bridge', [
      ...Object.values(network.vlans).map(({ id }) => `vlan add vid ${id} dev ${BUNDLE}`),
      ...ports.map(({ port, id }) => `vlan add vid ${id} pvid untagged dev ${port}`),
    ]),
  ];
}

function routerLines(network: Network, set: string, node: string): string[] | undefined {
  const router = network.routers[node];
  if (router === undefined) return undefined;
  const labelled = network.core.flatMap(({ ends }) => {
    const end = endAt(ends, node);
    return end === undefined || network.routers[place(end.peer).node]!.role === 'remote-edge' ? [] : [end.port];
  });
  const mpls =
    router.role === 'ce' || router.role === 'remote-edge'
      ? []
      : [
          'echo 100000 >/proc/sys/net/mpls/platform_labels',
          ...labelled.map((port) => `echo 1 >/proc/sys/net/mpls/conf/${port}/input`),
        ];
  return [
    ...mpls,
    ...customerLines(network, node),
    ...vtepLines(network, set, node),
    ...helperLines(network, set, node),
    ...(router.role === 'remote-edge' || router.role === 'wan-edge' ? [] : rpAgain(network)),
  ];
}

/**
 * FRR 10's pimd reads its configuration before it is connected to zebra, and may then never ask for the way to the RP. Where
 * it does not know one in its first half minute, the RP is entered again; the log says how often.
 */
function rpAgain(network: Network): string[] {
  const { address, groups } = network.rp;
  const again = ['configure terminal', 'router pim', `no rp ${address} ${groups}`, `rp ${address} ${groups}`];
  const loop = [
    'n=0',
    'while [ $n -lt 15 ]; do sleep 2',
    'n=$((n + 1))',
    'vtysh -c "show ip pim rp-info" | grep -q Unknown || exit',
    'echo "$(date) no way to the RP: entered again"',
    `vtysh ${again.map((line) => `-c "${line}"`).join(' ')}`,
    'done',
  ];
  return [`setsid sh -c '${loop.join('; ')}' </dev/null >/var/log/frr/rp-again.log 2>&1 &`];
}

/** Starts what opens the filters of the segment and watches LACP; see es-helper.pl. */
function helperLines(network: Network, set: string, node: string): string[] {
  const member = network.segment.members.find(({ at }) => place(at).node === node);
  if (member === undefined) return [];
  const timers = timersOf(network, set);
  const backup = `vx${network.vlans[network.hosts[network['order-entry'].offers]!.vlan!]!.vni}`;
  const argv = [BUNDLE, backup, timers['bond-monitor-ms'], timers['df-wait-ms'], place(member.at).port].join(' ');
  return [`setsid perl /etc/wan/es-helper.pl ${argv} </dev/null >/dev/null 2>&1 &`];
}

/** VRFs and VLANs between provider and customer. */
function customerLines(network: Network, node: string): string[] {
  const { 'market-vlan': market, 'orders-vlan': orders, links } = network.customers;
  const own = links.flatMap((link) => {
    const end = endAt(link.ends, node);
    return end === undefined ? [] : [{ link, port: end.port }];
  });
  if (own.length === 0) return [];
  const isCustomer = network.routers[node]!.role === 'ce';
  const { vrf, table } = network['order-entry'];
  const vrfs = isCustomer ? [{ vrf, table }] : own.map(({ link }) => ({ vrf: link.vrf, table: link.table }));
  const clients = Object.values(network.hosts).filter((host) => place(host.at).node === node && host.vrf !== undefined);
  return batch('ip', [
    ...vrfs.flatMap((one) => [`link add ${one.vrf} type vrf table ${one.table}`, `link set ${one.vrf} up`]),
    ...own.flatMap(({ link, port }) => [
      `link add link ${port} name ${port}.${market} type vlan id ${market}`,
      `link set ${port}.${market} up`,
      `link add link ${port} name ${port}.${orders} type vlan id ${orders}`,
      `link set ${port}.${orders} master ${isCustomer ? vrf : link.vrf}`,
      `link set ${port}.${orders} up`,
    ]),
    ...clients.map(({ at }) => `link set ${place(at).port} master ${vrf}`),
  ]);
}

/** Bridge, VXLAN and gateways of a WAN edge; bridge and VXLAN of a remote one. */
function vtepLines(network: Network, set: string, node: string): string[] {
  const { role, loopback } = network.routers[node]!;
  if (role !== 'wan-edge' && role !== 'remote-edge') return [];
  const hosts = Object.values(network.hosts).filter((host) => place(host.at).node === node);
  const vlans = Object.entries(network.vlans).filter(
    ([vlan]) => role === 'wan-edge' || hosts.some((host) => host.vlan === vlan),
  );
  const member = network.segment.members.find(({ at }) => place(at).node === node);
  const access = hosts.map(({ at, vlan }) => ({ port: place(at).port, id: network.vlans[vlan!]!.id }));
  const { vrf, table } = network['order-entry'];
  return [
    ...batch('ip', [
      `link add ${BRIDGE} ${BRIDGE_OPTIONS}`,
      // The gateways' MAC address is the same at both WAN edges: whoever gets a packet for it may route it.
      ...(role === 'wan-edge' ? [`link set ${BRIDGE} address ${network['gateway-mac']}`] : []),
      ...vlans.flatMap(([, { vni }]) => [
        `link add vx${vni} type vxlan id ${vni} dstport 4789 local ${loopback} nolearning ttl 64`,
        `link set vx${vni} mtu 1500 master ${BRIDGE}`,
        `link set vx${vni} up`,
      ]),
      ...(member === undefined
        ? []
        : [
            ...bundle(network, set, network.segment.mac, [place(member.at).port], 2),
            `link set ${BUNDLE} master ${BRIDGE}`,
          ]),
      ...access.map(({ port }) => `link set ${port} mtu 1500 master ${BRIDGE}`),
      `link set ${BRIDGE} up`,
    ]),
    ...(member === undefined ? [] : batch('tc', overlayFilters(network, node))),
    ...batch('bridge', [
      ...vlans.flatMap(([, { vni, id }]) => [
        `link set dev vx${vni} learning off`,
        `vlan add vid ${id} pvid untagged dev vx${vni}`,
        ...(member === undefined ? [] : [`vlan add vid ${id} dev ${BUNDLE}`, `vlan add vid ${id} dev ${BRIDGE} self`]),
      ]),
      ...access.map(({ port, id }) => `vlan add vid ${id} pvid untagged dev ${port}`),
      // Frames to nobody known would come back to the segment by the other WAN edge.
      ...(member === undefined ? [] : [`link set dev ${BUNDLE} flood off`]),
    ]),
    ...(member === undefined
      ? []
      : batch('ip', [
          `link add ${vrf} type vrf table ${table}`,
          `link set ${vrf} up`,
          ...vlans.flatMap(([name, vlan]) => [
            `link add link ${BRIDGE} name vlan${vlan.id} type vlan id ${vlan.id}`,
            ...(vlan.vrf === undefined ? [] : [`link set vlan${vlan.id} master ${vlan.vrf}`]),
            `link set vlan${vlan.id} up`,
            ...knownHosts(network, name, `vlan${vlan.id}`),
          ]),
        ])),
  ];
}

/**
 * Split horizon and the designated forwarder: packets of the overlay are marked where they come in, 0x10 from another WAN
 * edge of the segment, 0x20 from elsewhere; what of them goes to many is kept from the bundle, the second kind until the
 * helper takes that filter away.
 */
function overlayFilters(network: Network, node: string): string[] {
  const peers = network.segment.members.map(({ at }) => place(at).node).filter((name) => name !== node);
  const uplinks = network.core.flatMap(({ ends }) => endAt(ends, node)?.port ?? []);
  const vxlan = 'flower ip_proto udp dst_port 4789';
  const egress = `filter add dev ${BUNDLE} egress`;
  return [
    ...uplinks.flatMap((port) => [
      `qdisc add dev ${port} clsact`,
      ...peers.map((peer, i) => {
        const from = network.routers[peer]!.loopback;
        return `filter add dev ${port} ingress pref ${i + 1} protocol ip ${vxlan} src_ip ${from} action skbedit mark 0x10`;
      }),
      `filter add dev ${port} ingress pref 9 protocol ip ${vxlan} action skbedit mark 0x20`,
    ]),
    `qdisc add dev ${BUNDLE} clsact`,
    `${egress} chain 1 protocol all flower dst_mac 01:00:00:00:00:00/01:00:00:00:00:00 action drop`,
    `${egress} pref 1 protocol all handle 0x10 fw action goto chain 1`,
    `${egress} pref 2 protocol all handle 0x20 fw action goto chain 1`,
  ];
}

/**
 * Hosts whose MAC address is said: the answer to one WAN edge's ARP may come back by the other, and what FRR then tells the
 * first one (a neighbour with a private flag) kernels from 5.16 refuse.
 */
function knownHosts(network: Network, vlan: string, device: string): string[] {
  return Object.values(network.hosts).flatMap((host) =>
    host.vlan === vlan && host.mac !== undefined
      ? [`neigh add ${bare(host.address)} lladdr ${host.mac} dev ${device} nud permanent`]
      : [],
  );
}

/** Commands that give a host its address and its way out. */
export function hostCommands(network: Network, host: string): string[] {
  const self = network.hosts[host]!;
  return [
    `ip link set ${HOST_PORT} mtu 1500${self.mac === undefined ? '' : ` address ${self.mac}`}`,
    `ip address add ${self.address} dev ${HOST_PORT}`,
    `ip route replace default via ${gatewayOf(network, self)}`,
  ];
}

import {
  addressIn,
  bare,
  BUNDLE,
  endAt,
  gatewayOf,
  place,
  subnet,
  timersOf,
  type CustomerLink,
  type Network,
  type Router,
  type Timers,
} from './network.js';

const RR: readonly Router['role'][] = ['p'];
const CORE: readonly Router['role'][] = ['wan-edge', 'remote-edge', 'p', 'pe'];

/** A router's frr.conf with one set of timers. */
export function frrConfig(network: Network, set: string, name: string): string {
  const timers = timersOf(network, set);
  const self = network.routers[name]!;
  const blocks = [
    [
      `! Written by render.ts from network.yml, timers: ${set}. Do not edit.`,
      'frr defaults traditional',
      'log timestamp precision 6',
      `hostname ${name}`,
      'service integrated-vtysh-config',
      // With them zebra takes a group for installed that the kernel dropped with its link, and routes on it fail.
      'no zebra nexthop kernel enable',
    ],
    ...logBlocks(self.role === 'wan-edge', timers.bfd !== undefined),
    ...(timers.bfd === undefined ? [] : [bfdProfile(timers.bfd)]),
    ...vrfBlocks(network, name),
    ...(self.role === 'remote-edge' ? [] : [pimBlock(network, timers, name)]),
    // Before the interfaces: else OSPF starts under a loopback's address, which may be the one that two routers share.
    ...(CORE.includes(self.role) ? [ospfBlock(timers, self)] : []),
    ...interfaceBlocks(network, timers, name),
    ...(CORE.includes(self.role) && self.role !== 'remote-edge' ? [ldpBlock(network, timers, name)] : []),
    ...bgpBlocks(network, timers, name),
  ];
  const startup = timers['evpn-startup-s'];
  if (self.role === 'wan-edge' && startup !== undefined) blocks.splice(1, 0, [`evpn mh startup-delay ${startup}`]);
  return blocks.map((lines) => lines.join('\n')).join('\n!\n') + '\n!\n';
}

/** The helper of a WAN edge follows its log. What BFD notices on a silent link no packet tells: its own are dropped as well. */
function logBlocks(isWanEdge: boolean, hasBfd: boolean): string[][] {
  if (!isWanEdge && !hasBfd) return [];
  return [
    [
      'log file /var/log/frr/frr.log debugging',
      ...(isWanEdge ? ['debug zebra evpn mh es'] : []),
      ...(hasBfd ? ['debug bfd peer'] : []),
    ],
  ];
}

function bfdProfile(bfd: NonNullable<Timers['bfd']>): string[] {
  const interval = bfd['interval-ms'];
  return [
    'bfd',
    ' profile fast',
    `  detect-multiplier ${bfd.multiplier}`,
    `  transmit-interval ${interval}`,
    `  receive-interval ${interval}`,
    ' exit',
    'exit',
  ];
}

function vrfBlocks(network: Network, name: string): string[][] {
  const { vrf, offers } = network['order-entry'];
  const role = network.routers[name]!.role;
  if (role === 'ce') return [[`vrf ${vrf}`, 'exit-vrf']];
  if (role === 'pe') return customerVrfs(network, name).map((link) => [`vrf ${link.vrf}`, 'exit-vrf']);
  if (role !== 'wan-edge') return [];
  const host = network.hosts[offers]!;
  return [[`vrf ${vrf}`, ` ip route ${bare(host.address)}/32 vlan${network.vlans[host.vlan!]!.id}`, 'exit-vrf']];
}

/** One link per VRF of a PE. */
function customerVrfs(network: Network, name: string): readonly CustomerLink[] {
  return network.customers.links.filter((link) => endAt(link.ends, name) !== undefined);
}

function pimBlock(network: Network, timers: Timers, name: string): string[] {
  const { rp } = network;
  const self = network.routers[name]!;
  const lines = [` rp ${rp.address} ${rp.groups}`];
  if (timers['pim-join-prune-s'] !== undefined) lines.push(` join-prune-interval ${timers['pim-join-prune-s']}`);
  if (self.role === 'wan-edge') {
    // Before the peers: a peer takes its first connect timer as it is made.
    const msdp = timers['msdp-s'];
    if (msdp !== undefined) lines.push(` msdp timers ${msdp.keepalive} ${msdp.hold} ${msdp.retry}`);
    // Else both speak of their sources by the address they share, and each takes the other's word for its own.
    lines.push(` msdp originator-id ${self.loopback}`, ` msdp mesh-group ${rp.mesh} source ${self.loopback}`);
    for (const [other, { role, loopback }] of Object.entries(network.routers)) {
      if (role === 'wan-edge' && other !== name) lines.push(` msdp mesh-group ${rp.mesh} member ${loopback}`);
    }
  }
  return ['router pim', ...lines, 'exit'];
}

function ospfBlock(timers: Timers, self: Router): string[] {
  const spf = timers['ospf-spf-ms'];
  const lsa = timers['ospf-lsa-ms'];
  return [
    'router ospf',
    ` ospf router-id ${self.loopback}`,
    ...(spf === undefined ? [] : [` timers throttle spf ${spf.join(' ')}`]),
    ...(lsa === undefined ? [] : [` timers throttle lsa all ${lsa.send}`, ` timers lsa min-arrival ${lsa.accept}`]),
    ...(timers['ldp-sync'] === true && self.role !== 'remote-edge' ? [' mpls ldp-sync'] : []),
    'exit',
  ];
}

function pimLines(timers: Timers): string[] {
  const hello = timers['pim-hello-s'];
  return ['ip pim', ...(hello === undefined ? [] : [`ip pim hello ${hello} ${timers['pim-hold-s'] ?? 4 * hello}`])];
}

const pimBfd = (timers: Timers): string[] =>
  timers.bfd === undefined ? [] : ['ip pim bfd', 'ip pim bfd profile fast'];

function igmpLines(timers: Timers): string[] {
  const query = timers['igmp-query-s'];
  const response = timers['igmp-response-ds'];
  return [
    'ip igmp',
    // In this order: FRR refuses an interval that is not longer than the response time.
    ...(response === undefined ? [] : [`ip igmp query-max-response-time ${response}`]),
    ...(query === undefined ? [] : [`ip igmp query-interval ${query}`]),
  ];
}

function interfaceBlocks(network: Network, timers: Timers, name: string): string[][] {
  const self = network.routers[name]!;
  const ports: [string, string[]][] = [];
  const inCore = CORE.includes(self.role);
  const withPim = self.role !== 'remote-edge';
  ports.push([
    'lo',
    [
      `ip address ${self.loopback}/32`,
      ...(self.role === 'wan-edge' ? [`ip address ${network.rp.address}/32`] : []),
      ...(inCore ? ['ip ospf area 0'] : []),
      ...(withPim ? ['ip pim'] : []),
    ],
  ]);
  for (const link of network.core) {
    const end = endAt(link.ends, name);
    if (end === undefined) continue;
    const peerRole = network.routers[place(end.peer).node]!.role;
    ports.push([end.port, corePort(timers, link, end, self.role, withPim && peerRole !== 'remote-edge')]);
  }
  for (const link of network.customers.links) {
    const end = endAt(link.ends, name);
    if (end === undefined) continue;
    const { 'market-vlan': market, 'orders-vlan': orders } = network.customers;
    const peer = place(end.peer).node;
    ports.push([
      `${end.port}.${market}`,
      [`description ${peer}, market data`, `ip address ${addressIn(link.market, end.index)}`, ...pimLines(timers)],
    ]);
    ports.at(-1)![1].push(...pimBfd(timers));
    ports.push([
      `${end.port}.${orders}`,
      [`description ${peer}, orders`, `ip address ${addressIn(link.orders, end.index)}`],
    ]);
  }
  for (const [host, { at, vrf, vlan, address }] of Object.entries(network.hosts)) {
    if (place(at).node !== name || vlan !== undefined) continue;
    const own = `${gatewayOf(network, network.hosts[host]!)}/${address.split('/')[1]}`;
    const market = vrf === undefined ? [...igmpLines(timers), ...pimLines(timers)] : [];
    ports.push([place(at).port, [`description LAN of ${host}`, `ip address ${own}`, ...market]]);
  }
  if (self.role === 'wan-edge') ports.push(...segmentPorts(network, timers, name));
  return ports.map(([port, lines]) => [`interface ${port}`, ...lines.map((line) => ` ${line}`), 'exit']);
}

function corePort(
  timers: Timers,
  link: Network['core'][number],
  end: { readonly index: number; readonly peer: string },
  role: Router['role'],
  withPim: boolean,
): string[] {
  const hello = timers['ospf-hello-s'];
  const dead = timers['ospf-dead-s'];
  const retransmit = timers['ospf-retransmit-s'];
  return [
    `description ${end.peer}`,
    `ip address ${addressIn(link.net, end.index)}`,
    'ip ospf area 0',
    'ip ospf network point-to-point',
    `ip ospf cost ${link.cost}`,
    ...(hello === undefined ? [] : [`ip ospf hello-interval ${hello}`]),
    ...(dead === undefined ? [] : [`ip ospf dead-interval ${dead}`]),
    ...(retransmit === undefined ? [] : [`ip ospf retransmit-interval ${retransmit}`]),
    ...(timers.bfd === undefined ? [] : ['ip ospf bfd', 'ip ospf bfd profile fast']),
    ...(withPim ? [...pimLines(timers), ...pimBfd(timers)] : []),
    ...(role === 'wan-edge' ? ['evpn mh uplink'] : []),
  ];
}

/** The Ethernet Segment and the gateways of the VLANs behind it. */
function segmentPorts(network: Network, timers: Timers, name: string): [string, string[]][] {
  const { segment } = network;
  const member = segment.members.find(({ at }) => place(at).node === name)!;
  const ports: [string, string[]][] = [
    [
      BUNDLE,
      [`evpn mh es-df-pref ${member.preference}`, `evpn mh es-id ${segment.id}`, `evpn mh es-sys-mac ${segment.mac}`],
    ],
  ];
  for (const [vlan, { id, anycast, own, vrf }] of Object.entries(network.vlans)) {
    const { address, cost, dr } = own[name]!;
    ports.push([
      `vlan${id}`,
      [
        `description gateway of ${vlan}`,
        `ip address ${address}`,
        `ip address ${anycast}`,
        ...(vrf === undefined
          ? [
              'ip ospf area 0',
              'ip ospf passive',
              `ip ospf cost ${cost}`,
              ...pimLines(timers),
              `ip pim drpriority ${dr}`,
            ]
          : []),
      ],
    ]);
  }
  return ports;
}

function ldpBlock(network: Network, timers: Timers, name: string): string[] {
  const { loopback } = network.routers[name]!;
  const hello = timers['ldp-hello-s'];
  const ports = network.core.flatMap((link) => {
    const end = endAt(link.ends, name);
    if (end === undefined || network.routers[place(end.peer).node]!.role === 'remote-edge') return [];
    return [`  interface ${end.port}`, '  exit'];
  });
  return [
    'mpls ldp',
    ` router-id ${loopback}`,
    ...(hello === undefined
      ? []
      : [` discovery hello holdtime ${hello.hold}`, ` discovery hello interval ${hello.interval}`]),
    ' address-family ipv4',
    `  discovery transport-address ${loopback}`,
    ...ports,
    ' exit-address-family',
    'exit',
  ];
}

function bgpBlocks(network: Network, timers: Timers, name: string): string[][] {
  const self = network.routers[name]!;
  const { vrf, table, hub, spoke } = network['order-entry'];
  switch (self.role) {
    case 'ce':
      return customerBgp(network, timers, name);
    case 'p':
      return [coreBgp(network, timers, name, [])];
    case 'remote-edge':
      return [coreBgp(network, timers, name, [])];
    case 'wan-edge':
      return [
        coreBgp(network, timers, name, []),
        vpnBgp(network, timers, name, {
          vrf,
          table,
          imports: spoke,
          exports: hub,
          neighbors: [],
          unicast: ['redistribute static'],
        }),
      ];
    case 'pe':
      return [
        ['ip prefix-list MARKET seq 5 permit ' + `${network.rp.address}/32`, ...marketPrefixes(network)],
        ['route-map MARKET permit 10', ' match ip address prefix-list MARKET', 'exit'],
        coreBgp(network, timers, name, [' redistribute ospf route-map MARKET']),
        ...customerVrfs(network, name).map((link) => {
          const end = endAt(link.ends, name)!;
          const neighbors = [neighborOf(network, link.orders, end)];
          return vpnBgp(network, timers, name, {
            vrf: link.vrf,
            table: link.table,
            imports: hub,
            exports: spoke,
            neighbors,
            unicast: [],
          });
        }),
      ];
  }
}

function marketPrefixes(network: Network): string[] {
  return Object.values(network.vlans)
    .filter((vlan) => vlan.vrf === undefined)
    .map((vlan, i) => `ip prefix-list MARKET seq ${10 + 5 * i} permit ${subnet(vlan.anycast)}`);
}

interface Neighbor {
  readonly address: string;
  readonly asn: number;
}

function neighborOf(network: Network, net: string, end: { readonly index: number; readonly peer: string }): Neighbor {
  const peer = network.routers[place(end.peer).node]!;
  return { address: bare(addressIn(net, 1 - end.index)), asn: peer.asn ?? network.asn };
}

function header(network: Network, timers: Timers, name: string, asn: number, vrf: string): string[] {
  const bgp = timers['bgp-s'];
  return [
    `router bgp ${asn}${vrf === '' ? '' : ` vrf ${vrf}`}`,
    ` bgp router-id ${network.routers[name]!.loopback}`,
    ' no bgp ebgp-requires-policy',
    ' no bgp default ipv4-unicast',
    ...(bgp === undefined ? [] : [` timers bgp ${bgp.keepalive} ${bgp.hold}`]),
    ...(timers['graceful-restart'] === true
      ? [' bgp graceful-restart', ' bgp graceful-restart preserve-fw-state']
      : []),
  ];
}

function neighborLines(timers: Timers, { address, asn }: Neighbor, more: readonly string[]): string[] {
  const connect = timers['bgp-s']?.connect;
  return [
    ` neighbor ${address} remote-as ${asn}`,
    ...(connect === undefined ? [] : [` neighbor ${address} timers connect ${connect}`]),
    ...more.map((line) => ` neighbor ${address} ${line}`),
  ];
}

const external = (timers: Timers): string[] => (timers.bfd === undefined ? [] : ['bfd', 'bfd profile fast']);

/** The provider's own instance: sessions to the route reflectors (or to their clients), and to customers. */
function coreBgp(network: Network, timers: Timers, name: string, unicast: readonly string[]): string[] {
  const self = network.routers[name]!;
  const isReflector = RR.includes(self.role);
  const peers = Object.entries(network.routers)
    .filter(([other, { role }]) => other !== name && role !== 'ce' && (isReflector || RR.includes(role)))
    .map(([other, router]) => ({ other, ...router }));
  const speaks = (role: Router['role'], family: 'evpn' | 'vpn'): boolean =>
    role === 'p' || role === 'wan-edge' || role === (family === 'evpn' ? 'remote-edge' : 'pe');
  const family = (title: string, kind: 'evpn' | 'vpn', more: readonly string[]): string[] => {
    const active = peers.filter(({ role }) => speaks(role, kind) && speaks(self.role, kind));
    if (active.length === 0) return [];
    return [
      ` address-family ${title}`,
      ...active.flatMap(({ loopback, role }) => [
        `  neighbor ${loopback} activate`,
        ...(isReflector && role !== 'p' ? [`  neighbor ${loopback} route-reflector-client`] : []),
      ]),
      ...more,
      ' exit-address-family',
    ];
  };
  const customers = customerVrfs(network, name).map((link) =>
    neighborOf(network, link.market, endAt(link.ends, name)!),
  );
  const vtep = self.role === 'wan-edge' || self.role === 'remote-edge';
  return [
    ...header(network, timers, name, network.asn, ''),
    ...peers.flatMap(({ loopback }) =>
      neighborLines(timers, { address: loopback, asn: network.asn }, ['update-source lo']),
    ),
    ...customers.flatMap((neighbor) => neighborLines(timers, neighbor, external(timers))),
    ...(customers.length === 0
      ? []
      : [
          ' address-family ipv4 unicast',
          ...unicast.map((line) => ` ${line}`),
          ...customers.map(({ address }) => `  neighbor ${address} activate`),
          ' exit-address-family',
        ]),
    ...family('ipv4 vpn', 'vpn', []),
    ...family('l2vpn evpn', 'evpn', vtep ? ['  advertise-all-vni'] : []),
    'exit',
  ];
}

/** The instance of a VRF that is joined to the L3VPN. */
function vpnBgp(
  network: Network,
  timers: Timers,
  name: string,
  vpn: {
    readonly vrf: string;
    readonly table: number;
    readonly imports: string;
    readonly exports: string;
    readonly neighbors: readonly Neighbor[];
    readonly unicast: readonly string[];
  },
): string[] {
  // Unlike at every router, so that reflectors hand on the routes of all of them.
  const distinguisher = `${network.routers[name]!.loopback}:${vpn.table}`;
  return [
    ...header(network, timers, name, network.asn, vpn.vrf),
    ...vpn.neighbors.flatMap((neighbor) => neighborLines(timers, neighbor, external(timers))),
    ' address-family ipv4 unicast',
    ...vpn.unicast.map((line) => `  ${line}`),
    ...vpn.neighbors.map(({ address }) => `  neighbor ${address} activate`),
    '  label vpn export auto',
    `  rd vpn export ${distinguisher}`,
    `  rt vpn import ${vpn.imports}`,
    `  rt vpn export ${vpn.exports}`,
    '  export vpn',
    '  import vpn',
    ' exit-address-family',
    'exit',
  ];
}

/** A customer's router: market data in its own table, orders in a VRF. */
function customerBgp(network: Network, timers: Timers, name: string): string[][] {
  const self = network.routers[name]!;
  const links = network.customers.links.filter((link) => endAt(link.ends, name) !== undefined);
  const instance = (vrf: string, neighbors: readonly Neighbor[], unicast: readonly string[]): string[] => [
    ...header(network, timers, name, self.asn!, vrf),
    ...neighbors.flatMap((neighbor) => neighborLines(timers, neighbor, external(timers))),
    ' address-family ipv4 unicast',
    ...unicast.map((line) => `  ${line}`),
    ...neighbors.map(({ address }) => `  neighbor ${address} activate`),
    ' exit-address-family',
    'exit',
  ];
  const clients = Object.values(network.hosts).filter((host) => place(host.at).node === name && host.vrf !== undefined);
  return [
    instance(
      '',
      links.map((link) => neighborOf(network, link.market, endAt(link.ends, name)!)),
      [],
    ),
    instance(
      network['order-entry'].vrf,
      links.map((link) => neighborOf(network, link.orders, endAt(link.ends, name)!)),
      clients.map((client) => `network ${subnet(client.address)}`),
    ),
  ];
}

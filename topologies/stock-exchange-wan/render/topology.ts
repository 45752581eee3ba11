import { hostCommands } from './kernel.js';
import { HOST_PORT, place, type Network, type Router } from './network.js';

const DAEMONS: Readonly<Record<Router['role'], readonly string[]>> = {
  'wan-edge': ['bgpd', 'ospfd', 'pimd', 'ldpd', 'bfdd'],
  'remote-edge': ['bgpd', 'ospfd', 'bfdd'],
  p: ['bgpd', 'ospfd', 'pimd', 'ldpd', 'bfdd'],
  pe: ['bgpd', 'ospfd', 'pimd', 'ldpd', 'bfdd'],
  ce: ['bgpd', 'pimd', 'bfdd'],
};
export const ROLES = Object.keys(DAEMONS) as readonly Router['role'][];

/** FRR's `daemons` file of a role. */
export function daemonsFile(role: Router['role']): string {
  const all = [
    'bgpd',
    'ospfd',
    'ospf6d',
    'ripd',
    'ripngd',
    'isisd',
    'pimd',
    'pim6d',
    'ldpd',
    'nhrpd',
    'eigrpd',
    'babeld',
  ];
  all.push('sharpd', 'pbrd', 'bfdd', 'fabricd', 'vrrpd', 'pathd');
  const on = DAEMONS[role];
  return [
    '# Written by render.ts. Do not edit.',
    'zebra=yes',
    ...all.map((daemon) => `${daemon}=${on.includes(daemon) ? 'yes' : 'no'}`),
    'vtysh_enable=yes',
    'zebra_options="  -A 127.0.0.1 -s 90000000"',
    ...on.map((daemon) => `${daemon}_options="  -A 127.0.0.1"`),
    '',
  ].join('\n');
}

/** The containerlab topology. */
export function topologyFile(network: Network): string {
  const routers = Object.entries(network.routers).map(([name, { role }]) => {
    return [
      `    ${name}:`,
      '      group: router',
      `      labels: { faultline.role: ${role} }`,
      '      binds:',
      `        - daemons/${role}:/etc/frr/daemons`,
      ...(role === 'wan-edge' ? ['        - es-helper.pl:/etc/wan/es-helper.pl'] : []),
    ];
  });
  const hosts = Object.entries(network.hosts).map(([name, { role }]) => [
    `    ${name}:`,
    '      group: host',
    `      labels: { faultline.role: ${role} }`,
    '      exec:',
    ...hostCommands(network, name).map((line) => `        - ${line}`),
  ]);
  const links = [
    ...network.segment.members.map(({ edge, at }) => [`${network.segment.edge} ${edge}`, at]),
    ...Object.entries(network.hosts).map(([name, { at }]) => [`${name} ${HOST_PORT}`, at]),
    ...network.core.map(({ ends }) => ends),
    ...network.customers.links.map(({ ends }) => ends),
  ];
  const end = (text: string): string => `"${place(text).node}:${place(text).port}"`;
  return [
    '# The exchange WAN: see README.md. Written by render.ts from network.yml. Do not edit.',
    '# TIMERS=default or graceful chooses another set of configurations.',
    `name: ${network.name}`,
    '',
    'topology:',
    '  groups:',
    '    router:',
    '      kind: linux',
    '      image: ${FRR_IMAGE:=faultline/frr:10.3}',
    '      sysctls:',
    '        net.ipv4.ip_forward: 1',
    '        net.ipv4.conf.all.rp_filter: 0',
    '        net.ipv4.conf.default.rp_filter: 0',
    '        net.ipv4.conf.default.arp_accept: 1',
    '        net.ipv4.fib_multipath_hash_policy: 1',
    '      binds:',
    '        - vtysh.conf:/etc/frr/vtysh.conf',
    '        - configs/${TIMERS:=tuned}/__clabNodeName__/frr.conf:/etc/frr/frr.conf',
    '        - configs/${TIMERS:=tuned}/__clabNodeName__/network.sh:/etc/wan/network.sh',
    '      exec:',
    '        - sh /etc/wan/network.sh',
    '    host:',
    '      kind: linux',
    '      image: ${TOOLS_IMAGE:=faultline/host}',
    '',
    '  nodes:',
    ...hosts.flat(),
    `    ${network.segment.edge}:`,
    '      group: host',
    '      labels: { faultline.role: edge }',
    '      binds:',
    `        - configs/\${TIMERS:=tuned}/${network.segment.edge}/network.sh:/etc/wan/network.sh`,
    '      exec:',
    '        - sh /etc/wan/network.sh',
    ...routers.flat(),
    '',
    '  links:',
    ...links.map(([a, b]) => `    - endpoints: [${end(a!)}, ${end(b!)}]`),
    '',
  ].join('\n');
}

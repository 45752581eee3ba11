import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

interface Timers {
  readonly 'ospf-hello-s'?: number;
  readonly 'ospf-dead-s'?: number;
  readonly 'ospf-retransmit-s'?: number;
  readonly 'ospf-spf-ms'?: readonly number[];
  readonly 'ospf-lsa-ms'?: { readonly send: number; readonly accept: number };
  readonly 'pim-hello-s'?: number;
  readonly 'pim-hold-s'?: number;
  readonly 'pim-join-prune-s'?: number;
  readonly bfd?: { readonly 'interval-ms': number; readonly multiplier: number };
  readonly 'igmp-query-s'?: number;
  readonly 'igmp-response-ds'?: number;
  readonly 'msdp-s'?: { readonly keepalive: number; readonly hold: number; readonly retry: number };
}
interface Network {
  readonly routers: Readonly<Record<string, { readonly loopback: string; readonly rp?: string }>>;
  readonly rps: Readonly<Record<string, { readonly address: string; readonly groups: readonly string[] }>>;
  readonly 'shared-tree': readonly string[];
  readonly links: readonly { readonly ends: readonly string[]; readonly net: string; readonly cost: number }[];
  readonly lans: Readonly<
    Record<
      string,
      readonly { readonly at: string; readonly address: string; readonly dr: number; readonly cost: number }[]
    >
  >;
  readonly timers: Readonly<Record<string, Timers>>;
}

interface Port {
  readonly name: string;
  readonly lines: readonly string[];
}

const here = dirname(fileURLToPath(import.meta.url));

/** Every configuration of the lab as `network.yml` says it: path under the lab's folder → content. */
export function renderConfigs(folder: string = here): ReadonlyMap<string, string> {
  const network = load(readFileSync(join(folder, 'network.yml'), 'utf8')) as Network;
  const files = new Map<string, string>();
  for (const [set, timers] of Object.entries(network.timers)) {
    for (const router of Object.keys(network.routers)) {
      files.set(join('configs', set, router, 'frr.conf'), routerConfig(network, set, timers, router, 8));
      // where it differs: with it bound too, faultline takes the one that fits the node's FRR
      if (network.routers[router]!.rp !== undefined)
        files.set(join('configs', set, router, 'frr-10.conf'), routerConfig(network, set, timers, router, 10));
    }
  }
  return files;
}

/** @param since the oldest major version of FRR that the configuration is for */
function routerConfig(network: Network, set: string, timers: Timers, router: string, since: 8 | 10): string {
  const self = network.routers[router]!;
  const ownRp = self.rp === undefined ? undefined : network.rps[self.rp]!;
  const profile = timers.bfd;
  const blocks: string[][] = [];
  blocks.push([
    `! Written by render.ts from network.yml, timers: ${set}${since > 8 ? `, FRR ${since} and later` : ''}. Do not edit.`,
    'frr defaults traditional',
    `hostname ${router}`,
    'service integrated-vtysh-config',
  ]);
  if (profile !== undefined) {
    blocks.push([
      'bfd',
      ' profile fast',
      `  detect-multiplier ${profile.multiplier}`,
      `  transmit-interval ${profile['interval-ms']}`,
      `  receive-interval ${profile['interval-ms']}`,
      ' exit',
      'exit',
    ]);
  }
  blocks.push(network['shared-tree'].map((p, i) => `ip prefix-list SHARED-TREE seq ${5 * (i + 1)} permit ${p} le 32`));
  const pim = Object.values(network.rps).flatMap((rp) => rp.groups.map((g) => `ip pim rp ${rp.address} ${g}`));
  pim.push('ip pim spt-switchover infinity-and-beyond prefix-list SHARED-TREE');
  if (timers['pim-join-prune-s'] !== undefined) pim.push(`ip pim join-prune-interval ${timers['pim-join-prune-s']}`);
  if (ownRp !== undefined) {
    // Before the peers: a peer takes its first connect timer as it is made.
    const msdp = timers['msdp-s'];
    if (msdp !== undefined) pim.push(`ip msdp timers ${msdp.keepalive} ${msdp.hold} ${msdp.retry}`);
    pim.push(`ip msdp mesh-group ${self.rp} source ${self.loopback}`);
    for (const [name, other] of Object.entries(network.routers)) {
      if (name !== router && other.rp === self.rp) pim.push(`ip msdp mesh-group ${self.rp} member ${other.loopback}`);
    }
  }
  blocks.push(pim);
  // FRR 10 announces sources under the RP's address, which the mesh's other member has, too, and then drops. 8 knows no such line.
  if (ownRp !== undefined && since >= 10) blocks.push(['router pim', ` msdp originator-id ${self.loopback}`, 'exit']);
  // Before the interfaces: else OSPF starts under a loopback's address, which may be the one that two routers share.
  const spf = timers['ospf-spf-ms'];
  const lsa = timers['ospf-lsa-ms'];
  blocks.push([
    'router ospf',
    ` ospf router-id ${self.loopback}`,
    ...(spf === undefined ? [] : [` timers throttle spf ${spf.join(' ')}`]),
    ...(lsa === undefined ? [] : [` timers throttle lsa all ${lsa.send}`, ` timers lsa min-arrival ${lsa.accept}`]),
    'exit',
  ]);
  blocks.push([
    'interface lo',
    ` ip address ${self.loopback}/32`,
    ...(ownRp === undefined ? [] : [` ip address ${ownRp.address}/32`]),
    ' ip ospf area 0',
    ' ip pim',
    'exit',
  ]);
  const ports = [...lanPorts(network, timers, router), ...corePorts(network, timers, router)];
  ports.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const port of ports) blocks.push([`interface ${port.name}`, ...port.lines.map((line) => ` ${line}`), 'exit']);
  return blocks.map((lines) => lines.join('\n')).join('\n!\n') + '\n!\n';
}

function pimLines(timers: Timers): string[] {
  const hello = timers['pim-hello-s'];
  return ['ip pim', ...(hello === undefined ? [] : [`ip pim hello ${hello} ${timers['pim-hold-s'] ?? 4 * hello}`])];
}

function corePorts(network: Network, timers: Timers, router: string): Port[] {
  return network.links.flatMap((link) => {
    const end = link.ends.findIndex((e) => e.startsWith(`${router} `));
    if (end < 0) return [];
    const [, name] = link.ends[end]!.split(' ');
    const [, peer] = [link.ends[end], link.ends[1 - end]];
    const hello = timers['ospf-hello-s'];
    const dead = timers['ospf-dead-s'];
    const retransmit = timers['ospf-retransmit-s'];
    return {
      name: name!,
      lines: [
        `description ${peer}`,
        `ip address ${addressIn(link.net, end)}`,
        'ip ospf area 0',
        'ip ospf network point-to-point',
        `ip ospf cost ${link.cost}`,
        ...(hello === undefined ? [] : [`ip ospf hello-interval ${hello}`]),
        ...(dead === undefined ? [] : [`ip ospf dead-interval ${dead}`]),
        ...(retransmit === undefined ? [] : [`ip ospf retransmit-interval ${retransmit}`]),
        ...pimLines(timers),
        ...(timers.bfd === undefined ? [] : ['ip ospf bfd', 'ip ospf bfd profile fast']),
        ...(timers.bfd === undefined ? [] : ['ip pim bfd', 'ip pim bfd profile fast']),
      ],
    };
  });
}

function lanPorts(network: Network, timers: Timers, router: string): Port[] {
  return Object.entries(network.lans).flatMap(([lan, members]) =>
    members.flatMap((member) => {
      const [owner, name] = member.at.split(' ');
      if (owner !== router) return [];
      const query = timers['igmp-query-s'];
      const response = timers['igmp-response-ds'];
      return {
        name: name!,
        lines: [
          `description LAN of the ${lan}`,
          `ip address ${member.address}`,
          'ip igmp',
          // In this order: FRR refuses an interval that is not longer than the response time.
          ...(response === undefined ? [] : [`ip igmp query-max-response-time ${response}`]),
          ...(query === undefined ? [] : [`ip igmp query-interval ${query}`]),
          'ip ospf area 0',
          'ip ospf passive',
          `ip ospf cost ${member.cost}`,
          // No BFD here: where it takes a neighbour away, FRR elects no new designated router.
          ...pimLines(timers),
          `ip pim drpriority ${member.dr}`,
        ],
      };
    }),
  );
}

/** The `end`-th address (0 or 1) of a /31, with its prefix length. */
function addressIn(net: string, end: number): string {
  const [network, length] = net.split('/');
  const octets = network!.split('.').map(Number);
  octets[3]! += end;
  return `${octets.join('.')}/${length}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, content] of renderConfigs()) {
    const file = join(here, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    process.stdout.write(`${path}\n`);
  }
}

import { LabError } from '../../core/errors.js';
import type { Topology } from '../../topology/types.js';
import { runThere, type Entrance } from './enter.js';
import { DEFAULT_LINK_MTU, endName, macAddresses } from './names.js';
import { interfacesOf } from '../../topology/find.js';

export interface LinkInfo {
  readonly ifname: string;
  readonly address?: string;
  readonly permaddr?: string;
  readonly linkinfo?: { readonly info_kind?: string };
}
interface RuleInfo {
  readonly priority: number;
  readonly table?: string;
  readonly l3mdev?: unknown;
}

/** Devices that every namespace has by itself where their modules are there. */
const FALLBACK = /^(lo|tunl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|sit0|ip6tnl0|ip6gre0)$/;

/**
 * Empties the network of a dead node as a loss of power would: nftables rules, queueing, addresses, routes, rules,
 * and every interface that is not the topology's; those are taken down and get back their names, MTUs and addresses.
 * @throws LabError where an interface of the topology is gone.
 */
export async function clearNetwork(there: Entrance, topology: Topology, node: string): Promise<void> {
  const wanted = interfacesOf(topology, node);
  const batch = async (family: '-4' | '-6', lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return;
    const input = `${lines.join('\n')}\n`;
    await runThere(there, ['ip', family, '-force', '-batch', '-'], { input, allowFailure: true });
  };
  await runThere(there, ['nft', 'flush', 'ruleset']);
  const before = await linksThere(there);
  const foreign = before.filter((link) => link.linkinfo?.info_kind !== 'veth' && !FALLBACK.test(link.ifname));
  // What hangs on another one goes with it: later ones first, and a failure of one that has gone is none.
  await batch('-4', foreign.map((link) => `link delete dev ${link.ifname}`).reverse());
  await restoreLinks(there, topology, node, batch);
  const discs = wanted.flatMap((name) =>
    ['root', 'clsact', 'ingress'].map((what) => `qdisc delete dev ${name} ${what}`),
  );
  if (discs.length > 0) {
    await runThere(there, ['tc', '-force', '-batch', '-'], { input: `${discs.join('\n')}\n`, allowFailure: true });
  }
  await batch('-4', ['link set dev lo down', 'address flush dev lo', 'nexthop flush']);
  for (const family of ['-4', '-6'] as const) {
    await batch(family, ['route flush table all', ...(await ruleLines(there, family))]);
  }
}

async function restoreLinks(
  there: Entrance,
  topology: Topology,
  node: string,
  batch: (family: '-4' | '-6', lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const macs = macAddresses(topology);
  const here = await linksThere(there);
  const ends = topology.links.flatMap((link) =>
    link.endpoints
      .filter((end) => end.node === node)
      .map((end) => ({ name: end.interface, mac: macs.get(endName(end))!, mtu: link.mtu ?? DEFAULT_LINK_MTU })),
  );
  const wanted = new Set(ends.map((end) => end.name));
  const lines: string[] = [];
  for (const end of ends) {
    const found =
      here.find((link) => link.ifname === end.name) ??
      here.find((link) => !wanted.has(link.ifname) && (link.permaddr ?? link.address) === end.mac);
    if (!found) throw new LabError(`node ${node} cannot boot: its interface ${end.name} is gone`);
    lines.push(`link set dev ${found.ifname} down`, `link set dev ${found.ifname} nomaster`);
    if (found.ifname !== end.name) lines.push(`link set dev ${found.ifname} name ${end.name}`);
    lines.push(`address flush dev ${end.name}`);
    lines.push(
      `link set dev ${end.name} address ${end.mac} mtu ${end.mtu} promisc off allmulticast off arp on multicast on`,
    );
  }
  const known = new Set(here.filter((link) => ends.some((end) => end.mac === (link.permaddr ?? link.address))));
  const veths = here.filter((link) => link.linkinfo?.info_kind === 'veth');
  for (const link of veths) {
    if (!known.has(link) && !wanted.has(link.ifname)) lines.push(`link delete dev ${link.ifname}`);
  }
  await batch('-4', lines);
}

/** The interfaces in a namespace as they are named now. */
export async function linksThere(there: Entrance): Promise<readonly LinkInfo[]> {
  const { stdout } = await runThere(there, ['ip', '-json', '-details', 'link', 'show']);
  return JSON.parse(stdout) as LinkInfo[];
}

/** Lines that leave the kernel's own rules alone: local, VRF (which it makes only once), main, default. */
async function ruleLines(there: Entrance, family: '-4' | '-6'): Promise<string[]> {
  const { stdout } = await runThere(there, ['ip', family, '-json', 'rule', 'show']);
  const rules = JSON.parse(stdout.trim() === '' ? '[]' : stdout) as RuleInfo[];
  const own = [{ priority: 32766, table: 'main' }, ...(family === '-4' ? [{ priority: 32767, table: 'default' }] : [])];
  const isOwn = (rule: RuleInfo): boolean =>
    rule.priority === 0 ||
    rule.l3mdev !== undefined ||
    own.some((one) => one.priority === rule.priority && one.table === rule.table);
  const missing = own.filter(
    (one) => !rules.some((rule) => rule.priority === one.priority && rule.table === one.table),
  );
  return [
    ...rules.filter((rule) => !isOwn(rule)).map((rule) => `rule delete priority ${rule.priority}`),
    ...missing.map((one) => `rule add priority ${one.priority} table ${one.table}`),
  ];
}

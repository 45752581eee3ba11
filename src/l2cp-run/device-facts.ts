import type { DeviceState, PortRef } from '../l2cp/observations.js';
import { portName } from '../l2cp/observations.js';
import type { Lab, LabNode } from '../runtime/types.js';

interface LinkFacts {
  readonly ifname: string;
  readonly mtu?: number;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: Readonly<Record<string, unknown>> };
}

/** What a lab's frames go through: the kind of interface of each port, and those of the devices between. */
export async function dataPathOf(
  lab: Lab,
  ports: readonly PortRef[],
  through: readonly string[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const port of ports) {
    const link = (await linksOf(lab.node(port.node))).find(({ ifname }) => ifname === port.interface);
    lines.push(`${portName(port)} is ${link === undefined ? 'not there' : kindOf(link)}`);
  }
  for (const name of through) {
    const links = (await linksOf(lab.node(name))).filter(({ ifname }) => ifname !== 'lo');
    lines.push(`${name}: ${links.map((link) => `${link.ifname} ${kindOf(link)}`).join(', ')}`);
  }
  return lines;
}

async function linksOf(node: LabNode): Promise<readonly LinkFacts[]> {
  const { stdout } = await node.execOutside(['ip', '-j', '-d', 'link', 'show']);
  return JSON.parse(stdout) as readonly LinkFacts[];
}

function kindOf({ linkinfo, mtu }: LinkFacts): string {
  const kind = linkinfo?.info_kind ?? 'a device of the host';
  const data = linkinfo?.info_data ?? {};
  const more = ['stp_state', 'group_fwd_mask', 'vlan_filtering', 'mcast_snooping']
    .filter((key) => kind === 'bridge' && data[key] !== undefined)
    .map((key) => `${key} ${String(data[key])}`);
  return [kind, ...more, `mtu ${mtu ?? '?'}`].join(' ');
}

/** What the devices between tell of their neighbours, where they have a program or a bond that does. */
export async function statesOf(lab: Lab, through: readonly string[]): Promise<readonly DeviceState[]> {
  const states: DeviceState[] = [];
  for (const name of through) {
    const node = lab.node(name);
    const neighbours = await outputOf(node, ['lldpcli', '-f', 'json0', 'show', 'neighbors']);
    if (neighbours !== undefined) states.push({ node: name, kind: 'lldp-neighbours', text: neighbours });
    for (const bond of (await outputOf(node, ['ls', '/proc/net/bonding']))?.split(/\s+/).filter(Boolean) ?? []) {
      const text = await outputOf(node, ['cat', `/proc/net/bonding/${bond}`]);
      if (text !== undefined) states.push({ node: name, kind: 'bond', text });
    }
  }
  return states;
}

/** undefined where the node has no such program or it fails: then the device says nothing. */
async function outputOf(node: LabNode, argv: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await node.exec(argv, { allowFailure: true, timeoutMs: 5000 });
    return exitCode === 0 ? stdout : undefined;
  } catch {
    return undefined;
  }
}

import type { Topology, TopologyNode } from '../../topology/types.js';

/** The text of a configuration file that is bound into a node; undefined where there is none. */
export type ReadNodeConfig = (node: TopologyNode, nodePath: string) => string | undefined;

/**
 * `/etc/hosts` of a node, with all nodes of the lab. There is no management network here: a node's name stands for
 * the address that its own configuration gives it (an endpoint's `ipv4`, the loopback of its `frr.conf`, the first
 * `ip addr add` of its `exec`, another interface of its `frr.conf`), or its `mgmt-ipv4`; one without any is only
 * mentioned. A node's own name is 127.0.1.1.
 */
export function hostsFile(topology: Topology, self: string, addresses: ReadonlyMap<string, string>): string {
  const lines = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', `127.0.1.1\t${self}`];
  for (const node of topology.nodes) {
    if (node.name === self || node.kind === 'bridge') continue;
    const address = addresses.get(node.name);
    lines.push(address === undefined ? `# ${node.name}: no address known` : `${address}\t${node.name}`);
  }
  return `${lines.join('\n')}\n`;
}

export function nodeAddresses(topology: Topology, readConfig: ReadNodeConfig): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const node of topology.nodes) {
    const address = addressOf(topology, node, readConfig);
    if (address !== undefined) addresses.set(node.name, address);
  }
  return addresses;
}

function addressOf(topology: Topology, node: TopologyNode, readConfig: ReadNodeConfig): string | undefined {
  for (const end of topology.links.flatMap((link) => link.endpoints)) {
    if (end.node === node.name && end.ipv4 !== undefined) return bare(end.ipv4);
  }
  const config = readConfig(node, '/etc/frr/frr.conf') ?? '';
  const configured = [...interfaceAddresses(config)];
  const loopback = configured.find((entry) => entry.interface === 'lo');
  if (loopback) return loopback.address;
  for (const line of node.exec) {
    const match = /\bip\s+(?:-4\s+)?a(?:d(?:d(?:r(?:ess)?)?)?)?\s+add\s+(?:dev\s+\S+\s+)?(\d+\.\d+\.\d+\.\d+)/.exec(
      line,
    );
    if (match) return match[1];
  }
  return configured[0]?.address ?? node.mgmtIpv4;
}

function* interfaceAddresses(config: string): Generator<{ interface: string; address: string }> {
  let current = '';
  for (const line of config.split('\n')) {
    const head = /^interface\s+(\S+)/.exec(line);
    if (head) current = head[1]!;
    else if (/^\S/.test(line)) current = '';
    const address = /^\s+ip address\s+(\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1];
    if (address !== undefined && current !== '') yield { interface: current, address };
  }
}

function bare(address: string): string {
  return address.split('/')[0]!;
}

import { LabError } from '../core/errors.js';
import type { DeviceFacts } from '../device/types.js';
import type { LabView } from '../probe/types.js';
import { splitEndpoint } from './options.js';

/** One port of a bundle, and the router port at its other end. */
export interface Member {
  readonly port: string;
  readonly router: string;
  readonly routerPort: string;
  /** What the router says of the segment that its port is on; null where it says nothing. */
  readonly segment: DeviceFacts['evpn-segments'][number] | null;
}

/**
 * The ports of a bundle (`edge:es1`) with the routers at their other ends and what those say of the Ethernet Segment; asks
 * the bundle's kernel and the routers, changes nothing.
 * @throws LabError where it is no bundle, or a port leads nowhere
 */
export async function membersOf(view: LabView, bundle: string): Promise<readonly Member[]> {
  const { node, interface: name } = splitEndpoint(bundle);
  const ports = await portsOf(view, node, name);
  if (ports.length === 0) throw new LabError(`${bundle} has no ports`);
  const members: Member[] = [];
  for (const port of ports) {
    const peer = view.lab.peerOf(node, port);
    if (peer === undefined) throw new LabError(`${node}:${port}, a port of ${bundle}, leads nowhere`);
    const master = await masterOf(view, peer.node, peer.interface);
    const segments = await view.driver(peer.node).query('evpn-segments');
    const on = [peer.interface, ...(master === undefined ? [] : [master])];
    const segment = segments.find((one) => one.interface !== null && on.includes(one.interface)) ?? null;
    members.push({ port, router: peer.node, routerPort: peer.interface, segment });
  }
  return members;
}

/** The node among these that is designated forwarder of its Ethernet Segment. @throws LabError where not exactly one is */
export async function forwarderAmong(
  view: LabView,
  nodes: readonly string[],
): Promise<{ readonly node: string; readonly segment: DeviceFacts['evpn-segments'][number] }> {
  const found = [];
  const said = [];
  for (const node of nodes) {
    const segments = (await view.driver(node).query('evpn-segments')).filter((one) => one.interface !== null);
    said.push(`${node}: ${JSON.stringify(segments)}`);
    for (const segment of segments) if (segment.forwarder) found.push({ node, segment });
  }
  const [forwarder, ...more] = found;
  if (forwarder === undefined || more.length > 0) {
    throw new LabError(
      `not exactly one designated forwarder among ${nodes.join(', ')}. What was answered:\n${said.join('\n')}`,
    );
  }
  return forwarder;
}

async function portsOf(view: LabView, node: string, bundle: string): Promise<readonly string[]> {
  const shown = await view.lab.node(node).execOutside(['ip', '-j', 'link', 'show', 'master', bundle]);
  return (JSON.parse(shown.stdout || '[]') as { ifname?: string }[]).flatMap((one) => one.ifname ?? []);
}

async function masterOf(view: LabView, node: string, port: string): Promise<string | undefined> {
  const shown = await view.lab.node(node).execOutside(['ip', '-j', 'link', 'show', 'dev', port]);
  return (JSON.parse(shown.stdout || '[]') as { master?: string }[])[0]?.master;
}

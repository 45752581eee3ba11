import { withoutLength } from '../device/address.js';
import { findLink, interfacesOf } from '../topology/find.js';
import type { Flow } from '../traffic/types.js';
import { portsWithFlow } from './ports-with-flow.js';
import type { LabView } from './types.js';

/** What a flow goes through on its way to one receiver. */
export type FlowPath = {
  /** From the source's first switch or router to the receiver's, neither end among them. */
  readonly nodes: readonly string[];
  /** `a:eth1--b:eth2`, as the topology calls them. */
  readonly links: readonly string[];
};

const MOST_HOPS = 64;

/**
 * The way of a multicast flow to a receiver: from the receiver's router against the flow, by the incoming interface of each
 * router's own forwarding entry, up to the router on the source's LAN; from the source through switches, by where its
 * packets are seen leaving; and where they reach another router of that LAN first, from that by its routes to the other one
 * (the overlay between them).
 * @throws Error that names where the way is lost
 */
export async function flowPath(view: LabView, flow: Flow, receiver: string): Promise<FlowPath> {
  const path = new Path(view);
  const to = flow.receivers.find(({ node }) => node === receiver);
  if (to === undefined) throw new Error(`${receiver} is no receiver of ${flow.name}`);
  const firstHop = await upstream(view, path, flow, path.cross(to.node, to.interface).node);
  const entry = await throughSwitches(view, path, flow);
  if (entry !== firstHop) await throughOverlay(view, path, entry, firstHop);
  return path.found([flow.from.node, receiver]);
}

class Path {
  private readonly nodes = new Set<string>();
  private readonly links = new Set<string>();

  constructor(private readonly view: LabView) {}

  /** Goes over the link at an interface (or at the port that its VLAN is on). @throws Error where there is none */
  cross(node: string, interfaceName: string): { readonly node: string; readonly interface: string } {
    const far = this.peer(node, interfaceName);
    if (far === undefined) throw new Error(`no link at ${node}:${interfaceName}`);
    const near = `${node}:${portOf(interfaceName)}`;
    this.links.add(findLink(this.view.lab.topology, near)?.id ?? near);
    this.nodes.add(node);
    this.nodes.add(far.node);
    return far;
  }

  peer(node: string, interfaceName: string): { readonly node: string; readonly interface: string } | undefined {
    return this.view.lab.peerOf(node, portOf(interfaceName));
  }

  found(ends: readonly string[]): FlowPath {
    return {
      nodes: [...this.nodes].filter((node) => !ends.includes(node)).sort(),
      links: [...this.links].sort(),
    };
  }
}

/** `eth1.10` is a VLAN of the port `eth1`. */
export function portOf(interfaceName: string): string {
  return interfaceName.replace(/\.\d+$/, '');
}

/** Hop by hop towards the source. @returns the router whose incoming interface is on the source's LAN */
async function upstream(view: LabView, path: Path, flow: Flow, lastHop: string): Promise<string> {
  let node = lastHop;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const routes = await view.driver(node).query('mroutes', { group: flow.group });
    const entry =
      routes.find((route) => route.source === flow.from.address && route.iif !== '') ??
      routes.find((route) => route.source === '*' && route.iif !== '');
    if (entry === undefined) throw new Error(`${node} has no forwarding entry for ${flow.name}`);
    if (path.peer(node, entry.iif) === undefined) return node;
    node = path.cross(node, entry.iif).node;
  }
  throw new Error(`the forwarding entries of ${flow.name} lead in a circle`);
}

/** From the source to the first node that is a router. */
async function throughSwitches(view: LabView, path: Path, flow: Flow): Promise<string> {
  let at = path.cross(flow.from.node, flow.from.interface);
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    if (view.lab.node(at.node).spec.driver !== 'linux') return at.node;
    const others = interfacesOf(view.lab.topology, at.node).filter((name) => name !== at.interface);
    const out = await portsWithFlow(view, flow, at.node, others, 'out');
    const [port, ...more] = out.filter((name) => !isHost(view, path, at.node, name));
    if (port === undefined || more.length > 0) {
      throw new Error(`${flow.name} leaves ${at.node} at ${out.length === 0 ? 'no port' : out.join(' and ')}`);
    }
    at = path.cross(at.node, port);
  }
  throw new Error(`${flow.name} goes in a circle between switches`);
}

/** A node at the end of a single cable takes no flow any further. */
function isHost(view: LabView, path: Path, node: string, port: string): boolean {
  const far = path.peer(node, port);
  return far === undefined || interfacesOf(view.lab.topology, far.node).length === 1;
}

/** From one router of an Ethernet Segment to another, by routes to the address that the segment's others know it by. */
async function throughOverlay(view: LabView, path: Path, from: string, to: string): Promise<void> {
  const own = (await view.driver(to).query('interfaces')).flatMap(({ addresses }) => addresses.map(withoutLength));
  const peers = (await view.driver(from).query('evpn-segments')).flatMap((segment) => segment.peers);
  const address = peers.find((peer) => own.includes(peer));
  if (address === undefined) throw new Error(`packets reach ${from} first, and no way from there to ${to} is known`);
  let node = from;
  for (let hop = 0; hop < MOST_HOPS && node !== to; hop++) {
    const routes = await view.driver(node).query('route-to', { address });
    const [first] = routes;
    if (first?.interface === undefined || first.interface === null)
      throw new Error(`${node} has no route to ${address}`);
    // Equal paths may each be taken: all of them are on the way.
    for (const other of routes.slice(1)) if (other.interface !== null) path.cross(node, other.interface);
    node = path.cross(node, first.interface).node;
  }
  if (node !== to) throw new Error(`the routes from ${from} to ${address} lead in a circle`);
}

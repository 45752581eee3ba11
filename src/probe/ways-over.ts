import type { DeviceFacts } from '../device/types.js';
import { findLink, interfacesOf, parseEndpoint } from '../topology/find.js';
import type { TopologyLink } from '../topology/types.js';
import type { Flow, FlowReceiver } from '../traffic/types.js';
import { portOf } from './flow-path.js';
import type { LabView } from './types.js';

/** What a fault acts on: nodes as a whole, and interfaces (`core1:eth1`). */
export interface Broken {
  readonly nodes: readonly string[];
  readonly endpoints: readonly string[];
}

/** Whether a flow goes over what a fault is about to break, on its way to one receiver. */
export interface FlowWay {
  readonly flow: string;
  readonly receiver: string;
  /** `beside` only where the whole way is known. */
  readonly goes: 'over' | 'beside' | 'unknown';
  /** The routers of the way, from the source on, as far as it is known. */
  readonly routers: readonly string[];
  /** Why no more is known; null where all is. */
  readonly problem: string | null;
}

const MOST_HOPS = 64;

/**
 * The ways of all multicast flows to the receivers that have joined, by the routers' own forwarding entries, from the
 * receivers against the flow. LANs, and whatever else is no router, count as a whole: what is broken in one may be on the way
 * or not. Asks each router once per group; a way that cannot be followed is `unknown`, never an error.
 * @throws the view's signal's reason
 */
export async function waysOver(view: LabView, broken: Broken): Promise<readonly FlowWay[]> {
  const follower = new Follower(view);
  const ways: FlowWay[] = [];
  for (const flow of view.flows ?? []) {
    for (const receiver of flow.receivers) {
      if (receiver.join.when !== 'start') continue;
      const way = new Way(view);
      let problem: string | null = null;
      try {
        await follower.follow(way, flow, receiver);
      } catch (error) {
        view.signal.throwIfAborted();
        problem = (error as Error).message;
      }
      const goes = way.touches(broken) ? 'over' : problem !== null || way.mayTouch(broken) ? 'unknown' : 'beside';
      ways.push({ flow: flow.name, receiver: receiver.node, goes, routers: way.routers, problem });
    }
  }
  return ways;
}

/** Nodes that are no routers, one beside the other, their links, and the routers' ports that lead there. */
interface Lan {
  readonly nodes: ReadonlySet<string>;
  readonly links: readonly TopologyLink[];
  readonly ports: readonly { readonly node: string; readonly interface: string }[];
}

class Way {
  private readonly backwards: string[] = [];
  private readonly links: TopologyLink[] = [];
  private readonly lans: Lan[] = [];
  private ends: readonly string[] = [];

  constructor(private readonly view: LabView) {}

  get routers(): readonly string[] {
    return [...this.backwards].reverse();
  }

  addEnds(...nodes: readonly string[]): void {
    this.ends = [...this.ends, ...nodes];
  }

  addRouter(node: string): void {
    this.backwards.push(node);
  }

  /** A LAN of a single cable has no other way through. */
  addLan(lan: Lan): void {
    if (lan.nodes.size === 0) this.links.push(...lan.links);
    else this.lans.push(lan);
  }

  addLink(link: TopologyLink | undefined): void {
    if (link !== undefined) this.links.push(link);
  }

  touches(broken: Broken): boolean {
    const own = [...this.backwards, ...this.ends];
    return broken.nodes.some((node) => own.includes(node)) || this.isEnd(this.links, broken);
  }

  mayTouch(broken: Broken): boolean {
    return this.lans.some((lan) => broken.nodes.some((node) => lan.nodes.has(node)) || this.isEnd(lan.links, broken));
  }

  private isEnd(links: readonly TopologyLink[], broken: Broken): boolean {
    const ends = broken.endpoints.map((text) => parseEndpoint(this.view.lab.topology, text));
    return links.some(({ endpoints }) =>
      endpoints.some((one) => ends.some((end) => end?.node === one.node && end.interface === one.interface)),
    );
  }
}

type Entry = DeviceFacts['mroutes'][number];

class Follower {
  private readonly answers = new Map<string, Promise<readonly Entry[]>>();

  constructor(private readonly view: LabView) {}

  async follow(way: Way, flow: Flow, receiver: FlowReceiver): Promise<void> {
    way.addEnds(flow.from.node, receiver.node);
    const from = this.lanAt(flow.from.node, flow.from.interface);
    const to = this.lanAt(receiver.node, receiver.interface);
    way.addLan(from);
    way.addLan(to);
    const forwarding: string[] = [];
    for (const port of to.ports) if (await this.forwards(port.node, flow, port.interface)) forwarding.push(port.node);
    let [node] = forwarding;
    if (node === undefined || forwarding.length > 1) {
      throw new Error(`${forwarding.join(' and ') || 'no router'} forwards ${flow.name} to ${receiver.node}`);
    }
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      way.addRouter(node);
      const { iif } = (await this.entry(node, flow))!;
      const near = { node, interface: portOf(iif) };
      if (from.ports.some((port) => port.node === near.node && port.interface === near.interface)) return;
      const far = this.view.lab.peerOf(near.node, near.interface);
      if (far === undefined || !this.isRouter(far.node)) throw new Error(`${flow.name} comes to ${node} by ${iif}`);
      way.addLink(findLink(this.view.lab.topology, `${near.node}:${near.interface}`));
      if (!(await this.forwards(far.node, flow, far.interface))) {
        throw new Error(`${far.node} does not forward ${flow.name} to ${node}`);
      }
      node = far.node;
    }
    throw new Error(`the forwarding entries of ${flow.name} lead in a circle`);
  }

  private async forwards(node: string, flow: Flow, port: string): Promise<boolean> {
    return ((await this.entry(node, flow))?.oifs ?? []).some((name) => portOf(name) === port);
  }

  /** The entry that the flow's packets are forwarded by. */
  private async entry(node: string, flow: Flow): Promise<Entry | undefined> {
    const key = `${node} ${flow.group}`;
    const asked = this.answers.get(key) ?? this.view.driver(node).query('mroutes', { group: flow.group });
    this.answers.set(key, asked);
    const entries = (await asked).filter((one) => one.group === flow.group && one.installed && one.iif !== '');
    return entries.find(({ source }) => source === flow.from.address) ?? entries.find(({ source }) => source === '*');
  }

  private lanAt(node: string, interfaceName: string): Lan {
    const nodes = new Set<string>();
    const links = new Set<TopologyLink>();
    const ports: { node: string; interface: string }[] = [];
    const open = [{ node, interface: interfaceName }];
    for (let end = open.pop(); end !== undefined; end = open.pop()) {
      const link = findLink(this.view.lab.topology, `${end.node}:${portOf(end.interface)}`);
      const far = this.view.lab.peerOf(end.node, portOf(end.interface));
      if (link === undefined || far === undefined || links.has(link)) continue;
      links.add(link);
      if (this.isRouter(far.node)) ports.push(far);
      else if (far.node !== node && !nodes.has(far.node)) {
        nodes.add(far.node);
        const others = interfacesOf(this.view.lab.topology, far.node);
        open.push(...others.map((name) => ({ node: far.node, interface: name })));
      }
    }
    return { nodes, links: [...links], ports };
  }

  private isRouter(node: string): boolean {
    return this.view.lab.node(node).spec.driver !== 'linux';
  }
}

import { LabError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { isSameSubnet, withoutLength } from './address.js';
import { rpForGroup } from './rp-for-group.js';
import type { DeviceDriver, DeviceFacts, QueryArguments, QueryKind } from './types.js';

/** The part of a lab that a role is looked up in. */
export interface RoleView {
  readonly lab: {
    readonly nodes: readonly { readonly name: string; readonly spec: { readonly driver: string } }[];
    peerOf(node: string, interfaceName: string): { readonly node: string } | undefined;
  };
  driver(node: string): DeviceDriver;
}

/** One question and its answer, for the report. */
export type Evidence = { readonly node: string; readonly asked: string; readonly answer: Json };

export interface FoundRp {
  readonly group: string;
  readonly seenFrom: string;
  /** The RP's address as `seenFrom` has it. */
  readonly address: string;
  /** All routers that own the address: more than one with anycast. */
  readonly owners: readonly string[];
  /** The owners that `seenFrom` may be using now: one, or more where equal paths leave it open. */
  readonly candidates: readonly string[];
  readonly evidence: readonly Evidence[];
}

export interface FoundDr {
  /** The designated router's address on the LAN. */
  readonly address: string;
  readonly node: string;
  readonly interface: string;
  /** Router interfaces with PIM on the LAN, `node:interface`. */
  readonly routers: readonly string[];
  readonly evidence: readonly Evidence[];
}

/**
 * Who is RP for a group, and with anycast which router `seenFrom` uses now: from there hop by hop along the (*,G) join where
 * a router has joined, else by the way its PIM has to the RP, else by its routes, to the first router that owns the address.
 * Asks only.
 * @throws LabError where there is no RP, nobody owns its address, or no way leads there; with all that was answered
 */
export async function findRp(view: RoleView, group: string, seenFrom: string): Promise<FoundRp> {
  const inquiry = new Inquiry(view);
  const rp = rpForGroup((await inquiry.ask(seenFrom, 'rp-info')) ?? [], group);
  if (rp === undefined) throw inquiry.failure(`${seenFrom} has no RP for ${group}`);
  const interfaces = await inquiry.routerInterfaces();
  const owners = nodesWith(interfaces, rp.rp);
  if (owners.length === 0) throw inquiry.failure(`no router owns ${rp.rp}, the RP of ${group} for ${seenFrom}`);
  const candidates: string[] = [];
  const visited = new Set<string>();
  let frontier: readonly string[] = [seenFrom];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const node of frontier) {
      if (visited.has(node)) continue;
      visited.add(node);
      if (owners.includes(node)) candidates.push(node);
      else next.push(...(await nextNodes(inquiry, node, group, rp.rp, interfaces)));
    }
    frontier = next;
  }
  if (candidates.length === 0) throw inquiry.failure(`no way leads from ${seenFrom} to ${rp.rp}, the RP of ${group}`);
  return { group, seenFrom, address: rp.rp, owners, candidates, evidence: inquiry.evidence };
}

/**
 * Who is designated router on the LAN at these endpoints (`node:interface`, of routers or of hosts): all routers with an
 * address in the same subnet are asked, and have to agree. Asks only.
 * @throws LabError where no router with PIM is there, they disagree, or nobody owns the DR's address; with all answers
 */
export async function findDr(view: RoleView, at: readonly string[]): Promise<FoundDr> {
  const inquiry = new Inquiry(view);
  const subnets: string[] = [];
  for (const endpoint of at) {
    const [node = '', name = ''] = endpoint.split(':');
    const own = ((await inquiry.ask(node, 'interfaces')) ?? []).find((one) => one.name === name);
    const addresses = own?.addresses.filter((address) => address.includes('.')) ?? [];
    if (addresses.length === 0) throw inquiry.failure(`${endpoint} has no IPv4 address`);
    subnets.push(...addresses);
  }
  const places = [...(await inquiry.routerInterfaces())].flatMap(([node, facts]) =>
    facts
      .filter((one) => one.addresses.some((address) => subnets.some((subnet) => isSameSubnet(address, subnet))))
      .map((one) => ({ node, interface: one.name, addresses: one.addresses.map(withoutLength) })),
  );
  const seen: { readonly place: string; readonly address: string }[] = [];
  for (const { node, interface: name } of places) {
    const pim = ((await inquiry.ask(node, 'pim-interfaces')) ?? []).find((one) => one.interface === name);
    if (pim !== undefined) seen.push({ place: `${node}:${name}`, address: pim.designatedRouter });
  }
  const where = `on the LAN at ${at.join(', ')}`;
  const address = seen[0]?.address;
  if (address === undefined) throw inquiry.failure(`no router with PIM answers ${where}`);
  if (seen.some((one) => one.address !== address)) throw inquiry.failure(`the routers ${where} disagree on the DR`);
  const dr = places.find((place) => place.addresses.includes(address));
  if (dr === undefined) throw inquiry.failure(`no router ${where} owns ${address}, their DR`);
  return {
    address,
    node: dr.node,
    interface: dr.interface,
    routers: seen.map((one) => one.place),
    evidence: inquiry.evidence,
  };
}

type InterfacesByNode = ReadonlyMap<string, DeviceFacts['interfaces']>;

function nodesWith(interfaces: InterfacesByNode, address: string): readonly string[] {
  return [...interfaces].flatMap(([node, facts]) =>
    facts.some((one) => one.addresses.map(withoutLength).includes(address)) ? [node] : [],
  );
}

/** Where a join for the RP goes from here. */
async function nextNodes(
  inquiry: Inquiry,
  node: string,
  group: string,
  rp: string,
  interfaces: InterfacesByNode,
): Promise<readonly string[]> {
  const hopOf = (address: string | null, interfaceName: string | null): readonly string[] => {
    const owners = address === null ? [] : nodesWith(interfaces, address).filter((owner) => owner !== node);
    if (owners.length > 0) return owners;
    const peer = interfaceName === null ? undefined : inquiry.peerOf(node, interfaceName);
    return peer === undefined ? [] : [peer];
  };
  const upstream = (await inquiry.ask(node, 'pim-upstream', { group })) ?? [];
  const joined = upstream.find((one) => one.source === '*' && /^J/.test(one.state) && one.rpfNeighbor !== '');
  if (joined !== undefined) return hopOf(joined.rpfNeighbor, joined.iif);
  const routes = (await inquiry.ask(node, 'route-to', { address: rp })) ?? [];
  const way = rpForGroup((await inquiry.ask(node, 'rp-info')) ?? [], group);
  const chosen = routes.filter((route) => way?.rp === rp && way.interface !== '' && route.interface === way.interface);
  return (chosen.length > 0 ? chosen : routes).flatMap((route) => hopOf(route.nexthop, route.interface));
}

/** Asks, and keeps every question with its answer. */
class Inquiry {
  readonly evidence: Evidence[] = [];

  constructor(private readonly view: RoleView) {}

  /** undefined where the device does not answer; why is in the evidence. */
  async ask<K extends QueryKind>(
    node: string,
    kind: K,
    args: QueryArguments = {},
  ): Promise<DeviceFacts[K] | undefined> {
    const asked = [kind, args.group, args.address].filter((part) => part !== undefined).join(' ');
    try {
      const facts = await this.view.driver(node).query(kind, args);
      this.evidence.push({ node, asked, answer: facts });
      return facts;
    } catch (error) {
      this.evidence.push({ node, asked, answer: { error: (error as Error).message } });
      return undefined;
    }
  }

  async routerInterfaces(): Promise<InterfacesByNode> {
    const found = new Map<string, DeviceFacts['interfaces']>();
    for (const { name, spec } of this.view.lab.nodes) {
      if (spec.driver === 'linux') continue;
      const facts = await this.ask(name, 'interfaces');
      if (facts !== undefined) found.set(name, facts);
    }
    return found;
  }

  peerOf(node: string, interfaceName: string): string | undefined {
    return this.view.lab.peerOf(node, interfaceName)?.node;
  }

  failure(why: string): LabError {
    const answers = this.evidence.map(({ node, asked, answer }) => `${node}, ${asked}: ${JSON.stringify(answer)}`);
    return new LabError(`${why}. What was answered:\n${answers.join('\n')}`);
  }
}

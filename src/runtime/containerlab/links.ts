import { interfacesOf } from '../../topology/find.js';
import type { Endpoint, Topology } from '../../topology/types.js';
import { runThere, type Entrance } from '../netns/enter.js';
import type { KeptLink } from './state.js';

interface LinkRow {
  readonly ifindex: number;
  readonly ifname: string;
  readonly link_index?: number;
  readonly flags: readonly string[];
}

async function rows(there: Entrance): Promise<readonly LinkRow[]> {
  const { stdout } = await runThere(there, ['ip', '-json', 'link', 'show']);
  return JSON.parse(stdout || '[]') as LinkRow[];
}

/**
 * The interfaces that the topology's links give a node, by the names there, whatever they are called by now: one that was
 * renamed is found by the other end of its link. `missing`: those that are not there.
 * @param networkOf the network of another node, to ask; undefined where it cannot be asked
 */
export async function linksOf(
  there: Entrance,
  topology: Topology,
  node: string,
  networkOf: (node: string) => Promise<Entrance | undefined>,
): Promise<{ readonly links: readonly KeptLink[]; readonly missing: readonly string[] }> {
  const found = await rows(there);
  const links: KeptLink[] = [];
  const missing: string[] = [];
  for (const name of interfacesOf(topology, node)) {
    const row = found.find((one) => one.ifname === name) ?? (await byFarEnd(found, topology, node, name, networkOf));
    if (row === undefined) missing.push(name);
    else links.push({ name, called: row.ifname, index: row.ifindex, peerIndex: row.link_index ?? null });
  }
  return { links, missing };
}

async function byFarEnd(
  found: readonly LinkRow[],
  topology: Topology,
  node: string,
  name: string,
  networkOf: (node: string) => Promise<Entrance | undefined>,
): Promise<LinkRow | undefined> {
  const isOwn = (end: Endpoint): boolean => end.node === node && end.interface === name;
  const far = topology.links.find((link) => link.endpoints.some(isOwn))?.endpoints.find((end) => !isOwn(end));
  const network = far === undefined ? undefined : await networkOf(far.node);
  if (network === undefined) return undefined;
  const end = (await rows(network)).find((row) => row.ifname === far!.interface);
  return end === undefined
    ? undefined
    : found.find((row) => row.ifindex === end.link_index && row.link_index === end.ifindex);
}

/**
 * Moves the links of a killed node from the namespace that was kept to that of its container's new life, under the names
 * of the topology, and sets them up. Those that are there already stay.
 */
export async function moveLinks(from: Entrance, to: Entrance, pid: number, links: readonly KeptLink[]): Promise<void> {
  const here = await rows(from);
  const moves = links.flatMap((link) => {
    // The kernel numbers an interface anew where its number is taken in the namespace that it is moved to.
    const row =
      here.find((one) => one.ifname === link.called && one.link_index === (link.peerIndex ?? undefined)) ??
      here.find((one) => one.ifindex === link.index) ??
      here.find((one) => one.ifname === link.name);
    return row === undefined ? [] : [`link set dev ${row.ifname} netns ${pid} name ${link.name}\n`];
  });
  if (moves.length > 0) await runThere(from, ['ip', '-batch', '-'], { input: moves.join('') });
  const ups = links.map((link) => `link set dev ${link.name} up\n`).join('');
  if (ups !== '') await runThere(to, ['ip', '-batch', '-'], { input: ups });
}

/** @returns what is wrong with the links of a node that was booted; nothing where all are as they were. */
export async function checkLinks(there: Entrance, links: readonly KeptLink[]): Promise<readonly string[]> {
  const here = await rows(there);
  return links.flatMap((link) => {
    const row = here.find((one) => one.ifname === link.name);
    if (row === undefined) return [`${link.name} is not there`];
    const problems: string[] = [];
    if (!row.flags.includes('UP')) problems.push(`${link.name} is down`);
    if (link.peerIndex !== null && row.link_index !== link.peerIndex) {
      problems.push(`${link.name} leads to interface ${row.link_index ?? 'none'}, not to ${link.peerIndex}`);
    }
    return problems;
  });
}

/** Whether the other end of a link leads back to this interface of the node. */
export async function leadsTo(there: Entrance, interfaceName: string, index: number): Promise<boolean> {
  return (await rows(there)).some((row) => row.ifname === interfaceName && row.link_index === index);
}

/** Number of an interface; undefined where it is not there. */
export async function indexOf(there: Entrance, interfaceName: string): Promise<number | undefined> {
  return (await rows(there)).find((row) => row.ifname === interfaceName)?.ifindex;
}

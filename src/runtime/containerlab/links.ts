import { LabError } from '../../core/errors.js';
import { interfacesOf } from '../../topology/find.js';
import type { Topology } from '../../topology/types.js';
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

/** The interfaces that the topology's links give a node. @throws LabError where one is not there under its name */
export async function linksOf(there: Entrance, topology: Topology, node: string): Promise<readonly KeptLink[]> {
  const found = await rows(there);
  return interfacesOf(topology, node).map((name) => {
    const row = found.find((one) => one.ifname === name);
    if (row === undefined) throw new LabError(`node ${node} has no interface ${name}`);
    return { name, index: row.ifindex, peerIndex: row.link_index ?? null };
  });
}

/** Interfaces of the topology that a node does not have. */
export async function missingLinks(there: Entrance, topology: Topology, node: string): Promise<readonly string[]> {
  const found = new Set((await rows(there)).map((row) => row.ifname));
  return interfacesOf(topology, node).filter((name) => !found.has(name));
}

/**
 * Moves the links of a killed node from the namespace that was kept to that of its container's new life, under the names
 * of the topology, and sets them up. Those that are there already stay.
 */
export async function moveLinks(from: Entrance, to: Entrance, pid: number, links: readonly KeptLink[]): Promise<void> {
  const here = await rows(from);
  const moves = links.flatMap((link) => {
    const row = here.find((one) => one.ifindex === link.index) ?? here.find((one) => one.ifname === link.name);
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

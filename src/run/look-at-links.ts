import type { Lab } from '../runtime/types.js';

/** One end of a link as the kernel shows it now. */
export interface SeenEnd {
  readonly node: string;
  readonly interface: string;
  /** `up`: set up and with carrier; `no carrier`: set up, and the far end is not; `down`; `gone`: there is no such interface. */
  readonly state: 'up' | 'no carrier' | 'down' | 'gone' | 'out of reach';
}

interface LinkRow {
  readonly ifname: string;
  readonly flags: readonly string[];
}

/**
 * Both ends of the links of these nodes and at these interfaces (`core1:eth1`), as they are now. One node is asked at a
 * time, so that the asking disturbs running traffic as little as it can. Asks only; never throws.
 */
export async function lookAtLinks(
  lab: Lab,
  nodes: readonly string[],
  endpoints: readonly string[] = [],
): Promise<readonly SeenEnd[]> {
  const ends = lab.topology.links
    .filter((link) =>
      link.endpoints.some((end) => nodes.includes(end.node) || endpoints.includes(`${end.node}:${end.interface}`)),
    )
    .flatMap((link) => link.endpoints);
  const seen = new Map<string, readonly LinkRow[] | undefined>();
  for (const node of lab.nodes.filter((one) => ends.some((end) => end.node === one.name))) {
    const rows = await node
      .execOutside(['ip', '-json', 'link', 'show'], { timeoutMs: 10_000 })
      .then(({ stdout }) => JSON.parse(stdout || '[]') as LinkRow[])
      .catch(() => undefined);
    seen.set(node.name, rows);
  }
  return ends
    .filter((end) => seen.has(end.node))
    .map((end) => ({ node: end.node, interface: end.interface, state: stateOf(seen.get(end.node), end.interface) }));
}

function stateOf(rows: readonly LinkRow[] | undefined, name: string): SeenEnd['state'] {
  if (rows === undefined) return 'out of reach';
  const row = rows.find((one) => one.ifname === name);
  if (row === undefined) return 'gone';
  if (!row.flags.includes('UP')) return 'down';
  return row.flags.includes('LOWER_UP') ? 'up' : 'no carrier';
}

/** A link by the names of its two nodes. */
export interface LayoutLink {
  readonly a: string;
  readonly b: string;
}

const SWEEPS = 6;

/**
 * Puts nodes into columns by their distance from the roots, so that every link stays in a column or leads to the next
 * one, and orders each column so that links cross little (barycentres, a fixed number of sweeps). The same input
 * gives the same drawing. What cannot be reached from a root starts again in the first column.
 */
export function layoutColumns(
  nodes: readonly string[],
  links: readonly LayoutLink[],
  roots: readonly string[],
): string[][] {
  const neighbours = new Map<string, Set<string>>(nodes.map((name) => [name, new Set<string>()]));
  for (const { a, b } of links) {
    if (a === b) continue;
    neighbours.get(a)?.add(b);
    neighbours.get(b)?.add(a);
  }
  const columns = bySteps(nodes, neighbours, roots);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    for (let step = 1; step < columns.length; step++) {
      const index = forward ? step : columns.length - 1 - step;
      columns[index] = byBarycentre(columns[index]!, columns[forward ? index - 1 : index + 1]!, neighbours);
    }
  }
  return columns;
}

function bySteps(
  nodes: readonly string[],
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  roots: readonly string[],
): string[][] {
  const columns: string[][] = [];
  const seen = new Set<string>();
  const spread = (start: readonly string[]): void => {
    let front = start.filter((name) => neighbours.has(name) && !seen.has(name));
    for (let depth = 0; front.length > 0; depth++) {
      for (const name of front) seen.add(name);
      (columns[depth] ??= []).push(...front);
      const next = new Set(front.flatMap((name) => [...(neighbours.get(name) ?? [])]));
      front = nodes.filter((name) => next.has(name) && !seen.has(name));
    }
  };
  spread([...new Set(roots)]);
  for (const name of nodes) if (!seen.has(name)) spread([name]);
  return columns;
}

function byBarycentre(
  column: readonly string[],
  beside: readonly string[],
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const place = new Map(beside.map((name, index) => [name, (index + 0.5) / beside.length]));
  const weight = (name: string, index: number): number => {
    const places = [...(neighbours.get(name) ?? [])].flatMap((other) => place.get(other) ?? []);
    // One without a neighbour there stays where it is.
    return places.length === 0
      ? (index + 0.5) / column.length
      : places.reduce((sum, each) => sum + each, 0) / places.length;
  };
  return column
    .map((name, index) => ({ name, index, weight: weight(name, index) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
    .map((each) => each.name);
}

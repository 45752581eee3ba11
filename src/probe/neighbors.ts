import type { DeviceFacts, QueryKind } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import type { Judgement, LabView, Observation } from './types.js';

/** One neighbour as a table of neighbours shows it. */
export type Neighbor = { readonly name: string; readonly state: string; readonly good: boolean };

export interface NeighborsSeen extends Observation {
  readonly data: readonly Answered<readonly Neighbor[]>[];
}

/** Looks at a neighbour table of several nodes. */
export async function observeNeighbors<K extends QueryKind>(
  view: LabView,
  nodes: readonly string[],
  kind: K,
  read: (facts: DeviceFacts[K]) => readonly Neighbor[],
): Promise<NeighborsSeen> {
  const answers = await askAll(view, nodes, kind);
  const data = answers.map((answer) =>
    answer.error === null ? { node: answer.node, facts: read(answer.facts), error: null } : answer,
  );
  return { data, summary: summarize(data, tellNeighbors) };
}

/**
 * Every node has at least `atLeast` neighbours in the good state; with `all`, none in another. A neighbour that is gone is
 * no longer in the table: only `atLeast` notices it.
 */
export function judgeNeighbors(
  wanted: { readonly what: string; readonly all: boolean; readonly atLeast: number },
  seen: NeighborsSeen,
): Judgement {
  const bad = seen.data.filter(({ facts }) => {
    if (facts === null) return true;
    const good = facts.filter((neighbor) => neighbor.good).length;
    return good < wanted.atLeast || (wanted.all && good < facts.length);
  });
  const want = `${wanted.all ? 'all, and ' : ''}at least ${wanted.atLeast}, ${wanted.what}`;
  const told = bad.length === 0 ? seen.summary : summarize(bad, tellNeighbors);
  return { met: bad.length === 0, summary: `wanted ${want}; seen: ${told}` };
}

function tellNeighbors(neighbors: readonly Neighbor[]): string {
  if (neighbors.length === 0) return 'none';
  return neighbors.map((neighbor) => `${neighbor.name} ${neighbor.state}`).join(', ');
}

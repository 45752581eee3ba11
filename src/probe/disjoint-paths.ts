import { z } from 'zod';
import { flowPath, type FlowPath } from './flow-path.js';
import { many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface DisjointPathsOptions {
  flows: string[];
  at: OneOrMany<string>;
  shared?: string[] | undefined;
}
type Found = {
  readonly receiver: string;
  readonly paths: readonly { readonly flow: string; readonly path: FlowPath }[];
  /** Nodes, and links by their names, that all of the paths go through. */
  readonly shared: readonly string[];
  readonly problem: string | null;
};
export interface DisjointPathsSeen extends Observation {
  readonly data: readonly Found[];
}

const schema: z.ZodType<DisjointPathsOptions> = z.strictObject({
  flows: z.array(z.string().min(1)).min(2),
  at: oneOrMany(nodeName),
  shared: z.array(z.string().min(1)).optional(),
});

/**
 * Redundant flows go separate ways to a receiver: what their paths share is listed by name and has to be among `shared`.
 * What is `shared` but no longer is does not matter. A way that cannot be followed is not separate.
 */
export const disjointPaths: Probe<DisjointPathsOptions, DisjointPathsSeen> = {
  kind: 'disjoint-paths',
  title: 'Redundant flows share nothing on their ways to a receiver but what is named',
  example: '{ flows: [feed-a, feed-b], at: rx3, shared: [edge, ce3, "ce3:eth3--rx3:eth1"] }',
  schema,
  needs: 'traffic',
  references: (options) => [
    ...references('flows', 'flow', options.flows),
    ...references('at', 'node', options.at),
    ...(options.shared ?? []).map((value, index) => ({
      path: ['shared', index],
      type: value.includes('--') ? ('link' as const) : ('node' as const),
      value,
    })),
  ],

  async observe(view, options) {
    const data: Found[] = [];
    for (const receiver of many(options.at)) {
      const paths: { flow: string; path: FlowPath }[] = [];
      let problem: string | null = null;
      for (const name of options.flows) {
        const flow = (view.flows ?? []).find((one) => one.name === name || one.item === name);
        try {
          if (flow === undefined) throw new Error(`there is no flow ${name}`);
          paths.push({ flow: name, path: await flowPath(view, flow, receiver) });
        } catch (error) {
          view.signal.throwIfAborted();
          problem = `${name}: ${(error as Error).message}`;
        }
      }
      data.push({ receiver, paths, shared: problem === null ? sharedBy(paths.map(({ path }) => path)) : [], problem });
    }
    return { data, summary: data.map(tell).join('; ') };
  },

  judge(options, seen) {
    const allowed = options.shared ?? [];
    const bad = seen.data.flatMap(({ receiver, shared, problem }) => {
      if (problem !== null) return [`${receiver}: ${problem}`];
      const more = shared.filter((part) => !allowed.includes(part));
      return more.length === 0 ? [] : [`${receiver}: ${options.flows.join(' and ')} share ${more.join(', ')} too`];
    });
    const wanted = `wanted nothing shared but ${allowed.length === 0 ? 'the ends' : allowed.join(', ')}`;
    return { met: bad.length === 0, summary: `${wanted}; seen: ${bad.length === 0 ? seen.summary : bad.join('; ')}` };
  },
};

/** What any two of the paths have in common. */
function sharedBy(paths: readonly FlowPath[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { nodes, links } of paths)
    for (const part of [...nodes, ...links]) times.set(part, (times.get(part) ?? 0) + 1);
  return [...times].filter(([, count]) => count > 1).map(([part]) => part);
}

function tell({ receiver, paths, shared, problem }: Found): string {
  if (problem !== null) return `${receiver}: ${problem}`;
  const ways = paths.map(({ flow, path }) => `${flow} by ${path.nodes.join(', ')}`);
  return `${receiver}: ${ways.join('; ')}; shared: ${shared.length === 0 ? 'nothing' : shared.join(', ')}`;
}

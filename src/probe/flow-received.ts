import { z } from 'zod';
import { count, many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import { streamsOf } from './streams.js';
import type { Observation, Probe } from './types.js';

export interface FlowReceivedOptions {
  flow: OneOrMany<string>;
  at?: OneOrMany<string> | undefined;
  'at-least'?: number | undefined;
}
type Count = { readonly flow: string; readonly receiver: string; readonly received: number };
export interface FlowReceivedSeen extends Observation {
  readonly data: { readonly counts: readonly Count[]; readonly problem: string | null };
}

const schema: z.ZodType<FlowReceivedOptions> = z.strictObject({
  flow: oneOrMany(z.string().min(1)),
  at: oneOrMany(nodeName).optional(),
  'at-least': count.optional(),
});

/** Receivers have got packets of a flow at all, counted since they joined. */
export const flowReceived: Probe<FlowReceivedOptions, FlowReceivedSeen> = {
  kind: 'flow-received',
  title: 'Receivers have got at least so many packets of a flow',
  example: '{ flow: publish, at: [desk1, desk2], at-least: 100 }',
  schema,
  needs: 'traffic',
  references: (options) => [...references('flow', 'flow', options.flow), ...references('at', 'node', options.at)],
  async observe(view, options) {
    if (view.traffic === undefined)
      return { summary: 'no traffic runs', data: { counts: [], problem: 'no traffic runs' } };
    const live = await view.traffic.counts();
    const at = options.at === undefined ? undefined : many(options.at);
    const counts = streamsOf(view)
      .filter((flow) => many(options.flow).includes(flow.name) || many(options.flow).includes(flow.item))
      .flatMap((flow) =>
        flow.receivers
          .filter((receiver) => (at === undefined ? receiver.join.when === 'start' : at.includes(receiver.node)))
          .map(({ node }) => ({ flow: flow.name, receiver: node, received: live[flow.name]?.[node]?.received ?? 0 })),
      );
    const absent = (at ?? []).filter((node) => !counts.some((one) => one.receiver === node));
    const problem =
      counts.length === 0
        ? 'no such flow or receiver'
        : absent.length > 0
          ? `${absent.join(', ')} is no receiver of it`
          : null;
    return { summary: tell(counts), data: { counts, problem } };
  },
  judge(options, seen) {
    const least = options['at-least'] ?? 1;
    const { counts, problem } = seen.data;
    const bad = counts.filter((one) => one.received < least);
    return {
      met: problem === null && bad.length === 0,
      summary: `wanted at least ${least}; seen: ${problem ?? tell(bad.length > 0 ? bad : counts)}`,
    };
  },
};

function tell(counts: readonly Count[]): string {
  return counts.map((one) => `${one.flow} at ${one.receiver}: ${one.received}`).join('; ');
}

import { z } from 'zod';
import { NS_PER_MS } from '../core/instant.js';
import { parseDuration } from '../core/duration.js';
import type { LiveCounts } from '../traffic/types.js';
import { duration, many, oneOrMany, references, type OneOrMany } from './options.js';
import { streamsOf, type Stream } from './streams.js';
import type { LabView, Observation, Probe } from './types.js';

export type LossFreeOptions = string | { for: string; flows?: OneOrMany<string> | undefined };

type Pair = {
  readonly flow: string;
  readonly receiver: string;
  /** Growth of the receiving program's counters while it was watched. */
  readonly received: number;
  readonly missing: number;
  /** What the flow's rate makes of the time. */
  readonly due: number;
};
export interface LossFreeSeen extends Observation {
  readonly data: { readonly pairs: readonly Pair[]; readonly problem: string | null };
}

const schema: z.ZodType<LossFreeOptions> = z.union([
  duration,
  z.strictObject({ for: duration, flows: oneOrMany(z.string().min(1)).optional() }),
]);

/** A receiver that gets less than this share of what is due is not receiving, whatever its sequence numbers say. */
const MIN_SHARE = 0.5;

/**
 * Watches all receivers that joined with the traffic: no sequence number newly missing, and packets coming at the flow's
 * rate. The receiving programs' counters are used, for a steady state only: figures come from captures.
 */
export const lossFree: Probe<LossFreeOptions, LossFreeSeen> = {
  kind: 'loss-free',
  title: 'No receiver misses a packet for a while',
  example: '2 s',
  schema,
  needs: 'traffic',
  references: (options) => (typeof options === 'string' ? [] : references('flows', 'flow', options.flows)),
  async observe(view, options) {
    if (view.traffic === undefined)
      return { summary: 'no traffic runs', data: { pairs: [], problem: 'no traffic runs' } };
    const ms = (parseDuration(lengthOf(options)) ?? 0) / NS_PER_MS;
    const before = await view.traffic.counts();
    await view.sleep(ms);
    const after = await view.traffic.counts();
    const pairs = watched(view, options).flatMap((flow) => pairsOf(flow, before, after, ms * NS_PER_MS));
    return { summary: tell(pairs), data: { pairs, problem: pairs.length === 0 ? 'no receiver to watch' : null } };
  },
  judge(options, seen) {
    const { pairs, problem } = seen.data;
    const bad = pairs.filter((pair) => pair.missing > 0 || pair.received < pair.due * MIN_SHARE || pair.received < 1);
    return {
      met: problem === null && bad.length === 0,
      summary: `wanted no loss for ${lengthOf(options)}; seen: ${problem ?? tell(bad.length > 0 ? bad : pairs)}`,
    };
  },
};

function lengthOf(options: LossFreeOptions): string {
  return typeof options === 'string' ? options : options.for;
}

/** An item's name stands for all of its flows. */
function watched(view: LabView, options: LossFreeOptions): readonly Stream[] {
  const only = typeof options === 'string' || options.flows === undefined ? undefined : many(options.flows);
  return streamsOf(view).filter((flow) => only === undefined || only.includes(flow.name) || only.includes(flow.item));
}

function pairsOf(flow: Stream, before: LiveCounts, after: LiveCounts, ns: number): readonly Pair[] {
  return flow.receivers
    .filter((receiver) => receiver.join.when === 'start')
    .map(({ node }) => {
      const then = before[flow.name]?.[node];
      const now = after[flow.name]?.[node];
      return {
        flow: flow.name,
        receiver: node,
        received: (now?.received ?? 0) - (then?.received ?? 0),
        missing: (now?.missing ?? 0) - (then?.missing ?? 0),
        due: Math.round(ns / flow.intervalNs),
      };
    });
}

function tell(pairs: readonly Pair[]): string {
  return pairs
    .map(
      (pair) => `${pair.flow} at ${pair.receiver}: ${pair.missing} missing, ${pair.received} of ${pair.due} received`,
    )
    .join('; ');
}

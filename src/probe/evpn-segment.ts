import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import { many, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface EvpnSegmentOptions {
  at: OneOrMany<string>;
  interface?: string | undefined;
  forwarder?: string | undefined;
}
export interface EvpnSegmentSeen extends Observation {
  readonly data: readonly Answered<DeviceFacts['evpn-segments']>[];
}

const schema: z.ZodType<EvpnSegmentOptions> = z.strictObject({
  at: oneOrMany(nodeName),
  interface: z.string().min(1).optional(),
  forwarder: nodeName.optional(),
});

/**
 * Nodes are on one and the same Ethernet Segment (RFC 7432 section 5), it is up at each of them, each knows as many others
 * as there are, and exactly one is designated forwarder (section 8.5): the one that is named, where one is.
 */
export const evpnSegment: Probe<EvpnSegmentOptions, EvpnSegmentSeen> = {
  kind: 'evpn-segment',
  title: 'An Ethernet Segment is up at all of these nodes, which know of each other, and has one designated forwarder',
  example: '{ at: [we1, we2], forwarder: we1 }',
  schema,
  needs: 'lab',
  references: (options) => [
    ...references('at', 'node', options.at),
    ...references('forwarder', 'node', options.forwarder),
  ],
  async observe(view, options) {
    const data = await askAll(view, many(options.at), 'evpn-segments');
    return { data, summary: summarize(data, (facts) => tell(options, facts)) };
  },
  judge(options, seen) {
    const others = seen.data.length - 1;
    const own = seen.data.map(({ node, facts }) => ({ node, segment: ownSegment(options, facts ?? []) }));
    const ids = new Set(own.map(({ segment }) => segment?.id));
    const forwarders = own.filter(({ segment }) => segment?.forwarder === true).map(({ node }) => node);
    const met =
      ids.size === 1 &&
      own.every(({ segment }) => segment?.up === true && segment.peers.length === others) &&
      forwarders.length === 1 &&
      (options.forwarder === undefined || forwarders[0] === options.forwarder);
    const who = options.forwarder === undefined ? 'one designated forwarder' : `${options.forwarder} as its forwarder`;
    return {
      met,
      summary: `wanted one segment up at ${many(options.at).join(', ')} with ${who}; seen: ${seen.summary}`,
    };
  },
};

function ownSegment(
  options: EvpnSegmentOptions,
  facts: DeviceFacts['evpn-segments'],
): DeviceFacts['evpn-segments'][number] | undefined {
  const own = facts.filter(
    (one) => one.interface !== null && (options.interface === undefined || one.interface === options.interface),
  );
  return own.length === 1 ? own[0] : undefined;
}

function tell(options: EvpnSegmentOptions, facts: DeviceFacts['evpn-segments']): string {
  const own = ownSegment(options, facts);
  if (own === undefined) {
    const local = facts.flatMap((one) => one.interface ?? []);
    return local.length === 0 ? 'on no segment' : `on several segments: ${local.join(', ')}`;
  }
  const peers = own.peers.length === 0 ? 'nobody else' : own.peers.join(', ');
  return `${own.id} ${own.up ? 'up' : 'down'}, ${own.forwarder ? 'forwarder' : 'not forwarder'}, with ${peers}`;
}

import { z } from 'zod';
import { killOf, injectKill } from './node-kill.js';
import { DEATH_MESSAGE, deathShape, exactlyOneDeath, killModeOf, nodeName, reference } from './options.js';
import { forwarderAmong } from './segment.js';
import type { Fault, KillMode } from './types.js';

const schema = z
  .strictObject({ among: z.array(nodeName).min(2).describe('the routers on the Ethernet Segment'), ...deathShape })
  .refine(exactlyOneDeath, DEATH_MESSAGE);
type Options = z.output<typeof schema>;

/** The designated forwarder of an Ethernet Segment (RFC 7432 section 8.5) dies; found by asking the routers on it. */
export const dfDeath: Fault<Options> = {
  kind: 'df-death',
  title: 'the designated forwarder of an Ethernet Segment dies',
  example: '{ among: [we1, we2], carrier: down }',
  schema,
  references: (options) => options.among.map((node, index) => reference('node', node, 'among', index)),

  async resolve(view, options) {
    const { node, segment } = await forwarderAmong(view, options.among);
    const death = killOf(view, node, killModeOf(options));
    return {
      ...death,
      summary: `${death.summary} (designated forwarder of segment ${segment.id})`,
      resolvedBy: { among: [...options.among], segment: { ...segment, peers: [...segment.peers] } },
    };
  },
  inject: (view, raw) => {
    const { node, mode } = raw as unknown as { node: string; mode: KillMode };
    return injectKill(view, node, mode);
  },
};

import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { rpForGroup } from '../device/rp-for-group.js';
import { askAll, summarize, type Answered } from './ask.js';
import { ipv4, many, multicastGroup, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface RpOptions {
  group: OneOrMany<string>;
  at: OneOrMany<string>;
  is: string;
}
export interface RpSeen extends Observation {
  readonly data: readonly Answered<DeviceFacts['rp-info']>[];
}

const schema: z.ZodType<RpOptions> = z.strictObject({
  group: oneOrMany(multicastGroup),
  at: oneOrMany(nodeName),
  is: ipv4,
});

/** The RP that routers use for a group, and that they have a way to it. */
export const rp: Probe<RpOptions, RpSeen> = {
  kind: 'rp',
  title: 'Routers use this RP for a group, and know a way to it',
  example: '{ group: 239.1.1.1, at: [edge1, edge2], is: 10.255.255.1 }',
  schema,
  needs: 'lab',
  references: (options) => references('at', 'node', options.at),
  async observe(view, options) {
    const data = await askAll(view, many(options.at), 'rp-info');
    return { data, summary: summarize(data, (facts) => tell(options, facts)) };
  },
  judge(options, seen) {
    const met = seen.data.every(
      ({ facts }) =>
        facts !== null &&
        many(options.group).every((group) => {
          const found = rpForGroup(facts, group);
          return found?.rp === options.is && (found.isThisRouter || found.interface !== '');
        }),
    );
    const groups = many(options.group).join(', ');
    return {
      met,
      summary: `wanted ${options.is} as RP of ${groups}; seen: ${summarize(seen.data, (facts) => tell(options, facts))}`,
    };
  },
};

function tell(options: RpOptions, facts: DeviceFacts['rp-info']): string {
  return many(options.group)
    .map((group) => {
      const found = rpForGroup(facts, group);
      if (found === undefined) return `no RP for ${group}`;
      const way = found.isThisRouter ? 'itself' : found.interface === '' ? 'no way to it' : `by ${found.interface}`;
      return `${found.rp} (${way})`;
    })
    .join(', ');
}

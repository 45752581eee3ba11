import { z } from 'zod';
import type { DeviceFacts } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import { ipv4, many, multicastGroup, nodeName, oneOrMany, references, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface IgmpGroupsOptions {
  node: OneOrMany<string>;
  group: OneOrMany<string>;
  on?: string | undefined;
  source?: string | undefined;
}
export interface IgmpGroupsSeen extends Observation {
  readonly data: readonly Answered<DeviceFacts['igmp-groups']>[];
}

const schema: z.ZodType<IgmpGroupsOptions> = z.strictObject({
  node: oneOrMany(nodeName),
  group: oneOrMany(multicastGroup),
  on: z.string().min(1).optional(),
  source: ipv4.optional(),
});

/** Group memberships that routers have learnt from receivers (RFC 3376). */
export const igmpGroups: Probe<IgmpGroupsOptions, IgmpGroupsSeen> = {
  kind: 'igmp-groups',
  title: 'Routers have learnt that receivers want these groups',
  example: '{ node: edge1, group: [239.1.1.1, 239.1.1.2], on: eth3 }',
  schema,
  needs: 'traffic',
  references: (options) => [
    ...references('node', 'node', options.node),
    ...(options.on === undefined
      ? []
      : many(options.node).map((node) => ({
          path: ['on'],
          type: 'endpoint' as const,
          value: `${node}:${options.on}`,
        }))),
  ],
  async observe(view, options) {
    const data = await askAll(view, many(options.node), 'igmp-groups');
    return { data, summary: summarize(data, tell) };
  },
  judge(options, seen) {
    const met = seen.data.every(
      ({ facts }) =>
        facts !== null &&
        many(options.group).every((group) =>
          facts.some(
            (fact) =>
              fact.group === group &&
              (options.on === undefined || fact.interface === options.on) &&
              (options.source === undefined || fact.source === options.source),
          ),
        ),
    );
    const from = options.source === undefined ? '' : ` from ${options.source}`;
    const on = options.on === undefined ? '' : ` on ${options.on}`;
    return { met, summary: `wanted ${many(options.group).join(', ')}${from}${on}; seen: ${seen.summary}` };
  },
};

function tell(facts: DeviceFacts['igmp-groups']): string {
  if (facts.length === 0) return 'no group';
  return facts
    .map((fact) => `${fact.source === null ? '' : `${fact.source},`}${fact.group} on ${fact.interface}`)
    .join(', ');
}

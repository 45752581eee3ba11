import { z } from 'zod';
import { withoutLength } from '../device/address.js';
import type { DeviceFacts } from '../device/types.js';
import { askAll, summarize, type Answered } from './ask.js';
import { endpoint, many, nodeName, oneOrMany, references, splitEndpoint, type OneOrMany } from './options.js';
import type { Observation, Probe } from './types.js';

export interface DrOptions {
  at: OneOrMany<string>;
  is: string;
}
export interface DrSeen extends Observation {
  readonly data: {
    readonly interfaces: readonly Answered<DeviceFacts['pim-interfaces']>[];
    readonly owner: Answered<DeviceFacts['interfaces']>;
  };
}

const schema: z.ZodType<DrOptions> = z.strictObject({ at: oneOrMany(endpoint), is: nodeName });

/** Who is designated router (RFC 7761 section 4.3.2), as every named router interface on the LAN sees it. */
export const dr: Probe<DrOptions, DrSeen> = {
  kind: 'dr',
  title: 'This node is designated router on a LAN, as all named interfaces there see it',
  example: '{ at: [edge1:eth3, edge2:eth3], is: edge1 }',
  schema,
  needs: 'lab',
  references: (options) => [...references('at', 'endpoint', options.at), ...references('is', 'node', options.is)],
  async observe(view, options) {
    const nodes = [...new Set(many(options.at).map((at) => splitEndpoint(at).node))];
    const interfaces = await askAll(view, nodes, 'pim-interfaces');
    const owner = (await askAll(view, [options.is], 'interfaces'))[0]!;
    return { data: { interfaces, owner }, summary: tell(options, interfaces) };
  },
  judge(options, seen) {
    const { interfaces, owner } = seen.data;
    const own = new Set((owner.facts ?? []).flatMap((one) => one.addresses.map(withoutLength)));
    const met = many(options.at).every((at) => {
      const dr = drAt(at, interfaces);
      return dr !== undefined && own.has(dr);
    });
    const unknown = owner.error === null ? '' : ` (its addresses are not known: ${owner.error})`;
    return { met, summary: `wanted ${options.is}${unknown}; seen: ${tell(options, interfaces)}` };
  },
};

type Interfaces = DrSeen['data']['interfaces'];

function drAt(at: string, answers: Interfaces): string | undefined {
  const { node, interface: name } = splitEndpoint(at);
  const facts = answers.find((answer) => answer.node === node)?.facts;
  return facts?.find((one) => one.interface === name)?.designatedRouter;
}

function tell(options: DrOptions, answers: Interfaces): string {
  const silent = answers.filter((answer) => answer.error !== null);
  const told = many(options.at)
    .filter((at) => !silent.some((answer) => answer.node === splitEndpoint(at).node))
    .map((at) => `${at}: ${drAt(at, answers) ?? 'no PIM there'}`);
  return [...told, ...(silent.length > 0 ? [summarize(silent, () => '')] : [])].join('; ');
}

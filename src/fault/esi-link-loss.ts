import { z } from 'zod';
import { LabError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { portsWithFlow, WATCHED } from '../probe/ports-with-flow.js';
import type { LabView } from '../probe/types.js';
import { blackhole } from './blackhole.js';
import { linkDown } from './link-down.js';
import { endpointText, reference, splitEndpoint } from './options.js';
import { membersOf, type Member } from './segment.js';
import type { Fault } from './types.js';

const schema = z
  .strictObject({
    bundle: endpointText.describe('the bundle on the Ethernet Segment at the device that is homed to several routers'),
    member: z
      .enum(['of-forwarder', 'of-other', 'of-flow'])
      .describe('the port to the designated forwarder, to a router that is not, or the one that carries a flow'),
    flow: z.string().min(1).optional().describe('whose port, for `of-flow`'),
    carrier: z
      .enum(['down', 'silent'])
      .describe('down: both ends lose carrier; silent: nothing passes either way, only LACP or BFD can tell'),
    end: z
      .enum(['bundle', 'router'])
      .optional()
      .describe(
        'for `carrier: down`, the end that is switched off; the other one sees its carrier go. router unless told',
      ),
  })
  .refine((options) => (options.member === 'of-flow') === (options.flow !== undefined), '`flow` belongs to `of-flow`')
  .refine((options) => options.carrier === 'down' || options.end === undefined, '`end` belongs to `carrier: down`');
type Options = z.output<typeof schema>;

/** One link of an Ethernet Segment fails: found by who is designated forwarder now, or by where a flow's packets are. */
export const esiLinkLoss: Fault<Options> = {
  kind: 'esi-link-loss',
  title: 'a link of an Ethernet Segment fails: to the designated forwarder, to another router, or the one a flow takes',
  example: '{ bundle: edge:es1, member: of-forwarder, carrier: down }',
  schema,
  references: (options) => [
    { type: 'node', value: splitEndpoint(options.bundle).node, path: ['bundle'] },
    ...(options.flow === undefined ? [] : [reference('flow', options.flow, 'flow')]),
  ],

  async resolve(view, options) {
    const { node } = splitEndpoint(options.bundle);
    const members = await membersOf(view, options.bundle);
    const { member, how } = await chosen(view, options, node, members);
    const role = member.segment?.forwarder === true ? 'the designated forwarder' : 'not the designated forwarder';
    const resolvedBy = { bundle: options.bundle, members: members.map((one) => ({ ...one })), how };
    const what = `${node}:${member.port} of ${options.bundle}, to ${member.router} (${role}; ${how})`;
    if (options.carrier === 'silent') {
      const resolved = await blackhole.resolve(view, { interface: `${node}:${member.port}`, direction: 'both' });
      return { ...resolved, summary: `${what}, silent`, resolvedBy, target: { silent: true, of: resolved.target } };
    }
    const first = options.end === 'bundle' ? `${node}:${member.port}` : `${member.router}:${member.routerPort}`;
    const resolved = await linkDown.resolve(view, { link: first, end: 'one' });
    const summary = `${what}, down at ${first}`;
    return { ...resolved, summary, resolvedBy, target: { silent: false, of: resolved.target } };
  },

  inject(view, raw) {
    const { silent, of } = raw as { silent: boolean; of: Json };
    return silent ? blackhole.inject(view, of) : linkDown.inject(view, of);
  },

  async read(view, raw) {
    const { silent, of } = raw as { silent: boolean; of: Json };
    return silent ? blackhole.read!(view, of) : [];
  },
};

async function chosen(
  view: LabView,
  options: Options,
  node: string,
  members: readonly Member[],
): Promise<{ readonly member: Member; readonly how: string }> {
  if (options.member === 'of-flow') return carrying(view, options.flow!, node, members);
  const wanted = members.filter((one) => one.segment?.forwarder === (options.member === 'of-forwarder'));
  const [member, ...more] = wanted;
  if (member === undefined || (more.length > 0 && options.member === 'of-forwarder')) {
    const said = members.map((one) => `${one.router}: ${JSON.stringify(one.segment)}`).join('; ');
    throw new LabError(`no single port of ${options.bundle} is ${options.member}: ${said}`);
  }
  return { member, how: `${member.router} says so` };
}

/** The port on which packets of the flow are seen, in whichever direction. @throws LabError where that is not one port */
async function carrying(
  view: LabView,
  flowName: string,
  node: string,
  members: readonly Member[],
): Promise<{ readonly member: Member; readonly how: string }> {
  const flow = (view.flows ?? []).find((one) => one.name === flowName || one.item === flowName);
  if (flow === undefined) throw new LabError(`there is no flow ${flowName}`);
  const seen = await portsWithFlow(
    view,
    flow,
    node,
    members.map((member) => member.port),
  );
  const carriers = members.filter((member) => seen.includes(member.port));
  const [member, ...more] = carriers;
  if (member === undefined || more.length > 0) {
    const where = carriers.length === 0 ? 'on no port' : `on ${carriers.map((one) => one.port).join(' and ')}`;
    throw new LabError(`${flowName} is seen ${where} of ${node} within ${WATCHED}`);
  }
  return { member, how: `${flowName} was seen there, and on no other port` };
}

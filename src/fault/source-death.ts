import { z } from 'zod';
import { LabError } from '../core/errors.js';
import { blackhole } from './blackhole.js';
import { reference } from './options.js';
import type { Fault } from './types.js';

const schema = z.strictObject({
  flow: z.string().min(1).describe('the flow, or the item, whose source dies'),
});
type Options = z.output<typeof schema>;

/**
 * The source of a flow falls silent for the network: the port that it is cabled to drops everything both ways. What the
 * source goes on sending stays in its own capture, so that the outage is counted in packets as any other.
 */
export const sourceDeath: Fault<Options> = {
  kind: 'source-death',
  title: 'the source of a flow falls silent: the port at the other end of its cable drops everything',
  example: '{ flow: feed-a }',
  schema,
  references: (options) => [reference('flow', options.flow, 'flow')],

  async resolve(view, options) {
    const flow = (view.flows ?? []).find((one) => one.name === options.flow || one.item === options.flow);
    if (flow === undefined) throw new LabError(`there is no flow ${options.flow}`);
    const peer = view.lab.peerOf(flow.from.node, flow.from.interface);
    if (peer === undefined) throw new LabError(`${flow.from.node}:${flow.from.interface} leads nowhere`);
    const at = `${peer.node}:${peer.interface}`;
    const resolved = await blackhole.resolve(view, { interface: at, direction: 'both' });
    return {
      ...resolved,
      summary: `${flow.from.node}, source of ${options.flow}, falls silent (${at} drops everything)`,
      broken: { nodes: [flow.from.node], endpoints: [at] },
      resolvedBy: { flow: flow.name, source: flow.from.node, at },
    };
  },
  inject: (view, target) => blackhole.inject(view, target),
  read: (view, target) => blackhole.read!(view, target),
};

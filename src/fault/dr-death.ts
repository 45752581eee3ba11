import { z } from 'zod';
import { findDr } from '../device/roles.js';
import { endpointText, reference } from './options.js';
import { deathOf, injectDeath, victimIsClear, victimShape, VICTIM_MESSAGE } from './rp-death.js';
import type { Fault } from './types.js';

const schema = z
  .strictObject({
    lan: z.union([endpointText, z.array(endpointText).min(1)]).describe('router interfaces on the LAN; one is enough'),
    ...victimShape,
  })
  .refine(victimIsClear, VICTIM_MESSAGE);
type Options = z.output<typeof schema>;

const endpointsOf = (options: Options): readonly string[] =>
  typeof options.lan === 'string' ? [options.lan] : options.lan;

/** The PIM designated router of a LAN dies; found by asking the routers there. */
export const drDeath: Fault<Options> = {
  kind: 'dr-death',
  title: 'the PIM designated router of a LAN dies',
  example: '{ lan: [edge1:eth3, edge2:eth3], carrier: down }',
  schema,
  references: (options) =>
    typeof options.lan === 'string'
      ? [reference('endpoint', options.lan, 'lan')]
      : options.lan.map((endpoint, index) => reference('endpoint', endpoint, 'lan', index)),

  async resolve(view, options) {
    const found = await findDr(view, endpointsOf(options));
    const role = `DR ${found.address} of the LAN at ${endpointsOf(options).join(', ')}`;
    return deathOf(view, found.node, options, role, { ...found });
  },
  inject: injectDeath,
};

import { z } from 'zod';
import type { Reference } from '../core/family.js';
import type { KillMode } from '../runtime/types.js';

/** Pieces that the options of several faults are made of. */

export {
  duration,
  endpointName as endpointText,
  multicastGroup as groupAddress,
  nodeName,
} from '../scenario/fields.js';

export const linkText = z
  .string()
  .regex(/^[^:\s]+:[^:\s]+?(--[^:\s]+:[^:\s]+)?$/, 'a link is written node:interface--node:interface')
  .describe('a link by its ends, node:interface--node:interface; its first end alone is enough');
/** What its neighbours see of a node that dies: exactly one of the two keys. */
export const deathShape = {
  carrier: z
    .enum(['down', 'silent'])
    .optional()
    .describe('down: a box without power, links lose carrier; silent: links stay up and nothing passes'),
  dataplane: z.literal('keep').optional().describe('keep: the control plane is dead, the kernel goes on forwarding'),
};
export interface DeathOptions {
  readonly carrier?: 'down' | 'silent' | undefined;
  readonly dataplane?: 'keep' | undefined;
}
export const exactlyOneDeath = (options: DeathOptions): boolean =>
  (options.carrier === undefined) !== (options.dataplane === undefined);
export const DEATH_MESSAGE = 'say what the neighbours see: `carrier: down`, `carrier: silent` or `dataplane: keep`';

export function killModeOf(options: DeathOptions): KillMode {
  if (options.dataplane === 'keep') return 'dataplane-keep';
  return options.carrier === 'silent' ? 'carrier-silent' : 'carrier-down';
}

export function describeKill(mode: KillMode): string {
  switch (mode) {
    case 'carrier-down':
      return 'without power: its links lose carrier';
    case 'carrier-silent':
      return 'silent: its links stay up and nothing passes';
    case 'dataplane-keep':
      return 'control plane only: its kernel goes on forwarding';
  }
}

export function reference(type: Reference['type'], value: string, ...path: (string | number)[]): Reference {
  return { type, value, path };
}

/** `node:interface` → its parts. */
export function splitEndpoint(endpoint: string): { readonly node: string; readonly interface: string } {
  const colon = endpoint.indexOf(':');
  return { node: endpoint.slice(0, colon), interface: endpoint.slice(colon + 1) };
}

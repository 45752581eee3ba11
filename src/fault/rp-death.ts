import { z } from 'zod';
import { findRp } from '../device/roles.js';
import type { Json } from '../core/json.js';
import type { LabView } from '../probe/types.js';
import type { KillMode } from '../runtime/types.js';
import { killOf, injectKill } from './node-kill.js';
import {
  DEATH_MESSAGE,
  deathShape,
  exactlyOneDeath,
  groupAddress,
  killModeOf,
  nodeName,
  reference,
} from './options.js';
import { injectProcessKill, processKillOf, type ProcessTarget } from './process-kill.js';
import type { Fault, InjectedFault, ResolvedFault } from './types.js';
import { LabError } from '../core/errors.js';

/** What dies of a router that a role came to: the box, or only its PIM process. */
export const victimShape = {
  kill: z.enum(['node', 'pim']).default('node').describe('node: the router; pim: only its PIM process, by SIGKILL'),
  ...deathShape,
};
export interface VictimOptions {
  readonly kill: 'node' | 'pim';
  readonly carrier?: 'down' | 'silent' | undefined;
  readonly dataplane?: 'keep' | undefined;
}

/** A process death leaves the links alone: the neighbours' view is to be said for a node only. */
export const victimIsClear = (options: VictimOptions): boolean =>
  options.kill === 'node' ? exactlyOneDeath(options) : options.carrier === undefined && options.dataplane === undefined;
export const VICTIM_MESSAGE = `for \`kill: node\` ${DEATH_MESSAGE}; for \`kill: pim\` neither`;

/** The fault that a role's holder is to suffer, with how it was found. */
export async function deathOf(
  view: LabView,
  holder: string,
  options: VictimOptions,
  role: string,
  resolvedBy: Json,
): Promise<ResolvedFault> {
  const death =
    options.kill === 'node'
      ? killOf(view, holder, killModeOf(options))
      : await processKillOf(view, {
          node: holder,
          daemon: 'pimd',
          signal: 'SIGKILL',
          restartAfterNs: null,
          restart: 'daemon',
        });
  return {
    ...death,
    summary: `${death.summary} (${role})`,
    resolvedBy,
    target: { kill: options.kill, of: death.target },
  };
}

export function injectDeath(view: LabView, target: Json): Promise<InjectedFault> {
  const { kill, of } = target as unknown as { kill: 'node' | 'pim'; of: Json };
  if (kill === 'pim') return injectProcessKill(view, of as unknown as ProcessTarget);
  const { node, mode } = of as unknown as { node: string; mode: KillMode };
  return injectKill(view, node, mode);
}

const schema = z
  .strictObject({
    group: groupAddress,
    'seen-from': nodeName.describe('the router whose RP is meant: with anycast each may use another'),
    ...victimShape,
  })
  .refine(victimIsClear, VICTIM_MESSAGE);
type Options = z.output<typeof schema>;

/** The router that is RP of a group now, as one router sees it, dies; found by asking the routers. */
export const rpDeath: Fault<Options> = {
  kind: 'rp-death',
  title: 'the RP of a group dies; with anycast the one that a given router uses now',
  example: '{ group: 239.1.1.1, seen-from: edge1, carrier: down }',
  schema,
  references: (options) => [reference('node', options['seen-from'], 'seen-from')],

  async resolve(view, options) {
    const found = await findRp(view, options.group, options['seen-from']);
    const [rp, ...others] = found.candidates;
    if (rp === undefined || others.length > 0) {
      throw new LabError(
        `equal paths leave open which RP ${found.seenFrom} uses for ${found.group}: ${found.candidates.join(', ')}`,
      );
    }
    const role = `RP of ${found.group} for ${found.seenFrom}, address ${found.address}`;
    return deathOf(view, rp, options, role, { ...found });
  },
  inject: injectDeath,
};

import { blackhole } from './blackhole.js';
import { dfDeath } from './df-death.js';
import { drDeath } from './dr-death.js';
import { esiLinkLoss } from './esi-link-loss.js';
import { impair } from './impair.js';
import { linkDown } from './link-down.js';
import { linkFlap } from './link-flap.js';
import { nodeKill } from './node-kill.js';
import { nodePause } from './node-pause.js';
import { nodeRestart, nodeStop } from './node-stop.js';
import { processKill } from './process-kill.js';
import { rpDeath } from './rp-death.js';
import { sessionClear } from './session-clear.js';
import { sourceDeath } from './source-death.js';
import type { Fault } from './types.js';

export type FaultKind =
  | 'blackhole'
  | 'df-death'
  | 'dr-death'
  | 'esi-link-loss'
  | 'impair'
  | 'link-down'
  | 'link-flap'
  | 'node-kill'
  | 'node-pause'
  | 'node-restart'
  | 'node-stop'
  | 'process-kill'
  | 'rp-death'
  | 'session-clear'
  | 'source-death';

/** Every fault there is, by its name in scenarios. Schema, lists, help and docs come from here. */
export const FAULTS: Readonly<Record<FaultKind, Fault<never>>> = {
  'link-down': anyOf(linkDown),
  'link-flap': anyOf(linkFlap),
  blackhole: anyOf(blackhole),
  impair: anyOf(impair),
  'node-kill': anyOf(nodeKill),
  'node-pause': anyOf(nodePause),
  'node-stop': anyOf(nodeStop),
  'node-restart': anyOf(nodeRestart),
  'process-kill': anyOf(processKill),
  'rp-death': anyOf(rpDeath),
  'dr-death': anyOf(drDeath),
  'df-death': anyOf(dfDeath),
  'esi-link-loss': anyOf(esiLinkLoss),
  'source-death': anyOf(sourceDeath),
  'session-clear': anyOf(sessionClear),
};

/** A fault whose options are known to its own schema only: whoever calls it has them checked by that. */
function anyOf<Options>(fault: Fault<Options>): Fault<never> {
  return fault as unknown as Fault<never>;
}

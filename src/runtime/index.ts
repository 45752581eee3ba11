import { NetnsRuntime, type NetnsOptions } from './netns/runtime.js';
import type { Runtime } from './types.js';

/** Runtimes that can be chosen on the command line. */
export type RuntimeChoice = 'netns';

/** How each runtime is made. */
export const RUNTIMES: Record<RuntimeChoice, (options?: NetnsOptions) => Runtime> = {
  netns: (options) => new NetnsRuntime(options),
};

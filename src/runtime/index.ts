import { ContainerlabRuntime, type ContainerlabOptions } from './containerlab/runtime.js';
import { FakeRuntime } from './fake/runtime.js';
import { NetnsRuntime, type NetnsOptions } from './netns/runtime.js';
import type { Runtime } from './types.js';

/** The runtimes there are. `fake` holds labs in memory, for tests; it is not offered on the command line. */
export type RuntimeKind = 'netns' | 'containerlab' | 'fake';
export type RuntimeOptions = NetnsOptions & ContainerlabOptions;

/** How each runtime is made. */
export const RUNTIMES: Record<RuntimeKind, (options?: RuntimeOptions) => Runtime> = {
  netns: (options) => new NetnsRuntime(options),
  containerlab: (options) => new ContainerlabRuntime(options),
  fake: () => new FakeRuntime(),
};

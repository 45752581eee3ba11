import { join } from 'node:path';
import { startCaptures } from '../capture/captures.js';
import { startForwardingEvents } from '../capture/forwarding-events.js';
import { startLinkEvents } from '../capture/link-events.js';
import { UsageError } from '../core/errors.js';
import { createDriver } from '../device/index.js';
import { FAULTS } from '../fault/index.js';
import { readCapture } from '../packet/read-capture.js';
import { probeMatrix } from '../l2cp-run/run-matrix.js';
import { findNodeImage } from '../image/find.js';
import { standIn, type ImageMap } from '../image/map.js';
import { PROBES } from '../probe/index.js';
import { wallClock } from '../process/wall-clock.js';
import type { RunServices } from '../run/services.js';
import { RUNTIMES, type RuntimeKind } from '../runtime/index.js';
import type { Runtime } from '../runtime/types.js';
import { resolveFlowAddresses, resolveOrderAddresses } from '../traffic/addresses.js';
import { startAllTraffic } from '../traffic/all-traffic.js';
import { projectDir } from './version.js';

/** Those that can be chosen: `fake` is for tests. */
export const OFFERED: readonly RuntimeKind[] = ['netns', 'containerlab'];

/**
 * The runtime of this name (`auto` is `chooseRuntime`'s).
 * @param map images that stand in for those that a topology names
 * @throws UsageError where there is none
 */
export function runtimeOf(name: string, map: ImageMap = []): Runtime {
  const choice = OFFERED.find((kind) => kind === name);
  if (choice === undefined)
    throw new UsageError(`no runtime is called ${name}; there are: auto, ${OFFERED.join(', ')}`);
  const images = join(projectDir(), 'containerlab', 'images');
  return RUNTIMES[choice]({
    findImage: (image) => findNodeImage(images, map, image),
    standIn: (image) => standIn(map, image),
  });
}

/** The real parts that a run is made of. */
export function runServices(runtime: Runtime): RunServices {
  return {
    runtime,
    now: wallClock,
    createDriver,
    faults: FAULTS,
    probes: PROBES,
    resolveAddresses: resolveFlowAddresses,
    resolveOrderAddresses,
    startTraffic: startAllTraffic,
    startCaptures,
    startLinkEvents,
    startForwardingEvents,
    readCapture,
    probeMatrix,
  };
}

import { LabError } from '../core/errors.js';
import type { LabNode } from '../runtime/types.js';
import type { DriverName } from '../topology/types.js';
import { FakeDriver } from './fake/driver.js';
import { FrrDriver } from './frr/driver.js';
import { LinuxDriver } from './linux/driver.js';
import type { DeviceDriver } from './types.js';

const DRIVERS: Readonly<Record<DriverName, (node: LabNode) => DeviceDriver>> = {
  frr: (node) => new FrrDriver(node),
  linux: (node) => new LinuxDriver(node),
  fake: (node) => new FakeDriver(node),
  junos: notYet,
  exabgp: notYet,
};

/**
 * The driver for a node, by what its topology says it is. A driver remembers what it applied: make one per node and run,
 * and keep it.
 * @throws LabError where this kind of device is not supported yet
 */
export function createDriver(node: LabNode): DeviceDriver {
  return DRIVERS[node.spec.driver](node);
}

function notYet(node: LabNode): never {
  throw new LabError(`node ${node.name}: driver ${node.spec.driver} is not supported yet on this runtime`);
}

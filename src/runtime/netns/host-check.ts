import type { Topology } from '../../topology/types.js';
import type { HostFinding } from '../types.js';

export async function checkHost(_topology?: Topology): Promise<readonly HostFinding[]> {
  return [];
}

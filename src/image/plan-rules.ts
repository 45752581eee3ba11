import type { Plan } from '../scenario/plan.js';
import { usedRules, type ImageMap } from './map.js';

/** What of a map the topology of this plan needs: what stands in for which of its images. */
export function planRules(map: ImageMap, { topology }: Pick<Plan, 'topology'>): ImageMap {
  return usedRules(
    map,
    topology.nodes.flatMap(({ image }) => image ?? []),
  );
}

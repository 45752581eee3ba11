import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/** `show mpls ldp neighbor json`. */
export function parseLdpNeighbors(answer: Answer): DeviceFacts['ldp-neighbors'] {
  const root = answer.object();
  return answer.list(root['neighbors'] ?? [], '`neighbors`').map((one) => {
    const fields = answer.record(one, 'a neighbour');
    return { id: answer.needText(fields, 'neighborId'), state: answer.needText(fields, 'state') };
  });
}

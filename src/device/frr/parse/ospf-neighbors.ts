import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show ip ospf neighbor json`. 8.4 prints `state` and `address` beside `nbrState` and `ifaceAddress`, 10.x only the
 * latter. Without an OSPF instance the answer is `{}`: no neighbours.
 */
export function parseOspfNeighbors(answer: Answer): DeviceFacts['ospf-neighbors'] {
  const root = answer.object();
  if (Object.keys(root).length === 0) return [];
  if (root['neighbors'] === undefined) throw answer.notUnderstood('it has no `neighbors`');
  const neighbors = answer.record(root['neighbors'], '`neighbors`');
  return Object.entries(neighbors).flatMap(([neighborId, entries]) =>
    answer.list(entries, `neighbour ${neighborId}`).map((entry) => {
      const fields = answer.record(entry, `neighbour ${neighborId}`);
      return {
        neighborId,
        address: answer.needText(fields, 'ifaceAddress', 'address'),
        // `eth1:10.0.13.2`: the interface and its own address
        interface: answer.needText(fields, 'ifaceName').replace(/:\d+\.\d+\.\d+\.\d+$/, ''),
        state: answer.needText(fields, 'nbrState', 'state'),
      };
    }),
  );
}

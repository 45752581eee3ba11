import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show ip route <address> json`: one fact per next hop of the selected route that zebra installed. Where a next hop was
 * resolved through another route, the resolved one counts.
 */
export function parseRouteTo(answer: Answer): DeviceFacts['route-to'] {
  return Object.entries(answer.object()).flatMap(([prefix, entries]) => {
    const routes = answer.list(entries, prefix).map((one) => answer.record(one, prefix));
    return routes
      .filter((route) => answer.optionalFlag(route, 'selected') === true)
      .flatMap((route) => {
        const hops = answer
          .list(route['nexthops'] ?? [], `next hops of ${prefix}`)
          .map((one) => answer.record(one, `a next hop of ${prefix}`));
        const usable = hops.filter(
          (hop) => answer.optionalFlag(hop, 'active') === true && answer.optionalFlag(hop, 'recursive') !== true,
        );
        return usable.map((hop) => ({
          prefix,
          protocol: answer.optionalText(route, 'protocol') ?? '',
          nexthop: answer.optionalText(hop, 'ip'),
          interface: answer.optionalText(hop, 'interfaceName'),
        }));
      });
  });
}

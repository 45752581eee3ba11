import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show ip route vrf X <address> json`: the next hops that are in the forwarding table, each once, with the labels that are
 * pushed. A route that stands for another one is found only by its own next hops.
 */
export function parseVrfRoute(answer: Answer): DeviceFacts['vrf-route'] {
  const found: DeviceFacts['vrf-route'][number][] = [];
  for (const [prefix, entries] of Object.entries(answer.object())) {
    for (const entry of answer.list(entries, `route ${prefix}`)) {
      const route = answer.record(entry, `route ${prefix}`);
      if (route['installed'] !== true) continue;
      for (const hop of answer.list(route['nexthops'] ?? [], `next hops of ${prefix}`)) {
        const fields = answer.record(hop, `a next hop of ${prefix}`);
        if (fields['fib'] !== true) continue;
        found.push({
          prefix,
          protocol: answer.needText(route, 'protocol'),
          nexthop: answer.optionalText(fields, 'ip'),
          interface: answer.optionalText(fields, 'interfaceName'),
          labels: answer.list(fields['labels'] ?? [], 'labels').filter((label) => typeof label === 'number'),
        });
      }
    }
  }
  return found;
}

import type { Answer } from '../answer.js';
import type { DeviceFacts } from '../types.js';

/** `ip -json address show` (iproute2). Addresses carry their prefix length: `10.0.13.2/30`. */
export function parseIpAddress(answer: Answer): DeviceFacts['interfaces'] {
  return answer.list(answer.json(), 'the answer').map((one) => {
    const fields = answer.record(one, 'an interface');
    const flags = answer.list(fields['flags'], 'flags');
    const addresses = answer.list(fields['addr_info'] ?? [], 'addr_info').map((entry) => {
      const address = answer.record(entry, 'an address');
      const length = answer.optionalNumber(address, 'prefixlen');
      return `${answer.needText(address, 'local')}${length === null ? '' : `/${length}`}`;
    });
    return {
      name: answer.needText(fields, 'ifname'),
      up: flags.includes('UP'),
      carrier: flags.includes('LOWER_UP'),
      addresses,
    };
  });
}

/** `ip -json route get <address>`: what the kernel would do with a packet now; one path, chosen by its hash. */
export function parseIpRouteGet(answer: Answer): DeviceFacts['route-to'] {
  return answer.list(answer.json(), 'the answer').map((one) => {
    const fields = answer.record(one, 'a route');
    return {
      prefix: answer.needText(fields, 'dst'),
      protocol: answer.optionalText(fields, 'protocol') ?? 'kernel',
      nexthop: answer.optionalText(fields, 'gateway'),
      interface: answer.optionalText(fields, 'dev'),
    };
  });
}

import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show evpn es detail json`. Only a segment that is local has an interface and a designated forwarder (RFC 7432 section
 * 8.5); of the others the answer tells who is on them.
 */
export function parseEvpnSegments(answer: Answer): DeviceFacts['evpn-segments'] {
  return answer.list(answer.json(), 'the answer').map((one) => {
    const fields = answer.record(one, 'a segment');
    const flags = answer.list(fields['flags'] ?? [], '`flags`');
    const has = (flag: string): boolean => flags.includes(flag);
    const peers = answer.list(fields['vteps'] ?? [], '`vteps`').map((vtep) => {
      return answer.needText(answer.record(vtep, 'a VTEP'), 'vtep');
    });
    return {
      id: answer.needText(fields, 'esi'),
      interface: has('local') ? answer.optionalText(fields, 'accessPort') : null,
      up: has('operUp'),
      forwarder: has('local') && has('df'),
      peers,
    };
  });
}

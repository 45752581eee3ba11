import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/** `show ip pim interface json`, without the kernel's register interface, which has no neighbours and no DR. */
export function parsePimInterfaces(answer: Answer): DeviceFacts['pim-interfaces'] {
  return answer
    .objects(answer.object(), 'the answer')
    .filter(([name]) => !/^pim6?reg\d*$/.test(name))
    .map(([name, fields]) => ({
      interface: name,
      address: answer.needText(fields, 'address'),
      designatedRouter: answer.needText(fields, 'pimDesignatedRouter'),
      // only printed where it is true
      isDesignatedRouter: answer.optionalFlag(fields, 'pimDesignatedRouterLocal') ?? false,
    }));
}

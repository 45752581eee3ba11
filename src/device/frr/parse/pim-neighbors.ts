import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/** `show ip pim neighbor json`: interface, then neighbour. An interface without neighbours is an empty object. */
export function parsePimNeighbors(answer: Answer): DeviceFacts['pim-neighbors'] {
  return answer.objects(answer.object(), 'the answer').flatMap(([interfaceName, neighbors]) =>
    answer.objects(neighbors, interfaceName).map(([address, fields]) => ({
      interface: interfaceName,
      address: answer.optionalText(fields, 'neighbor') ?? address,
      // `holdTime` is the time left as a clock reading; `holdTimeMax` is what the neighbour announced
      holdTimeS: answer.optionalNumber(fields, 'holdTimeMax'),
    })),
  );
}

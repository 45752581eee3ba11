import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';
import { knownInterface } from './interface-name.js';

/** `show ip pim rp-info json`: RP address, then one entry per group range or prefix list. */
export function parseRpInfo(answer: Answer): DeviceFacts['rp-info'] {
  return Object.entries(answer.object()).flatMap(([rp, entries]) =>
    answer.list(entries, `RP ${rp}`).map((entry) => {
      const fields = answer.record(entry, `RP ${rp}`);
      return {
        rp: answer.optionalText(fields, 'rpAddress') ?? rp,
        groups: answer.needText(fields, 'group', 'prefixList'),
        interface: knownInterface(answer.optionalText(fields, 'outboundInterface')),
        isThisRouter: answer.optionalFlag(fields, 'iAmRP') ?? false,
        source: answer.optionalText(fields, 'source') ?? '',
      };
    }),
  );
}

import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';
import { entriesByGroupAndSource } from './group-source.js';
import { knownInterface } from './interface-name.js';

/** `show ip mroute json`, with the packet counters of `show ip pim state json`. */
export function parseMroutes(mroute: Answer, state: Answer): DeviceFacts['mroutes'] {
  const packets = new Map<string, number | null>();
  for (const { group, source, fields } of entriesByGroupAndSource(state)) {
    packets.set(`${source},${group}`, state.optionalNumber(fields, 'packetCount', 'PacketCount'));
  }
  return entriesByGroupAndSource(mroute).map(({ group, source, fields }) => ({
    source,
    group,
    iif: knownInterface(mroute.optionalText(fields, 'iif')),
    oifs: fields['oil'] === undefined ? [] : Object.keys(mroute.record(fields['oil'], `oil of (${source},${group})`)),
    installed: mroute.optionalFlag(fields, 'installed') ?? false,
    flags: mroute.optionalText(fields, 'flags') ?? '',
    packets: packets.get(`${source},${group}`) ?? null,
  }));
}

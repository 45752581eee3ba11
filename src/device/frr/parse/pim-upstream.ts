import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';
import { entriesByGroupAndSource } from './group-source.js';
import { knownInterface } from './interface-name.js';

/**
 * `show ip pim upstream json`, with the RPF neighbour of `show ip pim upstream-rpf json`: the former's `rpfAddress` is the
 * address that is looked up (the source or the RP), only the latter's is the neighbour. `` where there is none.
 */
export function parsePimUpstream(upstream: Answer, rpf: Answer): DeviceFacts['pim-upstream'] {
  const neighbors = new Map<string, string>();
  for (const { group, source, fields } of entriesByGroupAndSource(rpf)) {
    const address = rpf.optionalText(fields, 'rpfAddress') ?? '';
    neighbors.set(`${source},${group}`, /^(0\.0\.0\.0|::|\*|Unknown)$/.test(address) ? '' : address);
  }
  return entriesByGroupAndSource(upstream).map(({ group, source, fields }) => ({
    source,
    group,
    iif: knownInterface(upstream.optionalText(fields, 'inboundInterface')),
    state: upstream.needText(fields, 'joinState', 'state'),
    rpfNeighbor: neighbors.get(`${source},${group}`) ?? '',
    sptBit: upstream.optionalFlag(fields, 'sptBit'),
  }));
}

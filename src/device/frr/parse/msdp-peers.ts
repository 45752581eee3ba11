import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/** `show ip msdp peer json`, with the mesh groups of `show ip msdp mesh-group json`. */
export function parseMsdpPeers(peers: Answer, meshGroups: Answer): DeviceFacts['msdp-peers'] {
  const meshOf = new Map<string, string>();
  for (const [name, group] of meshGroups.objects(meshGroups.object(), 'the answer')) {
    if (group['members'] === undefined) continue;
    for (const peer of Object.keys(meshGroups.record(group['members'], `members of ${name}`))) meshOf.set(peer, name);
  }
  return peers.objects(peers.object(), 'the answer').map(([key, fields]) => {
    const peer = peers.optionalText(fields, 'peer') ?? key;
    return {
      peer,
      local: peers.optionalText(fields, 'local') ?? '',
      state: peers.needText(fields, 'state'),
      meshGroup: meshOf.get(peer) ?? peers.optionalText(fields, 'meshGroupName'),
    };
  });
}

import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/** `show bgp summary json`: address family, then peer. Without a BGP instance the answer is `{}`: no peers. */
export function parseBgpPeers(answer: Answer): DeviceFacts['bgp-peers'] {
  return answer.objects(answer.object(), 'the answer').flatMap(([family, fields]) => {
    if (fields['peers'] === undefined) throw answer.notUnderstood(`${family} has no \`peers\``);
    const peers = answer.record(fields['peers'], `peers of ${family}`);
    return answer.objects(peers, `peers of ${family}`).map(([peer, entry]) => ({
      peer,
      family,
      state: answer.needText(entry, 'state'),
      prefixesReceived: answer.optionalNumber(entry, 'pfxRcd'),
    }));
  });
}

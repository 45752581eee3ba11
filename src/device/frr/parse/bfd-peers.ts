import type { Answer } from '../../answer.js';
import type { DeviceFacts } from '../../types.js';

/**
 * `show bfd peers json`. The detection time is the peer's multiplier times the larger of our receive interval and its
 * transmit interval (RFC 5880 section 6.8.4); null while the peer's values are unknown.
 */
export function parseBfdPeers(answer: Answer): DeviceFacts['bfd-peers'] {
  return answer.list(answer.json(), 'the answer').map((one) => {
    const fields = answer.record(one, 'a peer');
    const receiveMs = answer.optionalNumber(fields, 'receive-interval');
    const remoteTransmitMs = answer.optionalNumber(fields, 'remote-transmit-interval');
    const multiplier = answer.optionalNumber(fields, 'remote-detect-multiplier');
    const known = receiveMs !== null && remoteTransmitMs !== null && multiplier !== null && multiplier > 0;
    return {
      peer: answer.needText(fields, 'peer'),
      interface: answer.optionalText(fields, 'interface'),
      status: answer.needText(fields, 'status'),
      detectMs: known ? multiplier * Math.max(receiveMs, remoteTransmitMs) : null,
    };
  });
}

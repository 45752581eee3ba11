import { ipv4FromText } from '../addresses.js';
import { IP_PROTOCOL } from './ipv4.js';
import { type Decoded, Undecodable, frameOf, internetChecksum, need, viewOf } from './wire.js';

export const UDP_BYTES = 8;

/** A UDP header (RFC 768). */
export interface Udp {
  readonly protocol: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Header and payload. */
  readonly length: number;
  /** 0: none was computed. */
  readonly checksum: number;
}

export type UdpFields = Pick<Udp, 'sourcePort' | 'destinationPort'> & Partial<Udp>;

/**
 * The payload ends with the datagram, or where the capture or the fragment cut it.
 * @throws Undecodable below 8 bytes, or where the length says less
 */
export function decodeUdp(bytes: Uint8Array): Decoded<Udp> {
  const view = need(bytes, UDP_BYTES, 'a UDP header');
  const length = view.getUint16(4);
  if (length < UDP_BYTES) throw new Undecodable(`a UDP length of ${length} bytes`);
  return {
    layer: {
      protocol: 'udp',
      sourcePort: view.getUint16(0),
      destinationPort: view.getUint16(2),
      length,
      checksum: view.getUint16(6),
    },
    payload: bytes.subarray(UDP_BYTES, Math.min(length, bytes.length)),
  };
}

/** @param addresses of the IPv4 packet around it; the checksum covers them. Without them and without one given it is 0. */
export function encodeUdp(
  header: UdpFields,
  payload: Uint8Array,
  addresses?: { readonly source: string; readonly destination: string },
): Uint8Array {
  const { bytes, view } = frameOf(UDP_BYTES, payload);
  view.setUint16(0, header.sourcePort);
  view.setUint16(2, header.destinationPort);
  view.setUint16(4, header.length ?? bytes.length);
  let checksum = header.checksum ?? 0;
  if (header.checksum === undefined && addresses !== undefined) {
    const pseudo = viewOf(new Uint8Array(12));
    pseudo.setUint32(0, ipv4FromText(addresses.source));
    pseudo.setUint32(4, ipv4FromText(addresses.destination));
    pseudo.setUint16(8, IP_PROTOCOL.udp);
    pseudo.setUint16(10, bytes.length);
    const before = ~internetChecksum(new Uint8Array(pseudo.buffer)) & 0xffff;
    // RFC 768: a computed 0 is sent as all ones.
    checksum = internetChecksum(bytes, before) || 0xffff;
  }
  view.setUint16(6, checksum);
  return bytes;
}

import { ipv4FromText } from '../addresses.js';
import { IP_PROTOCOL } from './ipv4.js';
import { type Decoded, Undecodable, frameOf, internetChecksum, need, viewOf } from './wire.js';

export const TCP_BYTES = 20;

/** Control bits (RFC 9293 §3.1). */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const;

/** A TCP header (RFC 9293 §3.1); options are kept as bytes. */
export interface Tcp {
  readonly protocol: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  readonly checksum: number;
  readonly options: Uint8Array;
}

export type TcpFields = Pick<Tcp, 'sourcePort' | 'destinationPort' | 'sequence' | 'flags'> & Partial<Tcp>;

/** @throws Undecodable on a header that is cut, or an impossible length */
export function decodeTcp(bytes: Uint8Array): Decoded<Tcp> {
  const view = need(bytes, TCP_BYTES, 'a TCP header');
  const headerBytes = (view.getUint8(12) >>> 4) * 4;
  if (headerBytes < TCP_BYTES) throw new Undecodable(`a TCP header length of ${headerBytes} bytes`);
  need(bytes, headerBytes, 'a TCP header with its options');
  return {
    layer: {
      protocol: 'tcp',
      sourcePort: view.getUint16(0),
      destinationPort: view.getUint16(2),
      sequence: view.getUint32(4),
      acknowledgement: view.getUint32(8),
      flags: view.getUint8(13),
      window: view.getUint16(14),
      checksum: view.getUint16(16),
      options: bytes.slice(TCP_BYTES, headerBytes),
    },
    payload: bytes.subarray(headerBytes),
  };
}

/** @param addresses of the IPv4 packet around it, for the checksum; without them and without one given it is 0 */
export function encodeTcp(
  header: TcpFields,
  payload: Uint8Array,
  addresses?: { readonly source: string; readonly destination: string },
): Uint8Array {
  const options = header.options ?? new Uint8Array(0);
  const { bytes, view } = frameOf(TCP_BYTES + options.length, payload);
  bytes.set(options, TCP_BYTES);
  view.setUint16(0, header.sourcePort);
  view.setUint16(2, header.destinationPort);
  view.setUint32(4, header.sequence >>> 0);
  view.setUint32(8, (header.acknowledgement ?? 0) >>> 0);
  view.setUint8(12, ((TCP_BYTES + options.length) / 4) << 4);
  view.setUint8(13, header.flags);
  view.setUint16(14, header.window ?? 65_535);
  let checksum = header.checksum ?? 0;
  if (header.checksum === undefined && addresses !== undefined) {
    const pseudo = viewOf(new Uint8Array(12));
    pseudo.setUint32(0, ipv4FromText(addresses.source));
    pseudo.setUint32(4, ipv4FromText(addresses.destination));
    pseudo.setUint16(8, IP_PROTOCOL.tcp);
    pseudo.setUint16(10, bytes.length);
    checksum = internetChecksum(bytes, ~internetChecksum(new Uint8Array(pseudo.buffer)) & 0xffff);
  }
  view.setUint16(16, checksum);
  return bytes;
}

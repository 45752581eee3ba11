import { ipv4FromText, ipv4ToText } from '../addresses.js';
import { type Decoded, Undecodable, frameOf, internetChecksum, need } from './wire.js';

/** Protocol numbers (IANA). */
export const IP_PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, ospf: 89, pim: 103 } as const;

export const IPV4_BYTES = 20;

/** An IPv4 header (RFC 791). */
export interface Ipv4 {
  readonly protocol: 'ipv4';
  /** DSCP and ECN (RFC 2474, RFC 3168). */
  readonly trafficClass: number;
  /** Header and payload; 0 in captures made before segmentation by the network card. */
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly payloadProtocol: number;
  readonly checksum: number;
  readonly source: string;
  readonly destination: string;
  /** Whole words. */
  readonly options: Uint8Array;
}

/** What an encoder needs; lengths and checksum are computed where they are not given. */
export type Ipv4Fields = Pick<Ipv4, 'payloadProtocol' | 'source' | 'destination'> & Partial<Ipv4>;

/**
 * The payload ends with the packet (padding is left out), or where the capture cut it.
 * @throws Undecodable on another version, impossible lengths or a header that is cut
 */
export function decodeIpv4(bytes: Uint8Array): Decoded<Ipv4> {
  const view = need(bytes, IPV4_BYTES, 'an IPv4 header');
  const first = view.getUint8(0);
  if (first >>> 4 !== 4) throw new Undecodable(`IP version ${first >>> 4} in an IPv4 packet`);
  const headerBytes = (first & 0x0f) * 4;
  if (headerBytes < IPV4_BYTES) throw new Undecodable(`an IPv4 header length of ${headerBytes} bytes`);
  need(bytes, headerBytes, 'an IPv4 header with its options');
  const totalLength = view.getUint16(2);
  if (totalLength !== 0 && totalLength < headerBytes) throw new Undecodable(`an IPv4 length of ${totalLength} bytes`);
  const fragment = view.getUint16(6);
  const end = totalLength === 0 ? bytes.length : Math.min(totalLength, bytes.length);
  return {
    layer: {
      protocol: 'ipv4',
      trafficClass: view.getUint8(1),
      totalLength,
      identification: view.getUint16(4),
      dontFragment: (fragment & 0x4000) !== 0,
      moreFragments: (fragment & 0x2000) !== 0,
      fragmentOffset: (fragment & 0x1fff) * 8,
      ttl: view.getUint8(8),
      payloadProtocol: view.getUint8(9),
      checksum: view.getUint16(10),
      source: ipv4ToText(view.getUint32(12)),
      destination: ipv4ToText(view.getUint32(16)),
      options: bytes.slice(IPV4_BYTES, headerBytes),
    },
    payload: bytes.subarray(headerBytes, end),
  };
}

export function encodeIpv4(header: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const options = header.options ?? new Uint8Array(0);
  const headerBytes = IPV4_BYTES + options.length;
  const { bytes, view } = frameOf(headerBytes, payload);
  bytes.set(options, IPV4_BYTES);
  view.setUint8(0, 0x40 | (headerBytes / 4));
  view.setUint8(1, header.trafficClass ?? 0);
  view.setUint16(2, header.totalLength ?? bytes.length);
  view.setUint16(4, header.identification ?? 0);
  const flags = (header.dontFragment === true ? 0x4000 : 0) | (header.moreFragments === true ? 0x2000 : 0);
  view.setUint16(6, flags | ((header.fragmentOffset ?? 0) / 8));
  view.setUint8(8, header.ttl ?? 64);
  view.setUint8(9, header.payloadProtocol);
  view.setUint32(12, ipv4FromText(header.source));
  view.setUint32(16, ipv4FromText(header.destination));
  view.setUint16(10, header.checksum ?? internetChecksum(bytes.subarray(0, headerBytes)));
  return bytes;
}

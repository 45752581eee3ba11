import { macFromText, macToText } from '../addresses.js';
import { type Decoded, frameOf, need } from './wire.js';

/** EtherTypes (IEEE 802 Numbers, IANA). A smaller value than 0x0600 in their place is a length (IEEE 802.3 §3.2.6). */
export const ETHER_TYPE = {
  ipv4: 0x0800,
  /** IEEE 802.1Q C-tag, 802.1Q (802.1ad) S-tag, and what was in use before 802.1ad. */
  customerTag: 0x8100,
  serviceTag: 0x88a8,
  oldServiceTag: 0x9100,
  macControl: 0x8808,
  slowProtocols: 0x8809,
  eapol: 0x888e,
  /** For experiments within one place (IEEE 802 §9.2.4): nobody else's protocol. */
  localExperimental: 0x88b5,
  lldp: 0x88cc,
  macsec: 0x88e5,
  elmi: 0x88ee,
  mvrp: 0x88f5,
  mmrp: 0x88f6,
  ptp: 0x88f7,
  cfm: 0x8902,
} as const;

export const ETHERNET_BYTES = 14;

/** An Ethernet header (IEEE 802.3 §3.2). Tags follow as layers of their own. */
export interface Ethernet {
  readonly protocol: 'ethernet';
  readonly destination: string;
  readonly source: string;
  /** What follows, or where it is below 0x0600 its length. */
  readonly etherType: number;
}

/** @throws Undecodable below 14 bytes */
export function decodeEthernet(bytes: Uint8Array): Decoded<Ethernet> {
  const view = need(bytes, ETHERNET_BYTES, 'an Ethernet header');
  return {
    layer: {
      protocol: 'ethernet',
      destination: macToText(bytes.subarray(0, 6)),
      source: macToText(bytes.subarray(6, 12)),
      etherType: view.getUint16(12),
    },
    payload: bytes.subarray(ETHERNET_BYTES),
  };
}

/** No padding to the least frame size, no check sequence. */
export function encodeEthernet(header: Omit<Ethernet, 'protocol'>, payload: Uint8Array): Uint8Array {
  const { bytes, view } = frameOf(ETHERNET_BYTES, payload);
  bytes.set(macFromText(header.destination), 0);
  bytes.set(macFromText(header.source), 6);
  view.setUint16(12, header.etherType);
  return bytes;
}

/** The MAC address of an IPv4 multicast group (RFC 1112 §6.4). */
export function groupMac(group: number): string {
  return macToText(Uint8Array.of(0x01, 0x00, 0x5e, (group >>> 16) & 0x7f, (group >>> 8) & 0xff, group & 0xff));
}

import { Fields, join, u16, u24, u8 } from './parts.js';
import type { Decoded } from './wire.js';

/** Service access points (IEEE 802.2 and its registry). */
export const LLC_SAP = { spanningTree: 0x42, snap: 0xaa, osi: 0xfe } as const;
/** Unnumbered information (IEEE 802.2 §5.4). */
export const LLC_UI = 0x03;

/** An 802.2 LLC header, after a length in the EtherType's place (IEEE 802.2 §3.2); of 1 control byte, as UI frames have. */
export interface Llc {
  readonly protocol: 'llc';
  readonly dsap: number;
  readonly ssap: number;
  readonly control: number;
}

/** SNAP (IEEE 802 §9.5): a protocol of an organisation's own numbering. */
export interface Snap {
  readonly protocol: 'snap';
  /** 24 bits. */
  readonly oui: number;
  readonly protocolId: number;
}

export const OUI_CISCO = 0x00000c;
/** Cisco's protocols behind SNAP, as Wireshark's packet-cisco-oui lists them. */
export const CISCO_PROTOCOL = {
  pagp: 0x0104,
  pvst: 0x010b,
  udld: 0x0111,
  cdp: 0x2000,
  vtp: 0x2003,
  dtp: 0x2004,
} as const;

export function decodeLlc(bytes: Uint8Array): Decoded<Llc> {
  const fields = new Fields(bytes, 'an LLC header');
  const layer: Llc = { protocol: 'llc', dsap: fields.u8(), ssap: fields.u8(), control: fields.u8() };
  return { layer, payload: fields.rest() };
}

export function encodeLlc(header: Omit<Llc, 'protocol'>, payload: Uint8Array): Uint8Array {
  return join(u8(header.dsap), u8(header.ssap), u8(header.control), payload);
}

export function decodeSnap(bytes: Uint8Array): Decoded<Snap> {
  const fields = new Fields(bytes, 'a SNAP header');
  return { layer: { protocol: 'snap', oui: fields.u24(), protocolId: fields.u16() }, payload: fields.rest() };
}

export function encodeSnap(header: Omit<Snap, 'protocol'>, payload: Uint8Array): Uint8Array {
  return join(u24(header.oui), u16(header.protocolId), payload);
}

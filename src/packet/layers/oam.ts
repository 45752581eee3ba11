import { Fields, join, u16, u24, u32, u8, zeros } from './parts.js';
import { SLOW_SUBTYPE } from './slow.js';
import type { Decoded } from './wire.js';

/** OAMPDU codes (IEEE 802.3 §57.4.2). */
export const OAM_CODE = {
  information: 0x00,
  eventNotification: 0x01,
  variableRequest: 0x02,
  variableResponse: 0x03,
  loopbackControl: 0x04,
  organisation: 0xfe,
} as const;

/** An OAMPDU of Ethernet in the First Mile (IEEE 802.3 clause 57). */
export interface Oam {
  readonly protocol: 'oam';
  readonly flags: number;
  readonly code: number;
  /** As it stands behind the code, padding included. */
  readonly data: Uint8Array;
}

export interface OamInformation {
  readonly version: number;
  readonly revision: number;
  readonly state: number;
  readonly configuration: number;
  readonly maxPduBytes: number;
  /** 24 bits. */
  readonly oui: number;
  readonly vendor: number;
}

export function decodeOam(bytes: Uint8Array): Decoded<Oam> {
  const fields = new Fields(bytes, 'an OAMPDU');
  fields.expect(SLOW_SUBTYPE.oam, 'subtype');
  const head = { flags: fields.u16(), code: fields.u8() };
  return { layer: { protocol: 'oam', ...head, data: fields.take(fields.left) }, payload: new Uint8Array(0) };
}

export function encodeOam(pdu: Omit<Oam, 'protocol'>): Uint8Array {
  return join(u8(SLOW_SUBTYPE.oam), u16(pdu.flags), u8(pdu.code), pdu.data);
}

/** Local (1) or Remote (2) Information TLV (IEEE 802.3 §57.5.2). */
export function oamInformationTlv(type: 1 | 2, it: OamInformation): Uint8Array {
  const head = join(u8(type), u8(16), u8(it.version), u16(it.revision), u8(it.state), u8(it.configuration));
  return join(head, u16(it.maxPduBytes), u24(it.oui), u32(it.vendor));
}

/** Errored Frame Event TLV (IEEE 802.3 §57.5.3.2): nothing in it is an error. */
export function oamErroredFrameTlv(it: { readonly timestamp: number; readonly window: number }): Uint8Array {
  const [threshold, errors, errorTotal, eventTotal] = [u32(1), u32(0), zeros(8), u32(0)];
  return join(u8(2), u8(26), u16(it.timestamp), u16(it.window), threshold, errors, errorTotal, eventTotal);
}

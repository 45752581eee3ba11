import { Fields, join, u16, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** Attribute events (IEEE 802.1D-2004 §12.10.2.4). */
export const GARP_EVENT = { leaveAll: 0, joinEmpty: 1, joinIn: 2, leaveEmpty: 3, leaveIn: 4, empty: 5 } as const;

export interface GarpAttribute {
  readonly event: number;
  /** Nothing with leaveAll. GVRP: a VLAN of 2 bytes; GMRP: a MAC address. */
  readonly value: Uint8Array;
}

/** A GARP PDU (IEEE 802.1D-2004 §12.10) with one message: of GMRP or GVRP, which differ by destination address alone. */
export interface Garp {
  readonly protocol: 'garp';
  readonly attributeType: number;
  readonly attributes: readonly GarpAttribute[];
}

/** @throws Undecodable on another protocol id or impossible lengths */
export function decodeGarp(bytes: Uint8Array): Decoded<Garp> {
  const fields = new Fields(bytes, 'a GARP PDU');
  if (fields.u16() !== 1) throw new Undecodable('not a GARP PDU');
  const attributeType = fields.u8();
  const attributes: GarpAttribute[] = [];
  for (let length = fields.u8(); length !== 0; length = fields.u8()) {
    if (length < 2) throw new Undecodable(`a GARP attribute of ${length} bytes`);
    attributes.push({ event: fields.u8(), value: fields.take(length - 2) });
  }
  fields.expect(0, 'an end mark');
  return { layer: { protocol: 'garp', attributeType, attributes }, payload: fields.rest() };
}

export function encodeGarp(pdu: Omit<Garp, 'protocol'>): Uint8Array {
  const attributes = pdu.attributes.map(({ event, value }) => join(u8(2 + value.length), u8(event), value));
  return join(u16(1), u8(pdu.attributeType), ...attributes, u8(0), u8(0));
}

import { Fields, join, mac, u16, u32, u8, zeros } from './parts.js';
import { SLOW_SUBTYPE } from './slow.js';
import { type Decoded, Undecodable } from './wire.js';

/** A Marker PDU (IEEE 802.1AX §6.5.3): a request is answered with the same fields in a response. */
export interface Marker {
  readonly protocol: 'marker';
  readonly version: number;
  readonly type: 'request' | 'response';
  readonly requesterPort: number;
  readonly requesterSystem: string;
  readonly transaction: number;
}

const TLV = { request: 1, response: 2 } as const;
const RESERVED_BYTES = 90;

/** @throws Undecodable on another TLV */
export function decodeMarker(bytes: Uint8Array): Decoded<Marker> {
  const fields = new Fields(bytes, 'a Marker PDU');
  fields.expect(SLOW_SUBTYPE.marker, 'subtype');
  const version = fields.u8();
  const tlv = fields.u8();
  if (tlv !== TLV.request && tlv !== TLV.response) throw new Undecodable(`TLV ${tlv} in a Marker PDU`);
  fields.expect(16, 'a TLV length');
  const type = tlv === TLV.request ? 'request' : 'response';
  const requester = { requesterPort: fields.u16(), requesterSystem: fields.mac(), transaction: fields.u32() };
  return { layer: { protocol: 'marker', version, type, ...requester }, payload: new Uint8Array(0) };
}

export function encodeMarker(pdu: Omit<Marker, 'protocol'>): Uint8Array {
  return join(
    ...[u8(SLOW_SUBTYPE.marker), u8(pdu.version), u8(TLV[pdu.type]), u8(16)],
    ...[u16(pdu.requesterPort), mac(pdu.requesterSystem), u32(pdu.transaction), u16(0)],
    ...[u8(0), u8(0), zeros(RESERVED_BYTES)],
  );
}

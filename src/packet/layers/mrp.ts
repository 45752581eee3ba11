import { Fields, join, u16, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** The attribute that an MRP application registers: MVRP's VLAN, MMRP's MAC address (IEEE 802.1Q §11.2, 10.12). */
export const MRP_ATTRIBUTE = { mvrpVlan: 1, mmrpMac: 2 } as const;
/** Attribute events (IEEE 802.1Q §10.8.1.2). */
export const MRP_EVENT = { new: 0, joinIn: 1, in: 2, joinEmpty: 3, empty: 4, leave: 5 } as const;

/** An MRPDU (IEEE 802.1Q §10.8) of MVRP or MMRP; the two differ by EtherType alone. */
export interface Mrp {
  readonly protocol: 'mrp';
  readonly version: number;
  readonly attributeType: number;
  /** Of the one vector that these PDUs have. */
  readonly leaveAll: number;
  readonly firstValue: Uint8Array;
  readonly events: readonly number[];
}

/** @throws Undecodable where the first message is not whole */
export function decodeMrp(bytes: Uint8Array): Decoded<Mrp> {
  const fields = new Fields(bytes, 'an MRPDU');
  const head = { version: fields.u8(), attributeType: fields.u8() };
  const length = fields.u8();
  const vector = fields.u16();
  const firstValue = fields.take(length);
  const count = vector & 0x1fff;
  const packed = fields.take(Math.ceil(count / 3));
  const events = Array.from({ length: count }, (_, i) => {
    return Math.floor(packed[Math.floor(i / 3)]! / [36, 6, 1][i % 3]!) % 6;
  });
  if (fields.u16() !== 0) throw new Undecodable('several vectors in an MRPDU');
  fields.skip(Math.min(2, fields.left));
  return { layer: { protocol: 'mrp', ...head, leaveAll: vector >>> 13, firstValue, events }, payload: fields.rest() };
}

export function encodeMrp(pdu: Omit<Mrp, 'protocol'>): Uint8Array {
  const packed = Array.from({ length: Math.ceil(pdu.events.length / 3) }, (_, i) => {
    const [a = 0, b = 0, c = 0] = pdu.events.slice(i * 3, i * 3 + 3);
    return (a * 6 + b) * 6 + c;
  });
  return join(
    ...[u8(pdu.version), u8(pdu.attributeType), u8(pdu.firstValue.length)],
    ...[u16((pdu.leaveAll << 13) | pdu.events.length), pdu.firstValue, Uint8Array.from(packed)],
    ...[u16(0), u16(0)],
  );
}

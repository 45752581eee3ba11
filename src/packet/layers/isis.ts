import { Fields, hexBytes, join, u16, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** PDU types of hellos on LANs (ISO/IEC 10589 §9.5). */
export const ISIS_HELLO = { level1: 15, level2: 16 } as const;
const DISCRIMINATOR = 0x83;
const HEADER_BYTES = 27;

/** An IS-IS LAN hello (ISO/IEC 10589 §9.5, 9.6). */
export interface Isis {
  readonly protocol: 'isis';
  readonly type: number;
  readonly circuitType: number;
  /** 6 bytes, hexadecimal. */
  readonly system: string;
  readonly holdingTime: number;
  readonly priority: number;
  /** 7 bytes, hexadecimal. */
  readonly lan: string;
  readonly tlvs: Uint8Array;
}

/** @throws Undecodable on another PDU */
export function decodeIsis(bytes: Uint8Array): Decoded<Isis> {
  const fields = new Fields(bytes, 'an IS-IS hello');
  fields.expect(DISCRIMINATOR, 'a network layer protocol');
  fields.skip(3);
  const type = fields.u8() & 0x1f;
  if (type !== ISIS_HELLO.level1 && type !== ISIS_HELLO.level2) throw new Undecodable(`IS-IS PDU type ${type}`);
  fields.skip(3);
  const head = { circuitType: fields.u8(), system: fields.hex(6), holdingTime: fields.u16() };
  const length = fields.u16();
  const tail = { priority: fields.u8(), lan: fields.hex(7) };
  const tlvs = fields.take(length - HEADER_BYTES);
  return { layer: { protocol: 'isis', type, ...head, ...tail, tlvs }, payload: fields.rest() };
}

export function encodeIsis(hello: Omit<Isis, 'protocol'>): Uint8Array {
  return join(
    ...[u8(DISCRIMINATOR), u8(HEADER_BYTES), u8(1), u8(0), u8(hello.type), u8(1), u8(0), u8(0)],
    ...[u8(hello.circuitType), hexBytes(hello.system), u16(hello.holdingTime), u16(HEADER_BYTES + hello.tlvs.length)],
    ...[u8(hello.priority), hexBytes(hello.lan), hello.tlvs],
  );
}

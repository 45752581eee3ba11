import { type Fields, join, u16 } from './parts.js';
import { internetChecksum, Undecodable } from './wire.js';

/** Type, length of the whole, value: as CDP, DTP and UDLD have them. */
export interface CiscoTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** @throws Undecodable where a length says less than its own header */
export function ciscoTlvsOf(fields: Fields): CiscoTlv[] {
  const tlvs: CiscoTlv[] = [];
  while (fields.left >= 4) {
    const type = fields.u16();
    const length = fields.u16();
    if (length < 4) throw new Undecodable(`a TLV length of ${length} bytes`);
    tlvs.push({ type, value: fields.take(length - 4) });
  }
  return tlvs;
}

export function ciscoTlvBytes(tlvs: readonly CiscoTlv[]): Uint8Array {
  return join(...tlvs.map(({ type, value }) => join(u16(type), u16(4 + value.length), value)));
}

/** The message with its checksum (RFC 1071 over all of it) at bytes 2 and 3; it holds zeros there before. */
export function withChecksum(message: Uint8Array): Uint8Array {
  message.set(u16(internetChecksum(message)), 2);
  return message;
}

import { type CiscoTlv, ciscoTlvBytes, ciscoTlvsOf, withChecksum } from './cisco-tlv.js';
import { Fields, join, u16, u8 } from './parts.js';
import type { Decoded } from './wire.js';

export const UDLD_OPCODE = { probe: 1, echo: 2, flush: 3 } as const;
export const UDLD_TLV = { deviceId: 1, portId: 2, echo: 3, messageInterval: 4, timeout: 5, deviceName: 6, sequence: 7 };

/** Cisco Unidirectional Link Detection (RFC 5171). */
export interface Udld {
  readonly protocol: 'udld';
  readonly version: number;
  readonly opcode: number;
  readonly flags: number;
  readonly checksum: number;
  readonly tlvs: readonly CiscoTlv[];
}

export function decodeUdld(bytes: Uint8Array): Decoded<Udld> {
  const fields = new Fields(bytes, 'a UDLD message');
  const first = fields.u8();
  const head = { version: first >>> 5, opcode: first & 0x1f, flags: fields.u8(), checksum: fields.u16() };
  return { layer: { protocol: 'udld', ...head, tlvs: ciscoTlvsOf(fields) }, payload: fields.rest() };
}

export function encodeUdld(message: Pick<Udld, 'opcode' | 'flags' | 'tlvs'>): Uint8Array {
  const first = u8((1 << 5) | message.opcode);
  return withChecksum(join(first, u8(message.flags), u16(0), ciscoTlvBytes(message.tlvs)));
}

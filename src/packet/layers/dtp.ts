import { type CiscoTlv, ciscoTlvBytes, ciscoTlvsOf } from './cisco-tlv.js';
import { Fields, ascii, join, mac, u8 } from './parts.js';
import type { Decoded } from './wire.js';

/** Cisco Dynamic Trunking Protocol, as Wireshark's packet-dtp reads it. */
export interface Dtp {
  readonly protocol: 'dtp';
  readonly version: number;
  readonly tlvs: readonly CiscoTlv[];
}

export const DTP_TLV = { domain: 1, status: 2, type: 3, neighbor: 4 } as const;

export function decodeDtp(bytes: Uint8Array): Decoded<Dtp> {
  const fields = new Fields(bytes, 'a DTP message');
  return { layer: { protocol: 'dtp', version: fields.u8(), tlvs: ciscoTlvsOf(fields) }, payload: fields.rest() };
}

/** @param message.status 0x03: access/desirable … @param message.type 0xa5: 802.1Q, negotiated */
export function encodeDtp(message: {
  readonly domain: string;
  readonly status: number;
  readonly type: number;
  readonly neighbor: string;
}): Uint8Array {
  return join(
    u8(1),
    ciscoTlvBytes([
      { type: DTP_TLV.domain, value: join(ascii(message.domain), u8(0)) },
      { type: DTP_TLV.status, value: u8(message.status) },
      { type: DTP_TLV.type, value: u8(message.type) },
      { type: DTP_TLV.neighbor, value: mac(message.neighbor) },
    ]),
  );
}

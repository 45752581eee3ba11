import { type CiscoTlv, ciscoTlvBytes, ciscoTlvsOf, withChecksum } from './cisco-tlv.js';
import { Fields, join, u16, u8 } from './parts.js';
import type { Decoded } from './wire.js';

export const CDP_TLV = { deviceId: 1, address: 2, portId: 3, capabilities: 4, version: 5, platform: 6 } as const;

/** Cisco Discovery Protocol, as Wireshark's packet-cdp reads it. */
export interface Cdp {
  readonly protocol: 'cdp';
  readonly version: number;
  /** Seconds. */
  readonly ttl: number;
  readonly checksum: number;
  readonly tlvs: readonly CiscoTlv[];
}

export function decodeCdp(bytes: Uint8Array): Decoded<Cdp> {
  const fields = new Fields(bytes, 'a CDP message');
  const head = { version: fields.u8(), ttl: fields.u8(), checksum: fields.u16() };
  return { layer: { protocol: 'cdp', ...head, tlvs: ciscoTlvsOf(fields) }, payload: fields.rest() };
}

/** The checksum is right for messages of even length; Cisco's own rule for odd ones is another. */
export function encodeCdp(message: Pick<Cdp, 'version' | 'ttl' | 'tlvs'>): Uint8Array {
  return withChecksum(join(u8(message.version), u8(message.ttl), u16(0), ciscoTlvBytes(message.tlvs)));
}

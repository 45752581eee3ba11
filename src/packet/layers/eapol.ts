import { Fields, join, u16, u8 } from './parts.js';
import type { Decoded } from './wire.js';

/** Packet types (IEEE 802.1X §11.3.2). */
export const EAPOL_TYPE = { eap: 0, start: 1, logoff: 2, key: 3, mka: 5 } as const;

/** An EAPOL header (IEEE 802.1X §11.3). An EAP packet stays in `data`; MKA is a layer of its own. */
export interface Eapol {
  readonly protocol: 'eapol';
  readonly version: number;
  readonly type: number;
  readonly length: number;
}

export function decodeEapol(bytes: Uint8Array): Decoded<Eapol> {
  const fields = new Fields(bytes, 'an EAPOL header');
  const layer: Eapol = { protocol: 'eapol', version: fields.u8(), type: fields.u8(), length: fields.u16() };
  return { layer, payload: fields.rest().subarray(0, layer.length) };
}

export function encodeEapol(header: Pick<Eapol, 'version' | 'type'>, body: Uint8Array): Uint8Array {
  return join(u8(header.version), u8(header.type), u16(body.length), body);
}

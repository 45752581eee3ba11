import { Fields, ascii, join, padTo, u16, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

export const VTP_CODE = { summary: 1, subset: 2, request: 3, join: 4 } as const;

/** Cisco VLAN Trunking Protocol: a request for advertisements, which changes no VLAN anywhere (Wireshark's packet-vtp). */
export interface Vtp {
  readonly protocol: 'vtp';
  readonly version: number;
  readonly code: number;
  readonly domain: string;
  /** Where the advertisement shall start; only in a request. */
  readonly startValue: number | undefined;
}

/** @throws Undecodable where the domain's length is impossible */
export function decodeVtp(bytes: Uint8Array): Decoded<Vtp> {
  const fields = new Fields(bytes, 'a VTP message');
  const head = { version: fields.u8(), code: fields.u8() };
  fields.skip(1);
  const length = fields.u8();
  if (length > 32) throw new Undecodable(`a VTP domain of ${length} bytes`);
  const domain = fields.ascii(32).slice(0, length);
  const startValue = head.code === VTP_CODE.request ? fields.u16() : undefined;
  return { layer: { protocol: 'vtp', ...head, domain, startValue }, payload: fields.rest() };
}

export function encodeVtpRequest(message: {
  readonly version: number;
  readonly domain: string;
  readonly startValue: number;
}): Uint8Array {
  const { domain } = message;
  const head = join(u8(message.version), u8(VTP_CODE.request), u8(0), u8(domain.length));
  return join(head, padTo(32, ascii(domain)), u16(message.startValue));
}

import { Fields, ascii, hexBytes, join, mac, u16, u32, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** The basic parameter set of a MACsec Key Agreement PDU and its integrity check value (IEEE 802.1X §11.11). */
export interface Mka {
  readonly protocol: 'mka';
  readonly version: number;
  readonly keyServerPriority: number;
  readonly keyServer: boolean;
  readonly macsecDesired: boolean;
  readonly macsecCapability: number;
  readonly sci: { readonly mac: string; readonly port: number };
  /** 12 bytes, hexadecimal. */
  readonly memberId: string;
  readonly messageNumber: number;
  /** Hexadecimal; 0080c201: AES-CMAC-128. */
  readonly algorithm: string;
  readonly ckn: string;
  /** 16 bytes, hexadecimal. */
  readonly icv: string;
}

const FIXED_BYTES = 28;

/** @throws Undecodable where the basic parameter set is cut */
export function decodeMka(bytes: Uint8Array): Decoded<Mka> {
  const fields = new Fields(bytes, 'an MKPDU');
  const head = { version: fields.u8(), keyServerPriority: fields.u8() };
  const flags = fields.u16();
  const length = flags & 0x0fff;
  if (length < FIXED_BYTES) throw new Undecodable(`a basic parameter set of ${length} bytes`);
  const layer: Mka = {
    protocol: 'mka',
    ...head,
    keyServer: (flags & 0x8000) !== 0,
    macsecDesired: (flags & 0x4000) !== 0,
    macsecCapability: (flags >>> 12) & 3,
    sci: { mac: fields.mac(), port: fields.u16() },
    memberId: fields.hex(12),
    messageNumber: fields.u32(),
    algorithm: fields.hex(4),
    ckn: fields.ascii(length - FIXED_BYTES),
    icv: Buffer.from(fields.bytes.slice(Math.max(fields.at, fields.bytes.length - 16))).toString('hex'),
  };
  return { layer, payload: new Uint8Array(0) };
}

/** @throws RangeError where the CKN is not a multiple of four bytes */
export function encodeMka(pdu: Omit<Mka, 'protocol'>): Uint8Array {
  if (pdu.ckn.length % 4 !== 0) throw new RangeError('a CKN whose length is not a multiple of 4');
  const length = FIXED_BYTES + pdu.ckn.length;
  const flags = (pdu.keyServer ? 0x8000 : 0) | (pdu.macsecDesired ? 0x4000 : 0) | (pdu.macsecCapability << 12) | length;
  const head = join(u8(pdu.version), u8(pdu.keyServerPriority), u16(flags), mac(pdu.sci.mac), u16(pdu.sci.port));
  const member = join(hexBytes(pdu.memberId), u32(pdu.messageNumber), hexBytes(pdu.algorithm), ascii(pdu.ckn));
  return join(head, member, hexBytes(pdu.icv));
}

import { Fields, join, mac, u16, u32, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** A MACsec SecTAG with an explicit SCI (IEEE 802.1AE §9.3), and what it protects as it is, ICV included. */
export interface Macsec {
  readonly protocol: 'macsec';
  readonly encrypted: boolean;
  readonly changed: boolean;
  readonly associationNumber: number;
  /** 0: 48 bytes or more. */
  readonly shortLength: number;
  readonly packetNumber: number;
  readonly sci: { readonly mac: string; readonly port: number };
}

/** @throws Undecodable where there is no SCI */
export function decodeMacsec(bytes: Uint8Array): Decoded<Macsec> {
  const fields = new Fields(bytes, 'a SecTAG');
  const flags = fields.u8();
  if ((flags & 0x20) === 0) throw new Undecodable('a SecTAG without SCI');
  const layer: Macsec = {
    protocol: 'macsec',
    encrypted: (flags & 8) !== 0,
    changed: (flags & 4) !== 0,
    associationNumber: flags & 3,
    shortLength: fields.u8() & 0x3f,
    packetNumber: fields.u32(),
    sci: { mac: fields.mac(), port: fields.u16() },
  };
  return { layer, payload: fields.rest() };
}

export function encodeMacsec(tag: Omit<Macsec, 'protocol'>, secured: Uint8Array): Uint8Array {
  const flags = 0x20 | (tag.encrypted ? 8 : 0) | (tag.changed ? 4 : 0) | tag.associationNumber;
  const sci = join(mac(tag.sci.mac), u16(tag.sci.port));
  return join(u8(flags), u8(tag.shortLength), u32(tag.packetNumber), sci, secured);
}

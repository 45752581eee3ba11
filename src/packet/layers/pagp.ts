import { Fields, join, mac, u16, u32, u8 } from './parts.js';
import type { Decoded } from './wire.js';

export interface PagpEnd {
  readonly device: string;
  readonly learnCapability: number;
  readonly portPriority: number;
  readonly sentPortIfIndex: number;
  readonly groupCapability: number;
  readonly groupIfIndex: number;
}

/** Cisco Port Aggregation Protocol, as Wireshark's packet-pagp reads it; without TLVs. */
export interface Pagp {
  readonly protocol: 'pagp';
  readonly version: number;
  readonly flags: number;
  readonly local: PagpEnd;
  readonly partner: PagpEnd;
  readonly partnerCount: number;
  readonly tlvCount: number;
}

export function decodePagp(bytes: Uint8Array): Decoded<Pagp> {
  const fields = new Fields(bytes, 'a PAgP message');
  const head = { version: fields.u8(), flags: fields.u8(), local: endOf(fields), partner: endOf(fields) };
  const layer: Pagp = { protocol: 'pagp', ...head, partnerCount: fields.u16(), tlvCount: fields.u16() };
  return { layer, payload: fields.rest() };
}

export function encodePagp(message: Omit<Pagp, 'protocol' | 'tlvCount'>): Uint8Array {
  const { version, flags, local, partner } = message;
  return join(u8(version), u8(flags), endBytes(local), endBytes(partner), u16(message.partnerCount), u16(0));
}

function endOf(fields: Fields): PagpEnd {
  return {
    device: fields.mac(),
    learnCapability: fields.u8(),
    portPriority: fields.u8(),
    sentPortIfIndex: fields.u32(),
    groupCapability: fields.u32(),
    groupIfIndex: fields.u32(),
  };
}

function endBytes(end: PagpEnd): Uint8Array {
  return join(
    mac(end.device),
    u8(end.learnCapability),
    u8(end.portPriority),
    u32(end.sentPortIfIndex),
    u32(end.groupCapability),
    u32(end.groupIfIndex),
  );
}

import { Fields, ascii, join, mac, padTo, u16, u32, u8, zeros } from './parts.js';
import type { Decoded } from './wire.js';

/** OpCodes (IEEE 802.1Q §21.4.3, ITU-T G.8013 table 9-1). */
export const CFM_OPCODE = { ccm: 1, lbr: 2, lbm: 3, ltr: 4, ltm: 5, raps: 40 } as const;
export const CFM_TLV = { end: 0, data: 3, portStatus: 2, interfaceStatus: 4, ltmEgress: 7 } as const;

export interface CfmTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** A CFM or OAM PDU (IEEE 802.1Q §21, ITU-T G.8013 §9): the common header, what its opcode adds, and TLVs. */
export interface Cfm {
  readonly protocol: 'cfm';
  /** Of the maintenance domain, 0–7. */
  readonly level: number;
  readonly version: number;
  readonly opcode: number;
  readonly flags: number;
  /** Between the header and the first TLV. */
  readonly body: Uint8Array;
  /** The end TLV is not in the list. */
  readonly tlvs: readonly CfmTlv[];
}

export function decodeCfm(bytes: Uint8Array): Decoded<Cfm> {
  const fields = new Fields(bytes, 'a CFM PDU');
  const first = fields.u8();
  const head = { level: first >>> 5, version: first & 0x1f, opcode: fields.u8(), flags: fields.u8() };
  const body = fields.take(fields.u8());
  const tlvs: CfmTlv[] = [];
  for (let type = fields.u8(); type !== CFM_TLV.end; type = fields.u8()) {
    tlvs.push({ type, value: fields.take(fields.u16()) });
  }
  return { layer: { protocol: 'cfm', ...head, body, tlvs }, payload: fields.rest() };
}

export function encodeCfm(pdu: Omit<Cfm, 'protocol'>): Uint8Array {
  return join(
    ...[u8((pdu.level << 5) | pdu.version), u8(pdu.opcode), u8(pdu.flags), u8(pdu.body.length), pdu.body],
    ...pdu.tlvs.map(({ type, value }) => join(u8(type), u16(value.length), value)),
    u8(CFM_TLV.end),
  );
}

/** A MAID with names of text (IEEE 802.1Q §21.6.5: formats 4 and 2), 48 bytes. */
export function maid(domain: string, association: string): Uint8Array {
  const names = join(u8(4), u8(domain.length), ascii(domain), u8(2), u8(association.length), ascii(association));
  return padTo(48, names);
}

/** What a CCM adds (IEEE 802.1Q §21.6, ITU-T G.8013 §9.2). */
export function ccmBody(ccm: {
  readonly sequence: number;
  readonly mepId: number;
  readonly maid: Uint8Array;
}): Uint8Array {
  return join(u32(ccm.sequence), u16(ccm.mepId), ccm.maid, zeros(16));
}

/** What an LTM adds (IEEE 802.1Q §21.8). */
export function ltmBody(ltm: {
  readonly transaction: number;
  readonly ttl: number;
  readonly origin: string;
  readonly target: string;
}): Uint8Array {
  return join(u32(ltm.transaction), u8(ltm.ttl), mac(ltm.origin), mac(ltm.target));
}

/** What an LBM or LBR adds (IEEE 802.1Q §21.7): a number that the reply brings back. */
export function loopbackBody(transaction: number): Uint8Array {
  return u32(transaction);
}

/** What a ring's R-APS adds (ITU-T G.8032 §10.3): request and sub-code, status, node, reserved. */
export function rapsBody(raps: {
  readonly request: number;
  readonly status: number;
  readonly node: string;
}): Uint8Array {
  return join(u8(raps.request << 4), u8(raps.status), mac(raps.node), zeros(24));
}

import { Fields, join, mac, u16, u24, u8, zeros } from './parts.js';
import { SLOW_SUBTYPE } from './slow.js';
import type { Decoded } from './wire.js';

export interface LacpEnd {
  readonly systemPriority: number;
  readonly system: string;
  readonly key: number;
  readonly portPriority: number;
  readonly port: number;
  /** LACP_Activity 1, LACP_Timeout 2, Aggregation 4, Synchronization 8, Collecting 16, Distributing 32, Defaulted 64, Expired 128. */
  readonly state: number;
}

/** An LACPDU (IEEE 802.1AX §6.4.2), 110 bytes with its subtype. */
export interface Lacp {
  readonly protocol: 'lacp';
  readonly version: number;
  readonly actor: LacpEnd;
  readonly partner: LacpEnd;
  readonly collectorMaxDelay: number;
}

const RESERVED_BYTES = 50;

/** @throws Undecodable where its TLVs are not the three that an LACPDU has */
export function decodeLacp(bytes: Uint8Array): Decoded<Lacp> {
  const fields = new Fields(bytes, 'an LACPDU');
  fields.expect(SLOW_SUBTYPE.lacp, 'subtype');
  const version = fields.u8();
  const end = (type: number): LacpEnd => {
    fields.expect(type, 'TLV');
    fields.expect(20, 'a TLV length');
    const read = {
      systemPriority: fields.u16(),
      system: fields.mac(),
      key: fields.u16(),
      portPriority: fields.u16(),
      port: fields.u16(),
      state: fields.u8(),
    };
    fields.skip(3);
    return read;
  };
  const ends = { actor: end(1), partner: end(2) };
  fields.expect(3, 'TLV');
  fields.expect(16, 'a TLV length');
  return {
    layer: { protocol: 'lacp', version, ...ends, collectorMaxDelay: fields.u16() },
    payload: new Uint8Array(0),
  };
}

export function encodeLacp(pdu: Omit<Lacp, 'protocol'>): Uint8Array {
  const end = (type: number, it: LacpEnd): Uint8Array =>
    join(
      ...[u8(type), u8(20), u16(it.systemPriority), mac(it.system), u16(it.key)],
      ...[u16(it.portPriority), u16(it.port), u8(it.state), u24(0)],
    );
  const collector = join(u8(3), u8(16), u16(pdu.collectorMaxDelay), zeros(12));
  const terminator = join(u8(0), u8(0), zeros(RESERVED_BYTES));
  return join(u8(SLOW_SUBTYPE.lacp), u8(pdu.version), end(1, pdu.actor), end(2, pdu.partner), collector, terminator);
}

import { Fields, join, mac, u16, u24, u8 } from './parts.js';
import type { Decoded } from './wire.js';

/** TLV types (IEEE 802.1AB §8.4). */
export const LLDP_TLV = {
  end: 0,
  chassisId: 1,
  portId: 2,
  ttl: 3,
  portDescription: 4,
  systemName: 5,
  organisation: 127,
};
/** Subtypes of the chassis id (4: MAC address) and of the port id (7: locally assigned). */
export const LLDP_SUBTYPE = { chassisMac: 4, portLocal: 7 } as const;
/** LLDP-MED (ANSI/TIA-1057). */
export const OUI_TIA = 0x0012bb;

export interface LldpTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** An LLDPDU (IEEE 802.1AB §8). The end TLV is not in the list. */
export interface Lldp {
  readonly protocol: 'lldp';
  readonly tlvs: readonly LldpTlv[];
}

export function decodeLldp(bytes: Uint8Array): Decoded<Lldp> {
  const fields = new Fields(bytes, 'an LLDPDU');
  const tlvs: LldpTlv[] = [];
  for (;;) {
    const head = fields.u16();
    const type = head >>> 9;
    const value = fields.take(head & 0x1ff);
    if (type === LLDP_TLV.end) return { layer: { protocol: 'lldp', tlvs }, payload: fields.rest() };
    tlvs.push({ type, value });
  }
}

/** With the end TLV. */
export function encodeLldp(tlvs: readonly LldpTlv[]): Uint8Array {
  return join(...[...tlvs, { type: LLDP_TLV.end, value: new Uint8Array(0) }].map(tlvBytes));
}

function tlvBytes({ type, value }: LldpTlv): Uint8Array {
  return join(u16((type << 9) | value.length), value);
}

export function lldpChassisMac(address: string): LldpTlv {
  return { type: LLDP_TLV.chassisId, value: join(u8(LLDP_SUBTYPE.chassisMac), mac(address)) };
}

export function lldpOrganisation(oui: number, subtype: number, value: Uint8Array): LldpTlv {
  return { type: LLDP_TLV.organisation, value: join(u24(oui), u8(subtype), value) };
}

import { ETHER_TYPE } from './ethernet.js';
import { type Decoded, frameOf, need } from './wire.js';

export const VLAN_BYTES = 4;

/** A VLAN tag after its tag protocol identifier, which is the EtherType of the layer before (IEEE 802.1Q §9.6). */
export interface Vlan {
  readonly protocol: 'vlan';
  /** PCP, 0–7. */
  readonly priority: number;
  /** DEI. */
  readonly dropEligible: boolean;
  /** VID, 0–4095; 0 is a priority tag. */
  readonly vlan: number;
  readonly etherType: number;
}

/** Whether a tag follows this EtherType. */
export function isVlanTag(etherType: number): boolean {
  return (
    etherType === ETHER_TYPE.customerTag ||
    etherType === ETHER_TYPE.serviceTag ||
    etherType === ETHER_TYPE.oldServiceTag
  );
}

/** @throws Undecodable below 4 bytes */
export function decodeVlan(bytes: Uint8Array): Decoded<Vlan> {
  const view = need(bytes, VLAN_BYTES, 'a VLAN tag');
  const control = view.getUint16(0);
  return {
    layer: {
      protocol: 'vlan',
      priority: control >>> 13,
      dropEligible: (control & 0x1000) !== 0,
      vlan: control & 0x0fff,
      etherType: view.getUint16(2),
    },
    payload: bytes.subarray(VLAN_BYTES),
  };
}

export function encodeVlan(tag: Omit<Vlan, 'protocol'>, payload: Uint8Array): Uint8Array {
  const { bytes, view } = frameOf(VLAN_BYTES, payload);
  view.setUint16(0, (tag.priority << 13) | (tag.dropEligible ? 0x1000 : 0) | tag.vlan);
  view.setUint16(2, tag.etherType);
  return bytes;
}

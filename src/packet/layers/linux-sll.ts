import { type Decoded, frameOf, need } from './wire.js';

export const LINUX_SLL_BYTES = 16;

/** Linux cooked capture, version 1: what tcpdump writes for `-i any` (tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). */
export interface LinuxSll {
  readonly protocol: 'linux-sll';
  /** 0 to us, 1 broadcast, 2 multicast, 3 between others, 4 sent by us. */
  readonly packetType: number;
  /** ARPHRD_ value of the device. */
  readonly hardwareType: number;
  readonly addressLength: number;
  /** The sender's link-layer address in eight bytes, padded or cut. */
  readonly address: Uint8Array;
  readonly etherType: number;
}

/** @throws Undecodable below 16 bytes */
export function decodeLinuxSll(bytes: Uint8Array): Decoded<LinuxSll> {
  const view = need(bytes, LINUX_SLL_BYTES, 'a Linux cooked header');
  return {
    layer: {
      protocol: 'linux-sll',
      packetType: view.getUint16(0),
      hardwareType: view.getUint16(2),
      addressLength: view.getUint16(4),
      address: bytes.slice(6, 14),
      etherType: view.getUint16(14),
    },
    payload: bytes.subarray(LINUX_SLL_BYTES),
  };
}

export function encodeLinuxSll(header: Omit<LinuxSll, 'protocol'>, payload: Uint8Array): Uint8Array {
  const { bytes, view } = frameOf(LINUX_SLL_BYTES, payload);
  view.setUint16(0, header.packetType);
  view.setUint16(2, header.hardwareType);
  view.setUint16(4, header.addressLength);
  bytes.set(header.address.subarray(0, 8), 6);
  view.setUint16(14, header.etherType);
  return bytes;
}

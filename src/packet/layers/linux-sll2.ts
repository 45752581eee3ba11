import { type Decoded, frameOf, need } from './wire.js';

export const LINUX_SLL2_BYTES = 20;

/** Linux cooked capture, version 2 (tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html). */
export interface LinuxSll2 {
  readonly protocol: 'linux-sll2';
  readonly etherType: number;
  readonly interfaceIndex: number;
  /** ARPHRD_ value of the device. */
  readonly hardwareType: number;
  /** 0 to us, 1 broadcast, 2 multicast, 3 between others, 4 sent by us. */
  readonly packetType: number;
  readonly addressLength: number;
  /** The sender's link-layer address in eight bytes, padded or cut. */
  readonly address: Uint8Array;
}

/** @throws Undecodable below 20 bytes */
export function decodeLinuxSll2(bytes: Uint8Array): Decoded<LinuxSll2> {
  const view = need(bytes, LINUX_SLL2_BYTES, 'a Linux cooked header of version 2');
  return {
    layer: {
      protocol: 'linux-sll2',
      etherType: view.getUint16(0),
      interfaceIndex: view.getUint32(4),
      hardwareType: view.getUint16(8),
      packetType: view.getUint8(10),
      addressLength: view.getUint8(11),
      address: bytes.slice(12, 20),
    },
    payload: bytes.subarray(LINUX_SLL2_BYTES),
  };
}

export function encodeLinuxSll2(header: Omit<LinuxSll2, 'protocol'>, payload: Uint8Array): Uint8Array {
  const { bytes, view } = frameOf(LINUX_SLL2_BYTES, payload);
  view.setUint16(0, header.etherType);
  view.setUint32(4, header.interfaceIndex);
  view.setUint16(8, header.hardwareType);
  view.setUint8(10, header.packetType);
  view.setUint8(11, header.addressLength);
  bytes.set(header.address.subarray(0, 8), 12);
  return bytes;
}

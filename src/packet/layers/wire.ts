/** Thrown by a layer's decoder: the bytes are not that protocol, or too few. The frame gets an error layer for it. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** What a layer's decoder gives: the header's fields, and the bytes that it carries. */
export interface Decoded<L> {
  readonly layer: L;
  readonly payload: Uint8Array;
}

/** @throws Undecodable where there are fewer than `count` bytes. */
export function need(bytes: Uint8Array, count: number, what: string): DataView {
  if (bytes.length < count) throw new Undecodable(`${what} needs ${count} bytes, here are ${bytes.length}`);
  return viewOf(bytes);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** New bytes of a header's size, and the payload behind them. */
export function frameOf(headerBytes: number, payload: Uint8Array): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(headerBytes + payload.length);
  bytes.set(payload, headerBytes);
  return { bytes, view: viewOf(bytes) };
}

/** The Internet checksum (RFC 1071) of `bytes`; `initial` is a sum to go on from. 0 over bytes that contain a right one. */
export function internetChecksum(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  if (bytes.length % 2 === 1) sum += bytes[bytes.length - 1]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

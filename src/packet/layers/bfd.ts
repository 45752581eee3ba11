import { Fields, join, u32, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** UDP ports of BFD control packets: single hop (RFC 5881), on members of a bundle (RFC 7130). */
export const BFD_PORT = { singleHop: 3784, micro: 6784 } as const;
export const BFD_STATE = { adminDown: 0, down: 1, init: 2, up: 3 } as const;

/** A BFD control packet (RFC 5880 §4.1) without authentication. Intervals are in microseconds. */
export interface Bfd {
  readonly protocol: 'bfd';
  readonly diagnostic: number;
  readonly state: number;
  /** Poll 32, final 16, control plane independent 8, authentication 4, demand 2, multipoint 1. */
  readonly flags: number;
  readonly detectMultiplier: number;
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly desiredTxUs: number;
  readonly requiredRxUs: number;
  readonly requiredEchoUs: number;
}

const BFD_BYTES = 24;

/** @throws Undecodable on another version or an impossible length */
export function decodeBfd(bytes: Uint8Array): Decoded<Bfd> {
  const fields = new Fields(bytes, 'a BFD packet');
  const [first, second] = [fields.u8(), fields.u8()];
  if (first >>> 5 !== 1) throw new Undecodable(`BFD version ${first >>> 5}`);
  const detectMultiplier = fields.u8();
  const length = fields.u8();
  if (length < BFD_BYTES || length > bytes.length) throw new Undecodable(`a BFD packet of ${length} bytes`);
  const layer: Bfd = {
    ...{ protocol: 'bfd', diagnostic: first & 0x1f, state: second >>> 6, flags: second & 0x3f, detectMultiplier },
    ...{ myDiscriminator: fields.u32(), yourDiscriminator: fields.u32() },
    ...{ desiredTxUs: fields.u32(), requiredRxUs: fields.u32(), requiredEchoUs: fields.u32() },
  };
  return { layer, payload: fields.rest() };
}

export function encodeBfd(packet: Omit<Bfd, 'protocol'>): Uint8Array {
  return join(
    ...[u8((1 << 5) | packet.diagnostic), u8((packet.state << 6) | packet.flags), u8(packet.detectMultiplier)],
    ...[u8(BFD_BYTES), u32(packet.myDiscriminator), u32(packet.yourDiscriminator)],
    ...[u32(packet.desiredTxUs), u32(packet.requiredRxUs), u32(packet.requiredEchoUs)],
  );
}

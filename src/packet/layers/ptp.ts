import { Fields, hexBytes, join, u16, u8, zeros } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** Message types (IEEE 1588-2019 §13.3.2.3). */
export const PTP_MESSAGE = { sync: 0, delayRequest: 1, pdelayRequest: 2, pdelayResponse: 3, announce: 11 } as const;

export interface PtpPort {
  /** 8 bytes, hexadecimal. */
  readonly clock: string;
  readonly port: number;
}

/** A PTP version 2 message (IEEE 1588-2019 §13.3): the common header, its timestamp, and whom a response is for. */
export interface Ptp {
  readonly protocol: 'ptp';
  readonly majorSdoId: number;
  readonly messageType: number;
  readonly version: number;
  readonly domain: number;
  readonly flags: number;
  readonly source: PtpPort;
  readonly sequence: number;
  readonly control: number;
  readonly logInterval: number;
  /** Of a Pdelay_Resp. */
  readonly requester: PtpPort | undefined;
}

const HEADER_BYTES = 34;
const TIMESTAMP_BYTES = 10;

/** @throws Undecodable on another version or a message shorter than its header */
export function decodePtp(bytes: Uint8Array): Decoded<Ptp> {
  const fields = new Fields(bytes, 'a PTP message');
  const type = fields.u8();
  const version = fields.u8() & 0x0f;
  if (version !== 2) throw new Undecodable(`PTP version ${version}`);
  const length = fields.u16();
  if (length < HEADER_BYTES) throw new Undecodable(`a PTP message of ${length} bytes`);
  const domain = fields.u8();
  fields.skip(1);
  const flags = fields.u16();
  fields.skip(12);
  const head = {
    ...{ majorSdoId: type >>> 4, messageType: type & 0x0f, version, domain, flags },
    source: portOf(fields),
    sequence: fields.u16(),
    control: fields.u8(),
    logInterval: fields.u8(),
  };
  let requester: PtpPort | undefined;
  if (head.messageType === PTP_MESSAGE.pdelayResponse) {
    fields.skip(TIMESTAMP_BYTES);
    requester = portOf(fields);
  }
  return { layer: { protocol: 'ptp', ...head, requester }, payload: bytes.subarray(Math.min(length, bytes.length)) };
}

/** A Pdelay_Req, or with a `requester` a Pdelay_Resp; times are 0. */
export function encodePtpPdelay(message: Omit<Ptp, 'protocol' | 'messageType' | 'version'>): Uint8Array {
  const { requester } = message;
  const type = requester === undefined ? PTP_MESSAGE.pdelayRequest : PTP_MESSAGE.pdelayResponse;
  return join(
    ...[u8((message.majorSdoId << 4) | type), u8(2), u16(HEADER_BYTES + 20), u8(message.domain), u8(0)],
    ...[u16(message.flags), zeros(12), portBytes(message.source), u16(message.sequence)],
    ...[u8(message.control), u8(message.logInterval), zeros(TIMESTAMP_BYTES)],
    requester === undefined ? zeros(10) : portBytes(requester),
  );
}

/** The clock identity that a MAC address gives (IEEE 1588-2008 §7.5.2.2.2: EUI-64). */
export function clockIdentity(address: string): string {
  const hex = address.replaceAll(':', '');
  return `${hex.slice(0, 6)}fffe${hex.slice(6)}`;
}

function portOf(fields: Fields): PtpPort {
  return { clock: fields.hex(8), port: fields.u16() };
}

function portBytes(port: PtpPort): Uint8Array {
  return join(hexBytes(port.clock), u16(port.port));
}

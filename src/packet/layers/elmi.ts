import { Fields, join, u32, u8 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

export const ELMI_MESSAGE = { status: 0x7d, statusEnquiry: 0x75 } as const;
export const ELMI_REPORT = { fullStatus: 0, check: 1, singleEvc: 2, fullStatusContinued: 3 } as const;

/** Ethernet Local Management Interface (MEF 16 §5.5, 5.6). */
export interface Elmi {
  readonly protocol: 'elmi';
  readonly version: number;
  readonly message: number;
  readonly report: number;
  readonly sendCounter: number;
  readonly receiveCounter: number;
  readonly dataInstance: number;
}

/** @throws Undecodable where one of the three information elements is missing */
export function decodeElmi(bytes: Uint8Array): Decoded<Elmi> {
  const fields = new Fields(bytes, 'an E-LMI message');
  const head = { version: fields.u8(), message: fields.u8() };
  const element = (type: number, length: number): void => {
    fields.expect(type, 'an information element');
    if (fields.u8() !== length) throw new Undecodable(`an information element ${type} of another length`);
  };
  element(1, 1);
  const report = fields.u8();
  element(2, 2);
  const counters = { sendCounter: fields.u8(), receiveCounter: fields.u8() };
  element(3, 5);
  fields.skip(1);
  const layer: Elmi = { protocol: 'elmi', ...head, report, ...counters, dataInstance: fields.u32() };
  return { layer, payload: fields.rest() };
}

export function encodeElmi(message: Omit<Elmi, 'protocol'>): Uint8Array {
  return join(
    ...[u8(message.version), u8(message.message), u8(1), u8(1), u8(message.report)],
    ...[u8(2), u8(2), u8(message.sendCounter), u8(message.receiveCounter)],
    ...[u8(3), u8(5), u8(0), u32(message.dataInstance)],
  );
}

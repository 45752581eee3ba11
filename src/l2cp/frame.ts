import { macFromText } from '../packet/addresses.js';
import { hexBytes, join, u16, u32, zeros } from '../packet/layers/parts.js';
import { ETHER_TYPE } from '../packet/layers/ethernet.js';
import type { Body, CatalogueRow, Encapsulation, FrameIdentity } from './types.js';

/** Without the check sequence (IEEE 802.3 §4.4.2: 64 with it). */
export const LEAST_FRAME_BYTES = 60;

/** In the padding: magic(4), run tag(4), frame number(4), a check of the number(4). */
const MARK_MAGIC = hexBytes('f17e5c0d');
export const MARK_BYTES = 16;

interface Tag {
  readonly tpid: number;
  readonly priority: number;
  readonly vlan: number;
}

/** Priorities are not 0, so that a device which rewrites them is seen. */
export const TAGS: Readonly<Record<Encapsulation, readonly Tag[]>> = {
  untagged: [],
  'single-tagged': [{ tpid: ETHER_TYPE.customerTag, priority: 3, vlan: 100 }],
  'double-tagged': [
    { tpid: ETHER_TYPE.serviceTag, priority: 5, vlan: 200 },
    { tpid: ETHER_TYPE.customerTag, priority: 3, vlan: 100 },
  ],
  'priority-tagged': [{ tpid: ETHER_TYPE.customerTag, priority: 6, vlan: 0 }],
};

/** The same frame with the encapsulation's tags behind its addresses. */
export function encapsulate(frame: Uint8Array, encapsulation: Encapsulation): Uint8Array {
  const tags = TAGS[encapsulation].map(({ tpid, priority, vlan }) => join(u16(tpid), u16((priority << 13) | vlan)));
  return join(frame.subarray(0, 12), ...tags, frame.subarray(12));
}

/**
 * A row's untagged frame, padded to the least size.
 * @param runTag with it, and where the row says that there is room, the frame's number stands in the last 16 bytes
 */
export function buildFrame(row: CatalogueRow, identity: FrameIdentity, runTag?: number): Uint8Array {
  const destination = row.destination === 'peer' ? identity.peer : row.destination;
  const { etherType, bytes }: Body = row.body(identity);
  const head = join(macFromText(destination), macFromText(identity.source), u16(etherType ?? bytes.length), bytes);
  const marked = runTag !== undefined && row.room === 'padding';
  const length = Math.max(LEAST_FRAME_BYTES, marked ? head.length + MARK_BYTES : 0);
  const frame = join(head, zeros(Math.max(0, length - head.length)));
  if (marked)
    frame.set(
      join(MARK_MAGIC, u32(runTag), u32(identity.number), u32(check(identity.number))),
      frame.length - MARK_BYTES,
    );
  return frame;
}

/** The number of the frame of this run whose mark stands somewhere in these bytes. */
export function markIn(bytes: Uint8Array, runTag: number): number | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.indexOf(Buffer.from(join(MARK_MAGIC, u32(runTag))));
  if (at < 0 || at + MARK_BYTES > bytes.length) return undefined;
  const number = buffer.readUInt32BE(at + 8);
  return buffer.readUInt32BE(at + 12) === check(number) ? number : undefined;
}

/** Of numbers that differ in one bit these differ in several bytes, so that a damaged number is not another frame's. */
function check(number: number): number {
  return Math.imul(number, 0x9e3779b1) >>> 0;
}

/**
 * The addresses of one side: locally administered, with 24 bits of the run in them. The last byte tells side and
 * encapsulation, so that a frame whose tags were taken off is still known for what it was.
 */
export function sideAddress(runTag: number, side: 'from' | 'to', encapsulation: Encapsulation): string {
  const order = ['untagged', 'single-tagged', 'double-tagged', 'priority-tagged'].indexOf(encapsulation);
  const last = (side === 'from' ? 0x10 : 0x20) + order;
  const run = [runTag >>> 16, runTag >>> 8, runTag].map((part) => part & 0xff);
  return [0x02, 0xf1, ...run, last].map((part) => part.toString(16).padStart(2, '0')).join(':');
}

/** An address of the run that is neither side's; the same one comes back after 192 numbers. */
export function freshAddress(runTag: number, number: number): string {
  const last = 0x40 + (number % 0xc0);
  return `${sideAddress(runTag, 'from', 'untagged').slice(0, -2)}${last.toString(16).padStart(2, '0')}`;
}

/** The first five bytes of every address of the run. */
export function runPrefix(runTag: number): Uint8Array {
  return macFromText(sideAddress(runTag, 'from', 'untagged')).subarray(0, 5);
}

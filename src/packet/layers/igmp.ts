import { ipv4FromText, ipv4ToText } from '../addresses.js';
import { type Decoded, Undecodable, frameOf, internetChecksum, need, viewOf } from './wire.js';

/** Message types (RFC 1112, RFC 2236, RFC 3376; RFC 9776 takes their place). */
export const IGMP_TYPE = { query: 0x11, reportV1: 0x12, reportV2: 0x16, leave: 0x17, reportV3: 0x22 } as const;

/** Group record types of a version 3 report (RFC 9776 §4.2.13). */
export const IGMP_RECORD = {
  isInclude: 1,
  isExclude: 2,
  toInclude: 3,
  toExclude: 4,
  allowNewSources: 5,
  blockOldSources: 6,
} as const;

export interface IgmpGroupRecord {
  readonly type: number;
  readonly group: string;
  readonly sources: readonly string[];
}

/** A query, report or leave. */
export type Igmp =
  | {
      readonly protocol: 'igmp';
      readonly type: typeof IGMP_TYPE.reportV1 | typeof IGMP_TYPE.reportV2 | typeof IGMP_TYPE.leave;
      readonly group: string;
    }
  | {
      readonly protocol: 'igmp';
      readonly type: typeof IGMP_TYPE.query;
      /** Tenths of a second; 0 in version 1. */
      readonly maxResponseCode: number;
      /** 0.0.0.0: all groups. */
      readonly group: string;
      /** undefined in versions 1 and 2. */
      readonly v3:
        { readonly flags: number; readonly intervalCode: number; readonly sources: readonly string[] } | undefined;
    }
  | {
      readonly protocol: 'igmp';
      readonly type: typeof IGMP_TYPE.reportV3;
      readonly records: readonly IgmpGroupRecord[];
      /** It announces more than is here: the capture cut it. `records` holds what is whole. */
      readonly cut: boolean;
    };

/**
 * The checksum is checked where the whole message is there.
 * @throws Undecodable on another type, a wrong checksum or a message (other than a version 3 report) that is cut
 */
export function decodeIgmp(bytes: Uint8Array): Decoded<Igmp> {
  const view = need(bytes, 8, 'an IGMP message');
  const type = view.getUint8(0);
  const report = type === IGMP_TYPE.reportV3 ? decodeRecords(bytes, view) : undefined;
  if (report?.cut !== true && internetChecksum(bytes) !== 0) {
    throw new Undecodable('the checksum of an IGMP message is wrong');
  }
  if (report !== undefined) return done({ protocol: 'igmp', type: IGMP_TYPE.reportV3, ...report });
  switch (type) {
    case IGMP_TYPE.reportV1:
    case IGMP_TYPE.reportV2:
    case IGMP_TYPE.leave:
      return done({ protocol: 'igmp', type, group: ipv4ToText(view.getUint32(4)) });
    case IGMP_TYPE.query:
      return done({
        protocol: 'igmp',
        type,
        maxResponseCode: view.getUint8(1),
        group: ipv4ToText(view.getUint32(4)),
        v3: bytes.length < 12 ? undefined : queryV3(bytes, view),
      });
    default:
      throw new Undecodable(`IGMP type ${type}`);
  }
}

export function encodeIgmp(message: Igmp): Uint8Array {
  const { bytes, view } =
    message.type === IGMP_TYPE.reportV3
      ? encodeRecords(message.records)
      : frameOf(8, message.type === IGMP_TYPE.query ? queryTail(message.v3) : new Uint8Array(0));
  view.setUint8(0, message.type);
  if (message.type === IGMP_TYPE.query) view.setUint8(1, message.maxResponseCode);
  if (message.type !== IGMP_TYPE.reportV3) view.setUint32(4, ipv4FromText(message.group));
  view.setUint16(2, internetChecksum(bytes));
  return bytes;
}

/** One thing that a report says. A null source: any. */
export interface MembershipChange {
  readonly action: 'join' | 'leave';
  readonly group: string;
  readonly source: string | null;
}

/**
 * What a message asks of the routers (RFC 9776 §6.4): a report that merely confirms what was so before is a join too, since
 * the two cannot be told apart. Queries ask nothing.
 */
export function membershipChanges(message: Igmp): readonly MembershipChange[] {
  switch (message.type) {
    case IGMP_TYPE.reportV1:
    case IGMP_TYPE.reportV2:
      return [{ action: 'join', group: message.group, source: null }];
    case IGMP_TYPE.leave:
      return [{ action: 'leave', group: message.group, source: null }];
    case IGMP_TYPE.query:
      return [];
    case IGMP_TYPE.reportV3:
      return message.records.flatMap(recordChanges);
  }
}

function recordChanges({ type, group, sources }: IgmpGroupRecord): readonly MembershipChange[] {
  const each = (action: 'join' | 'leave'): MembershipChange[] => sources.map((source) => ({ action, group, source }));
  switch (type) {
    case IGMP_RECORD.isInclude:
    case IGMP_RECORD.allowNewSources:
      return each('join');
    case IGMP_RECORD.isExclude:
    case IGMP_RECORD.toExclude:
      return [{ action: 'join', group, source: null }];
    case IGMP_RECORD.toInclude:
      // It had been excluding, that is: taking any source, and takes only these from now on.
      return [{ action: 'leave', group, source: null }, ...each('join')];
    case IGMP_RECORD.blockOldSources:
      return each('leave');
    default:
      return [];
  }
}

function done(layer: Igmp): Decoded<Igmp> {
  return { layer, payload: new Uint8Array(0) };
}

function addresses(view: DataView, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => ipv4ToText(view.getUint32(at + index * 4)));
}

function queryV3(bytes: Uint8Array, view: DataView): { flags: number; intervalCode: number; sources: string[] } {
  const count = view.getUint16(10);
  need(bytes, 12 + count * 4, 'an IGMP query');
  return { flags: view.getUint8(8), intervalCode: view.getUint8(9), sources: addresses(view, 12, count) };
}

function queryTail(v3: (Igmp & { type: typeof IGMP_TYPE.query })['v3']): Uint8Array {
  if (v3 === undefined) return new Uint8Array(0);
  const view = viewOf(new Uint8Array(4 + v3.sources.length * 4));
  view.setUint8(0, v3.flags);
  view.setUint8(1, v3.intervalCode);
  view.setUint16(2, v3.sources.length);
  v3.sources.forEach((source, index) => view.setUint32(4 + index * 4, ipv4FromText(source)));
  return new Uint8Array(view.buffer);
}

function decodeRecords(bytes: Uint8Array, view: DataView): { records: IgmpGroupRecord[]; cut: boolean } {
  const records: IgmpGroupRecord[] = [];
  let at = 8;
  for (let left = view.getUint16(6); left > 0; left--) {
    if (bytes.length < at + 8) return { records, cut: true };
    const count = view.getUint16(at + 2);
    const next = at + 8 + count * 4 + view.getUint8(at + 1) * 4;
    if (bytes.length < next) return { records, cut: true };
    const group = ipv4ToText(view.getUint32(at + 4));
    records.push({ type: view.getUint8(at), group, sources: addresses(view, at + 8, count) });
    at = next;
  }
  return { records, cut: false };
}

function encodeRecords(records: readonly IgmpGroupRecord[]): { bytes: Uint8Array; view: DataView } {
  const size = records.reduce((sum, record) => sum + 8 + record.sources.length * 4, 0);
  const result = frameOf(8, new Uint8Array(size));
  const { view } = result;
  view.setUint16(6, records.length);
  let at = 8;
  for (const record of records) {
    view.setUint8(at, record.type);
    view.setUint16(at + 2, record.sources.length);
    view.setUint32(at + 4, ipv4FromText(record.group));
    record.sources.forEach((source, index) => view.setUint32(at + 8 + index * 4, ipv4FromText(source)));
    at += 8 + record.sources.length * 4;
  }
  return result;
}

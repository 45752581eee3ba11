import { macToText } from '../packet/addresses.js';
import { isVlanTag } from '../packet/layers/vlan.js';

/** A frame as its addresses, tags and rest. */
export interface TaggedFrame {
  readonly addresses: Uint8Array;
  readonly tags: readonly { readonly tpid: number; readonly control: number }[];
  /** From the EtherType or length on. */
  readonly rest: Uint8Array;
}

export function splitTags(frame: Uint8Array): TaggedFrame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const tags: { tpid: number; control: number }[] = [];
  let at = Math.min(12, frame.length);
  while (at + 4 <= frame.length && isVlanTag(view.getUint16(at))) {
    tags.push({ tpid: view.getUint16(at), control: view.getUint16(at + 2) });
    at += 4;
  }
  return { addresses: frame.subarray(0, 12), tags, rest: frame.subarray(at) };
}

/** Whether two frames stand in the same VLANs, whatever their priorities. */
export function sameVlans(one: TaggedFrame, other: TaggedFrame): boolean {
  const key = ({ tags }: TaggedFrame): string => tags.map(({ tpid, control }) => `${tpid}/${control & 0xfff}`).join();
  return key(one) === key(other);
}

/**
 * How far two frames are apart, tags left out: the smaller, the likelier that one was the other. What stands behind the
 * addresses counts more than all of these: there frames of the same protocol have their numbers.
 */
export function distance(one: Uint8Array, other: Uint8Array): number {
  const [a, b] = [splitTags(one), splitTags(other)];
  return bytesApart(a.addresses, b.addresses) + ADDRESSES_WEIGH * bytesApart(a.rest, b.rest);
}

const ADDRESSES_WEIGH = 13;

function bytesApart(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  let count = Math.max(one.length, other.length) - shared;
  for (let at = 0; at < shared; at++) if (one[at] !== other[at]) count++;
  return count;
}

const MOST_BYTES_TOLD = 8;

/** What became of a frame, in words, from its front to its end: addresses, tags, length, then byte by byte. */
export function describeChanges(sent: Uint8Array, received: Uint8Array): readonly string[] {
  const [before, after] = [splitTags(sent), splitTags(received)];
  const changes = [
    ...addressChange('destination', before.addresses.subarray(0, 6), after.addresses.subarray(0, 6)),
    ...addressChange('source', before.addresses.subarray(6, 12), after.addresses.subarray(6, 12)),
    ...tagChanges(before.tags, after.tags),
  ];
  const [old, now] = [before.rest, after.rest];
  if (old.length !== now.length) {
    const cut =
      now.length < old.length ? `${old.length - now.length} bytes cut off` : `${now.length - old.length} bytes more`;
    changes.push(`${cut} at the end (${sent.length} → ${received.length})`);
  }
  const places: number[] = [];
  for (let at = 0; at < Math.min(old.length, now.length); at++) if (old[at] !== now[at]) places.push(at);
  const offset = sent.length - old.length;
  for (const at of places.slice(0, MOST_BYTES_TOLD)) {
    changes.push(`byte ${offset + at}: ${hex(old[at]!)} → ${hex(now[at]!)}`);
  }
  if (places.length > MOST_BYTES_TOLD) changes.push(`and ${places.length - MOST_BYTES_TOLD} bytes more`);
  return changes;
}

function addressChange(what: string, before: Uint8Array, after: Uint8Array): string[] {
  const [old, now] = [macToText(before), macToText(after)];
  return old === now ? [] : [`${what} ${old} → ${now}`];
}

type Tags = TaggedFrame['tags'];

function tagChanges(before: Tags, after: Tags): string[] {
  if (before.length !== after.length) {
    const what = before.length > after.length ? 'tags taken off' : 'tags put on';
    return [`${what}: ${tagsText(before)} → ${tagsText(after)}`];
  }
  return before.flatMap((old, index) => {
    const now = after[index]!;
    const place = before.length === 1 ? 'tag' : index === 0 ? 'outer tag' : 'inner tag';
    const parts: string[] = [];
    if (old.tpid !== now.tpid) parts.push(`TPID ${hex4(old.tpid)} → ${hex4(now.tpid)}`);
    if ((old.control & 0xfff) !== (now.control & 0xfff))
      parts.push(`VID ${old.control & 0xfff} → ${now.control & 0xfff}`);
    if (old.control >>> 13 !== now.control >>> 13) parts.push(`PCP ${old.control >>> 13} → ${now.control >>> 13}`);
    if ((old.control & 0x1000) !== (now.control & 0x1000))
      parts.push(`DEI ${(old.control >> 12) & 1} → ${(now.control >> 12) & 1}`);
    return parts.map((part) => `${place}: ${part}`);
  });
}

function tagsText(tags: Tags): string {
  if (tags.length === 0) return 'untagged';
  return tags.map(({ tpid, control }) => `${hex4(tpid)} VID ${control & 0xfff}`).join(', ');
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

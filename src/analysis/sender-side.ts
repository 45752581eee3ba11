import type { FlowPackets } from './packets.js';

/** What the sender's capture saw of a flow: each sequence number once, in ascending order, whatever the file's order. */
export interface SenderSide {
  readonly count: number;
  readonly sequence: Float64Array;
  readonly atNs: Float64Array;
  readonly frame: Uint32Array;
  /**
   * Earliest and latest time at which the packet can have been sent, given that packets leave in the order of their
   * numbers: least stamp from here on, greatest stamp so far. Both are the stamp itself where stamps never step back.
   */
  readonly earliestNs: Float64Array;
  readonly latestNs: Float64Array;
  /** Frames whose sequence number had been seen already; the first one counts. */
  readonly repeated: number;
  /** Furthest that a stamp lies behind that of a lower sequence number. */
  readonly stepBackNs: number;
}

export function senderSide(packets: FlowPackets): SenderSide {
  const { sequence, atNs, frame, repeated } = isAscending(packets) ? { ...packets, repeated: 0 } : sorted(packets);
  const count = sequence.length;
  const earliestNs = new Float64Array(count);
  const latestNs = new Float64Array(count);
  let stepBackNs = 0;
  let latest = -Infinity;
  for (let k = 0; k < count; k++) {
    const at = atNs[k]!;
    latest = Math.max(latest, at);
    latestNs[k] = latest;
    stepBackNs = Math.max(stepBackNs, latest - at);
  }
  let earliest = Infinity;
  for (let k = count - 1; k >= 0; k--) {
    earliest = Math.min(earliest, atNs[k]!);
    earliestNs[k] = earliest;
  }
  return { count, sequence, atNs, frame, earliestNs, latestNs, repeated, stepBackNs };
}

/** @returns the index of a sequence number; or `-1 - p` where it was not sent and `p` is the first index above it. */
export function indexOfSequence(side: SenderSide, sequence: number): number {
  const { count } = side;
  if (count === 0) return -1;
  const lowest = side.sequence[0]!;
  if (sequence < lowest) return -1;
  // Numbers are unique and ascending, so none can stand further right than its distance from the lowest.
  let high = Math.min(count - 1, sequence - lowest);
  if (side.sequence[high] === sequence) return high;
  let low = 0;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = side.sequence[middle]!;
    if (value === sequence) return middle;
    if (value < sequence) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

/** Packets to be judged: sender-side indices `first` … `end - 1`. */
export interface SentRange {
  readonly first: number;
  readonly end: number;
}

/** The packets sent in [fromNs, toNs]: from the first stamp inside to the last one. */
export function sentWithin(side: SenderSide, fromNs: number, toNs: number): SentRange {
  let first = 0;
  while (first < side.count && side.atNs[first]! < fromNs) first++;
  let end = side.count;
  while (end > first && side.atNs[end - 1]! > toNs) end--;
  return { first, end };
}

function isAscending(packets: FlowPackets): boolean {
  for (let k = 1; k < packets.count; k++) if (packets.sequence[k]! <= packets.sequence[k - 1]!) return false;
  return packets.sequence.length === packets.count;
}

function sorted(packets: FlowPackets): Pick<SenderSide, 'sequence' | 'atNs' | 'frame' | 'repeated'> {
  const order = new Uint32Array(packets.count);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => packets.sequence[a]! - packets.sequence[b]! || a - b);
  const sequence = new Float64Array(packets.count);
  const atNs = new Float64Array(packets.count);
  const frame = new Uint32Array(packets.count);
  let count = 0;
  for (const i of order) {
    if (count > 0 && sequence[count - 1] === packets.sequence[i]!) continue;
    sequence[count] = packets.sequence[i]!;
    atNs[count] = packets.atNs[i]!;
    frame[count] = packets.frame[i]!;
    count++;
  }
  return {
    sequence: sequence.subarray(0, count),
    atNs: atNs.subarray(0, count),
    frame: frame.subarray(0, count),
    repeated: packets.count - count,
  };
}

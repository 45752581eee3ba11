import { UsageError } from '../core/errors.js';
import { instantFromText, nsBetween } from '../core/instant.js';
import { longest, total } from './loss-runs.js';
import type { FlowPackets } from './packets.js';
import { arrivalRef, medianInterval, rateOf } from './pair-common.js';
import type { ForeignPair, PairMeasurement, PairPeriod } from './pair-types.js';
import { reordering } from './reordering.js';
import { senderSide } from './sender-side.js';
import type { Bounded } from './types.js';

/** By rate only, a gap is an outage from this many packet intervals on. */
export const GAP_INTERVALS = 3;

/** What a receiver's capture alone tells: by missing sequence numbers, or by gaps in the rate. */
export function receiverOnly(pair: ForeignPair): PairMeasurement {
  if (pair.rx.packets.count === 0) throw new UsageError(`no packet of the flow in ${pair.rx.name}`);
  return pair.sequenceFrom === 'none' ? byRate(pair) : bySequence(pair);
}

function bySequence(pair: ForeignPair): PairMeasurement {
  const rx = within(pair);
  const seen = senderSide(rx);
  const intervalNs = pair.intervalNs ?? medianInterval(seen);
  const byNumber = indexByNumber(rx);
  const periods: PairPeriod[] = [];
  for (let k = 1; k < seen.count; k++) {
    const lost = seen.sequence[k]! - seen.sequence[k - 1]! - 1;
    if (lost === 0) continue;
    const gapNs = seen.atNs[k]! - seen.atNs[k - 1]!;
    const valueNs = Math.round(lost * intervalNs);
    periods.push({
      lost,
      firstLostSeq: seen.sequence[k - 1]! + 1,
      lastLostSeq: seen.sequence[k]! - 1,
      ...unknownSends,
      lastGood: arrivalRef({ name: pair.rx.name, packets: rx }, byNumber.get(seen.sequence[k - 1]!)!),
      firstGood: arrivalRef({ name: pair.rx.name, packets: rx }, byNumber.get(seen.sequence[k]!)!),
      outage: around(valueNs, intervalNs, gapNs, intervalNs),
    });
  }
  const first = new Set<number>();
  const order: number[] = [];
  for (let i = 0; i < rx.count; i++) {
    const number = rx.sequence[i]!;
    if (first.has(number)) continue;
    first.add(number);
    order.push(number);
  }
  const reordered = reordering(order);
  return {
    method: 'receiver-sequence',
    methodText:
      'missing sequence numbers at the receiver times the packet interval (RFC 6412 Eq. 4); there is no sender-side capture',
    ...common(pair, rx, intervalNs, periods),
    sent: seen.count + periods.reduce((sum, period) => sum + period.lost, 0),
    received: seen.count,
    duplicates: seen.repeated,
    reordered: reordered.positions.length,
    reorderingExtentMax: reordered.extents.reduce((a, b) => Math.max(a, b), 0),
    doubts: [
      'no sender-side capture: numbers that were skipped look like lost packets, and a sender that paused in a gap cannot be told from the outage',
    ],
  };
}

function byRate(pair: ForeignPair): PairMeasurement {
  const rx = within(pair);
  const order = Uint32Array.from(rx.atNs, (_, i) => i).sort((a, b) => rx.atNs[a]! - rx.atNs[b]! || a - b);
  const atNs = Float64Array.from(order, (i) => rx.atNs[i]!);
  const sequence = Float64Array.from(order, (_, i) => i);
  const intervalNs = pair.intervalNs ?? medianInterval({ count: rx.count, atNs, sequence });
  const periods: PairPeriod[] = [];
  for (let i = 1; i < rx.count; i++) {
    const gapNs = atNs[i]! - atNs[i - 1]!;
    if (gapNs <= GAP_INTERVALS * intervalNs) continue;
    const lost = Math.max(1, Math.round(gapNs / intervalNs) - 1);
    periods.push({
      lost,
      firstLostSeq: null,
      lastLostSeq: null,
      ...unknownSends,
      lastGood: arrivalRef({ name: pair.rx.name, packets: rx }, order[i - 1]!),
      firstGood: arrivalRef({ name: pair.rx.name, packets: rx }, order[i]!),
      outage: around(Math.round(lost * intervalNs), 2 * intervalNs, gapNs, intervalNs),
    });
  }
  return {
    method: 'rate',
    methodText: `gaps in the rate longer than ${GAP_INTERVALS} packet intervals, accuracy [−2·PSI, T + 1/OL] with PSI = T (RFC 6413 §6)`,
    ...common(pair, rx, intervalNs, periods),
    sent: null,
    received: rx.count,
    duplicates: null,
    reordered: null,
    reorderingExtentMax: null,
    doubts: [
      `by rate only: a sender that paused looks like an outage, and outages up to ${GAP_INTERVALS} packet intervals are not seen`,
    ],
  };
}

const unknownSends = { firstLostSentAt: null, lastLostSentAt: null, senderStallNs: null } as const;

function common(
  pair: ForeignPair,
  rx: FlowPackets,
  intervalNs: number,
  periods: readonly PairPeriod[],
): Pick<
  PairMeasurement,
  'intervalNs' | 'intervalFrom' | 'lost' | 'periods' | 'largest' | 'sum' | 'blindNs' | 'delay' | 'rate'
> {
  const outages = periods.map((period) => period.outage);
  return {
    intervalNs,
    intervalFrom: pair.intervalNs === undefined ? 'median' : 'given',
    lost: periods.reduce((sum, period) => sum + period.lost, 0),
    periods,
    largest: longest(outages),
    sum: total(outages),
    blindNs: null,
    delay: null,
    rate: rateOf(rx, intervalNs),
  };
}

/** The method's accuracy, widened to the gap that was really seen between two arrivals. */
function around(valueNs: number, accuracyNs: number, gapNs: number, intervalNs: number): Bounded {
  return {
    valueNs,
    lowNs: Math.floor(Math.max(0, Math.min(valueNs - accuracyNs, gapNs - 2 * intervalNs))),
    highNs: Math.ceil(Math.max(valueNs + accuracyNs, gapNs)),
  };
}

function indexByNumber(rx: FlowPackets): Map<number, number> {
  const index = new Map<number, number>();
  for (let i = 0; i < rx.count; i++) if (!index.has(rx.sequence[i]!)) index.set(rx.sequence[i]!, i);
  return index;
}

/** The receiver's packets that arrived in the window. */
function within(pair: ForeignPair): FlowPackets {
  const { packets } = pair.rx;
  if (pair.window === undefined) return packets;
  const fromNs = nsBetween(packets.base, instantFromText(pair.window.from));
  const toNs = nsBetween(packets.base, instantFromText(pair.window.to));
  const kept = Uint32Array.from(packets.atNs, (_, i) => i).filter(
    (i) => packets.atNs[i]! >= fromNs && packets.atNs[i]! <= toNs,
  );
  return {
    base: packets.base,
    count: kept.length,
    frame: Uint32Array.from(kept, (i) => packets.frame[i]!),
    atNs: Float64Array.from(kept, (i) => packets.atNs[i]!),
    sequence: Float64Array.from(kept, (i) => packets.sequence[i]!),
  };
}

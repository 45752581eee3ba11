import { UsageError } from '../core/errors.js';
import { instantFromText, nsBetween } from '../core/instant.js';
import { longest, total } from './loss-runs.js';
import type { FlowPackets } from './packets.js';
import { frameRef, medianInterval, problemsOf, rateOf } from './pair-common.js';
import type { ForeignPair, ForeignSide, PairMeasurement, PairPeriod } from './pair-types.js';
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
  const { packets: rx, counts } = within(pair.rx, pair.window);
  const seen = senderSide(rx);
  const taken = counts && numbersTaken(rx, counts);
  const places = counts && Float64Array.from(seen.sequence, (_, k) => k);
  const intervalNs = pair.intervalNs ?? medianInterval(places ? { ...seen, sequence: places } : seen);
  const periods: PairPeriod[] = [];
  for (let k = 1; k < seen.count; k++) {
    const above = seen.sequence[k - 1]! + (taken?.get(seen.sequence[k - 1]!) ?? 1);
    const missing = seen.sequence[k]! - above;
    if (missing <= 0) continue;
    const gapNs = seen.atNs[k]! - seen.atNs[k - 1]!;
    // Where a packet takes several numbers, how many packets are missing is known by time only.
    const lost = taken === undefined ? missing : packetsIn(gapNs, intervalNs);
    const accuracyNs = taken === undefined ? intervalNs : 2 * intervalNs;
    periods.push({
      lost,
      firstLostSeq: above,
      lastLostSeq: seen.sequence[k]! - 1,
      ...unknownSends,
      lastGood: frameRef(pair.rx.name, rx.base, seen.frame[k - 1]!, seen.atNs[k - 1]!),
      firstGood: frameRef(pair.rx.name, rx.base, seen.frame[k]!, seen.atNs[k]!),
      outage: around(Math.round(lost * intervalNs), accuracyNs, gapNs, intervalNs),
    });
  }
  const reordered = reordering([...new Set(rx.sequence)]);
  const figures = common(pair, rx, intervalNs, periods);
  return {
    method: 'receiver-sequence',
    methodText:
      'missing sequence numbers at the receiver times the packet interval (RFC 6412 Eq. 4); there is no sender-side capture',
    ...figures,
    sent: taken === undefined ? seen.count + figures.lost : null,
    received: seen.count,
    duplicates: seen.repeated,
    reordered: reordered.positions.length,
    reorderingExtentMax: reordered.extents.reduce((a, b) => Math.max(a, b), 0),
    doubts: [
      ...problemsOf(pair.rx),
      'no sender-side capture: numbers that were skipped look like lost packets, and a sender that paused in a gap cannot be told from the outage',
    ],
  };
}

function byRate(pair: ForeignPair): PairMeasurement {
  const { packets: rx } = within(pair.rx, pair.window);
  const order = Uint32Array.from(rx.atNs, (_, i) => i).sort((a, b) => rx.atNs[a]! - rx.atNs[b]! || a - b);
  const atNs = Float64Array.from(order, (i) => rx.atNs[i]!);
  const sequence = Float64Array.from(order, (_, i) => i);
  const intervalNs = pair.intervalNs ?? medianInterval({ count: rx.count, atNs, sequence });
  const periods: PairPeriod[] = [];
  for (let i = 1; i < rx.count; i++) {
    const gapNs = atNs[i]! - atNs[i - 1]!;
    if (gapNs <= GAP_INTERVALS * intervalNs) continue;
    const lost = packetsIn(gapNs, intervalNs);
    periods.push({
      lost,
      firstLostSeq: null,
      lastLostSeq: null,
      ...unknownSends,
      lastGood: frameRef(pair.rx.name, rx.base, rx.frame[order[i - 1]!]!, atNs[i - 1]!),
      firstGood: frameRef(pair.rx.name, rx.base, rx.frame[order[i]!]!, atNs[i]!),
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
      ...problemsOf(pair.rx),
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

/** How many packets fit between two arrivals. */
function packetsIn(gapNs: number, intervalNs: number): number {
  return Math.max(1, Math.round(gapNs / intervalNs) - 1);
}

function numbersTaken(rx: FlowPackets, counts: Float64Array): Map<number, number> {
  const taken = new Map<number, number>();
  for (let i = 0; i < rx.count; i++) taken.set(rx.sequence[i]!, counts[i]!);
  return taken;
}

/** The packets that arrived in the window. */
function within(
  { packets, counts }: ForeignSide,
  window: ForeignPair['window'],
): { readonly packets: FlowPackets; readonly counts: Float64Array | undefined } {
  if (window === undefined) return { packets, counts };
  const fromNs = nsBetween(packets.base, instantFromText(window.from));
  const toNs = nsBetween(packets.base, instantFromText(window.to));
  const inside = (_: number, i: number): boolean => packets.atNs[i]! >= fromNs && packets.atNs[i]! <= toNs;
  const atNs = packets.atNs.filter(inside);
  return {
    packets: {
      base: packets.base,
      count: atNs.length,
      frame: packets.frame.filter(inside),
      atNs,
      sequence: packets.sequence.filter(inside),
    },
    counts: counts?.filter(inside),
  };
}

import type { InstantText } from '../core/instant.js';
import type { FlowPackets } from './packets.js';
import type { Bounded, DelayFigures, FrameRef, RateSeries } from './types.js';

/** One flow in captures that faultline did not make. */
export interface ForeignPair {
  /**
   * What the `sequence` columns are: a `field` of the packets (unwrapped, so that it only grows); `identity`: the
   * packet's place among the sender's (0, 1, 2 …) and, in the receiver's column, the place of the same packet there (-1,
   * or left out, where it was never sent); `none`: nothing (rate only).
   */
  readonly sequenceFrom: 'field' | 'identity' | 'none';
  readonly tx: ForeignSide | undefined;
  readonly rx: ForeignSide;
  /** Nominal packet interval; undefined: the median that the captures show. */
  readonly intervalNs: number | undefined;
  /** Both captures were stamped by one clock: one-way delays mean something. */
  readonly sameClock: boolean;
  /** Only packets sent in it are judged; undefined: from the first packet that arrived to the last. */
  readonly window: { readonly from: InstantText; readonly to: InstantText } | undefined;
}

export interface ForeignSide {
  /** For frame references: the file's name. */
  readonly name: string;
  readonly packets: FlowPackets;
  /** How many numbers each packet takes, in the order of `packets`; undefined: one each. */
  readonly counts?: Float64Array | undefined;
  /** Why the columns may be wrong: cut files, packets that could not be told apart … They become doubts. */
  readonly problems?: readonly string[];
}

export interface PairPeriod {
  /** By rate only: how many packets fit into the gap. */
  readonly lost: number;
  readonly firstLostSeq: number | null;
  readonly lastLostSeq: number | null;
  readonly firstLostSentAt: InstantText | null;
  readonly lastLostSentAt: InstantText | null;
  readonly lastGood: FrameRef | null;
  readonly firstGood: FrameRef | null;
  readonly outage: Bounded;
  /** null: without a sender's capture it is not known. */
  readonly senderStallNs: number | null;
}

/** What can be told of one flow between two captures. null: this method cannot tell. */
export interface PairMeasurement {
  readonly method: 'sequence' | 'identity' | 'receiver-sequence' | 'rate';
  /** One line for people: how the figures were found, and what they rest on. */
  readonly methodText: string;
  readonly intervalNs: number;
  readonly intervalFrom: 'given' | 'median';
  readonly sent: number | null;
  readonly received: number;
  readonly lost: number;
  readonly duplicates: number | null;
  readonly reordered: number | null;
  readonly reorderingExtentMax: number | null;
  readonly periods: readonly PairPeriod[];
  /** null where nothing was lost. */
  readonly largest: Bounded | null;
  readonly sum: Bounded | null;
  /** Longest time in which the sender sent nothing. */
  readonly blindNs: number | null;
  readonly delay: DelayFigures | null;
  readonly rate: RateSeries;
  readonly doubts: readonly string[];
}

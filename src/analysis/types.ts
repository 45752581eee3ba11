import type { CaptureReport } from '../capture/types.js';
import type { InstantText } from '../core/instant.js';
import type { Expectation } from '../scenario/types.js';
import type { ArbitratedFlows } from '../scenario/plan.js';
import type { Flow, OrderFlow } from '../traffic/types.js';
import type { OrderMeasurement } from './orders/types.js';
import type { StepEvidence } from './steps/account.js';
import type { Timeline } from './steps/types.js';

/** `before`: until the fault was applied; `initial`: from then until its revert began; `reversion`: from then on. */
export type EventName = 'before' | 'initial' | 'reversion';

/** What a run leaves for the analysis: enough to compute every figure again. Paths are absolute. */
export interface Evidence {
  readonly runTag: number;
  readonly flows: readonly Flow[];
  readonly captures: readonly (CaptureReport & { readonly path: string })[];
  /** Capture that saw the flow leave, and those that saw it arrive, by receiver node. */
  readonly taps: readonly {
    readonly flow: string;
    readonly senderCapture: string;
    readonly receiverCaptures: Readonly<Record<string, string>>;
  }[];
  /** Order entry, with the captures at both ends. Absent: none. */
  readonly orders?: readonly {
    readonly order: OrderFlow;
    readonly clientCapture: string;
    readonly engineCapture: string;
  }[];
  /** Absent: none. */
  readonly arbitrations?: readonly ArbitratedFlows[];
  /** The steps of the control plane, and what the scenario says of their timers. Absent: nobody asked. */
  readonly steps?: StepEvidence;
  /** Absent: real. */
  readonly clock?: 'real' | 'virtual';
  /** Only packets sent in this window are judged. */
  readonly window: { readonly from: InstantText; readonly to: InstantText };
  readonly fault:
    | {
        readonly appliedFrom: InstantText;
        readonly appliedTo: InstantText;
        /** Flows that went past what broke, with the routers that they went over. Absent: not known. */
        readonly beside?: readonly {
          readonly flow: string;
          readonly receiver: string;
          readonly routers: readonly string[];
        }[];
      }
    | undefined;
  readonly revert: { readonly from: InstantText; readonly to: InstantText } | undefined;
  readonly expect: readonly Expectation[];
  /** Reasons known from the run itself why nothing may pass: no steady state, a program that died … */
  readonly impediments: readonly string[];
}

/** A frame in a capture: 1-based number as Wireshark counts, and its stamp. */
export interface FrameRef {
  readonly capture: string;
  readonly frame: number;
  readonly at: InstantText;
}

/** A figure with the interval it certainly lies in. ns. */
export interface Bounded {
  readonly valueNs: number;
  readonly lowNs: number;
  readonly highNs: number;
  /**
   * The end (or the beginning) was not seen: `lowNs` holds, `highNs` is only how far it was watched. No upper limit may
   * pass on it.
   */
  readonly open?: true;
}

/** A run of consecutive sequence numbers that were sent and never arrived (RFC 3357). */
export interface LossPeriod {
  readonly event: EventName;
  readonly lost: number;
  readonly firstLostSeq: number;
  readonly lastLostSeq: number;
  /** Send times by the sender-side capture. */
  readonly firstLostSentAt: InstantText;
  readonly lastLostSentAt: InstantText;
  /** Last good and first good arrival; null: none before, or none after. */
  readonly lastGood: FrameRef | null;
  readonly firstGood: FrameRef | null;
  /**
   * For how long packets that were sent did not get through, by the sender's clock: n·T with ((n−1)·T, (n+1)·T),
   * widened to what the real send times leave open.
   */
  readonly outage: Bounded;
  /** How much of the interval's width comes from a sender that did not keep its pace. */
  readonly senderStallNs: number;
}

/**
 * Figures of one event. RFC 6412 names. A lost packet counts where its loss period began, every other one where it was
 * sent; so `sent` = `received` + `lost`.
 */
export interface EventFigures {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Largest loss period (each bound is the largest of all periods'), and the sum of all; null where nothing was lost. */
  readonly largest: Bounded | null;
  readonly sum: Bounded | null;
  readonly periods: number;
  /**
   * RFC 6412 Eq. 4: lost × T, accuracy ± T (RFC 6413 §6) for each loss period, wider where the sender did not keep its
   * pace; with nothing lost as far as `blindNs`.
   */
  readonly lossDerived: Bounded;
  /**
   * RFC 6412 Eq. 2: recovery instant − event instant (`appliedFrom`, `revert.from`), accuracy [−2·PSI, T + 1/OL] with
   * PSI = T and OL = 1/T, and the time in which the event was applied; null where nothing was lost, it never recovered,
   * or there is no event instant.
   */
  readonly rateDerived: Bounded | null;
  /** Longest time in which the sender sent nothing: an outage shorter than that could hide in it. */
  readonly blindNs: number;
}

export interface DelayFigures {
  readonly samples: number;
  readonly minNs: number;
  readonly medianNs: number;
  readonly p99Ns: number;
  readonly maxNs: number;
  /** PDV (RFC 5481 §4.2), p99 of D − Dmin. */
  readonly pdvP99Ns: number;
  /** Smoothed jitter (RFC 3550 §6.4.1). */
  readonly jitterNs: number;
}

/** RFC 3918 group join delay. Method A: the group was not in the forwarding table before; B: it was. */
export interface JoinFigures {
  readonly delayNs: number;
  readonly uncertaintyNs: number;
  readonly report: FrameRef;
  readonly firstData: FrameRef;
  readonly method: 'A' | 'B' | 'unknown';
  /** What the captures show about it, one line. */
  readonly methodReason?: string;
}

/** Packets per bin, for the plot. */
export interface RateSeries {
  readonly from: InstantText;
  readonly binNs: number;
  readonly counts: readonly number[];
}

/** One flow at one receiver: (S,G) × receiver. */
export interface FlowMeasurement {
  readonly flow: string;
  readonly item: string;
  readonly source: string;
  readonly group: string;
  readonly from: string;
  readonly receiver: string;
  readonly intervalNs: number;
  readonly senderCapture: string;
  readonly receiverCapture: string;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Largest reordering extent (RFC 4737 §4.2.1). */
  readonly reorderingExtentMax: number;
  readonly events: Readonly<Record<EventName, EventFigures>>;
  readonly periods: readonly LossPeriod[];
  readonly delay: DelayFigures | null;
  /** For a receiver that joins late; null also where no data ever came. */
  readonly join: JoinFigures | null;
  readonly rate: RateSeries;
  /** Why figures of this pair cannot be trusted; empty: nothing known. */
  readonly doubts: readonly string[];
  /**
   * Redundant feeds taken together: the flows that they are. A message is lost where it came from none of them; duplicates
   * are those within a feed; reordered is what a receiver that takes the first of each sees. Absent: one flow.
   */
  readonly arbitrates?: readonly string[];
}

export type Outcome = 'pass' | 'fail' | 'inconclusive';

/** One limit, judged. */
export interface Judged {
  readonly flow: string;
  readonly receiver: string;
  readonly event: EventName | 'join';
  /**
   * `outage`, `outage-at-least`, `lost`, `duplicates`, `reordered`, `join-delay`, `unexplained`; of order entry `silence`,
   * `silence-at-least`, `unanswered`, `retransmissions`, `sessions-lost`; `before`: packets lost before the fault;
   * `expectation`: one that matches nothing.
   */
  readonly what: string;
  readonly limit: number;
  readonly measured: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: 'ns' | 'packets' | 'count';
  readonly outcome: Outcome;
  /** One line: why. */
  readonly reason: string;
  readonly because: string | undefined;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** Most important first. */
  readonly reasons: readonly string[];
}

export interface Analysis {
  /** With redundant feeds taken together as flows of their own. */
  readonly flows: readonly FlowMeasurement[];
  /** Absent: there was no order entry. */
  readonly orders?: readonly OrderMeasurement[];
  /** Absent: the scenario has no `steps`. */
  readonly timeline?: Timeline;
  readonly judged: readonly Judged[];
  readonly verdict: Verdict;
}

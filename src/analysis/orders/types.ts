import type { Bounded, DelayFigures, EventName, FrameRef } from '../types.js';

/** What went one way between the captures at both ends. Of UDP datagrams, of TCP segments that carry data (or SYN). */
export interface OrderDirection {
  readonly sent: number;
  readonly arrived: number;
  /** Sent and never arrived; null: segments were cut differently on the way, so that they cannot be matched. */
  readonly lost: number | null;
  /** TCP: sent again, by the sender's capture (RFC 9293 sequence numbers); 0 for UDP. */
  readonly retransmitted: number;
  /** UDP: arrived more than once, or out of order (RFC 4737 §3.3); 0 for TCP, which hides both. */
  readonly duplicates: number;
  readonly reordered: number;
}

/** One time in which the client heard no reply, between two replies (or the edges of what was watched). */
export interface Silence {
  readonly event: EventName;
  /** `lowNs`: so long an order waited for a reply, less what the engine took to answer; `highNs`: from reply to reply. */
  readonly length: Bounded;
  /** Replies before and after; null: none. */
  readonly lastReply: FrameRef | null;
  readonly firstReply: FrameRef | null;
  /** How much of it is a client that placed no order, or an engine that did not answer; 0: no more than machines do. */
  readonly endsStalledNs: number;
}

export interface OrderEventFigures {
  /** Orders that left the client, once each; those that were answered, and those that never were. */
  readonly orders: number;
  readonly answered: number;
  readonly unanswered: number;
  /** The longest silence; null: no reply was due. */
  readonly silence: Silence | null;
  readonly requests: OrderDirection;
  readonly replies: OrderDirection;
  readonly sessionsLost: number;
  readonly sessionsOpened: number;
  /** Longest time in which the client placed no order. */
  readonly blindNs: number;
}

/** One TCP session as the client's capture shows it. */
export interface SessionReport {
  readonly clientPort: number;
  readonly opened: FrameRef;
  /** The handshake's answer; null: it never came. */
  readonly established: FrameRef | null;
  /** null: it was still there when the watching ended. */
  readonly ended: { readonly at: FrameRef; readonly how: string } | null;
  readonly event: EventName;
  /** It was established and ended while orders were placed. */
  readonly lost: boolean;
}

export interface OrderMeasurement {
  readonly item: string;
  readonly over: 'udp' | 'tcp';
  readonly client: string;
  readonly engine: string;
  readonly intervalNs: number;
  readonly clientCapture: string;
  readonly engineCapture: string;
  readonly events: Readonly<Record<EventName, OrderEventFigures>>;
  readonly sessions: readonly SessionReport[];
  /** From an order to its reply, in the client's capture; null: see `responseNote`. */
  readonly response: DelayFigures | null;
  readonly responseNote: string | null;
  readonly doubts: readonly string[];
}

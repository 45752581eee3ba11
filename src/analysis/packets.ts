import type { Instant } from '../core/instant.js';

/**
 * The packets of one flow in one capture, in the file's order, as columns of the same length.
 * Times are nanoseconds after `base` (exact in a double for 104 days) and need not be monotonic.
 */
export interface FlowPackets {
  readonly base: Instant;
  readonly count: number;
  /** 1-based, as Wireshark counts. */
  readonly frame: Uint32Array;
  readonly atNs: Float64Array;
  readonly sequence: Float64Array;
}

/** An IGMP report or leave seen in a receiver's capture (RFC 2236, RFC 3376, RFC 9776). */
export interface MembershipMessage {
  readonly frame: number;
  readonly atNs: number;
  readonly from: string;
  readonly action: 'join' | 'leave';
  readonly group: string;
  /** null: any source. */
  readonly source: string | null;
}

/**
 * TCP segments of a capture (IPv4), in the file's order, as columns of the same length. Addresses are 32-bit numbers;
 * sequence numbers as they stand in the header.
 */
export interface TcpSegments {
  readonly base: Instant;
  readonly count: number;
  readonly frame: Uint32Array;
  readonly atNs: Float64Array;
  readonly source: Float64Array;
  readonly destination: Float64Array;
  readonly sourcePort: Float64Array;
  readonly destinationPort: Float64Array;
  readonly sequence: Float64Array;
  readonly acknowledgement: Float64Array;
  /** Control bits, RFC 9293 §3.1. */
  readonly flags: Float64Array;
  /** Bytes of payload on the wire. */
  readonly length: Float64Array;
}

/** What one pass over one capture gives. */
export interface CaptureContent {
  readonly base: Instant;
  /** By flow id; only packets with the run's own tag. */
  readonly flows: ReadonlyMap<number, FlowPackets>;
  readonly memberships: readonly MembershipMessage[];
  /** Absent: not looked for. */
  readonly tcp?: TcpSegments;
  readonly frames: number;
  /** Not empty: the file is cut or corrupt, and how far it could be read. */
  readonly problems: readonly string[];
}

/** Reads a capture once. Throws where the file is no capture at all. `base` is the zero of all times. */
export type ReadCapture = (path: string, runTag: number, base: Instant) => CaptureContent;

import type { LiveCount } from './types.js';

/**
 * What faultline and its traffic programs say to each other: one JSON object per line, commands on the program's stdin,
 * events on its stdout. Each command has an id and gets exactly one event with that id back; an event without an id
 * is a problem nobody asked for. The end of stdin ends the program.
 */
export interface Command {
  readonly id: number;
  readonly do: string;
}
/** A command as it is asked: its id is given on the way. */
export type Asked<C extends Command> = C extends Command ? Omit<C, 'id'> : never;
export interface Reply {
  readonly event: string;
  readonly id?: number;
}

export interface SenderFlow {
  readonly id: number;
  readonly interface: string;
  /** Source address, dotted quad. */
  readonly address: string;
  readonly sourcePort: number;
  readonly group: string;
  readonly port: number;
  readonly ttl: number;
  readonly intervalNs: number;
  readonly payloadBytes: number;
}
export type SenderCommand = { readonly id: number } & (
  | { readonly do: 'open'; readonly runTag: number; readonly flows: readonly SenderFlow[] }
  | { readonly do: 'start' }
  | { readonly do: 'stop' }
);

/** Consecutive sequence numbers that the kernel refused to send, and why: `ENETUNREACH`, `ENOBUFS` … */
export interface SendFailure {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly error: string;
}
export interface SenderFlowLog {
  readonly flow: number;
  /** Packets the kernel took. Sequence numbers used are `sent + sendErrors`. */
  readonly sent: number;
  readonly sendErrors: number;
  /** The first hundred runs of them. */
  readonly failures: readonly SendFailure[];
  readonly lateNsMedian: number;
  readonly lateNsP99: number;
  readonly lateNsMax: number;
}
export type SenderEvent =
  | { readonly event: 'ready'; readonly id: number }
  | { readonly event: 'started'; readonly id: number; readonly at: string }
  | { readonly event: 'stopped'; readonly id: number; readonly flows: readonly SenderFlowLog[] };

export interface ReceiverFlow {
  readonly id: number;
  readonly interface: string;
  readonly group: string;
  readonly port: number;
  /** Source to join, where the flow is source-specific; null joins the group from any source. */
  readonly source: string | null;
  readonly joinAtStart: boolean;
}
export type ReceiverCommand = { readonly id: number } & (
  | {
      readonly do: 'open';
      readonly runTag: number;
      /** The receiver makes the kernel of its namespace report so, before it joins. */
      readonly igmp: Readonly<Record<string, 2 | 3>>;
      readonly receiveBufferBytes: number;
      readonly flows: readonly ReceiverFlow[];
    }
  | { readonly do: 'join'; readonly flow: number }
  | { readonly do: 'leave'; readonly flow: number }
  | { readonly do: 'counts' }
  | { readonly do: 'stop' }
);

/** One membership request: epoch ns before and after the system call. */
export interface JoinStamps {
  readonly flow: number;
  readonly requestedAt: string;
  readonly doneAt: string;
}
export type ReceiverEvent =
  | {
      readonly event: 'ready';
      readonly id: number;
      readonly receiveBufferBytes: number;
      readonly joins: readonly JoinStamps[];
    }
  | ({ readonly event: 'joined'; readonly id: number } & JoinStamps)
  | ({ readonly event: 'left'; readonly id: number } & JoinStamps)
  | {
      readonly event: 'counts';
      readonly id: number;
      readonly flows: readonly (LiveCount & { readonly flow: number })[];
    }
  | { readonly event: 'stopped'; readonly id: number };

/** A command that failed (with its id; the program goes on or ends by itself), or something nobody asked for. */
export interface ProblemEvent {
  readonly event: 'problem';
  readonly id?: number;
  readonly text: string;
}

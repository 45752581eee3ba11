import type { InstantText } from '../core/instant.js';

/** What the driver and the frame probe say to each other, in the line protocol of the traffic programs. */
export type FrameProbeCommand = { readonly id: number } & (
  | {
      readonly do: 'open';
      /** Interfaces of the node. */
      readonly ports: readonly string[];
      /** Addresses of the run start with these five bytes; hexadecimal. */
      readonly prefix: string;
    }
  /** Sends all of it, one frame each interval, and answers when the last one is out. */
  | {
      readonly do: 'send';
      readonly port: string;
      readonly intervalNs: number;
      /** Hexadecimal. */
      readonly frames: readonly { readonly number: number; readonly hex: string }[];
    }
  /** What came since the last time; at most some thousand frames at once. */
  | { readonly do: 'collect' }
  | { readonly do: 'stop' }
);

export interface ProbedFrame {
  readonly port: string;
  readonly at: InstantText;
  readonly hex: string;
}

export type FrameProbeEvent =
  | { readonly event: 'ready'; readonly id: number }
  | {
      readonly event: 'sent';
      readonly id: number;
      /** In the order of the command. `error`: the kernel did not take it. */
      readonly sent: readonly { readonly number: number; readonly at: InstantText; readonly error: string | null }[];
    }
  | {
      readonly event: 'frames';
      readonly id: number;
      readonly frames: readonly ProbedFrame[];
      /** There may be more. */
      readonly more: boolean;
      /** Frames that the kernel threw away since the last time because the probe was too slow. */
      readonly lost: number;
      /** Frames of other traffic that were looked at and not kept. */
      readonly passedOver: number;
    }
  | { readonly event: 'stopped'; readonly id: number };

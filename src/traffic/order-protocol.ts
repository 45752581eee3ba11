import type { LiveCount, OrderLog } from './types.js';

/** What the order programs are told and say: lines as in `protocol.ts`. */
export interface OrderClientFlow {
  readonly id: number;
  readonly replyId: number;
  readonly over: 'udp' | 'tcp';
  readonly address: string;
  readonly sourcePort: number;
  /** How many ports from there on belong to it. */
  readonly sourcePorts: number;
  readonly engine: string;
  readonly port: number;
  readonly intervalNs: number;
  readonly payloadBytes: number;
  readonly sessionTimeoutNs: number;
}
export type OrderClientCommand = { readonly id: number } & (
  | { readonly do: 'open'; readonly runTag: number; readonly flows: readonly OrderClientFlow[] }
  | { readonly do: 'start' }
  | { readonly do: 'counts' }
  /** No order any more; replies are still heard. */
  | { readonly do: 'halt' }
  | { readonly do: 'stop' }
);
export type OrderClientEvent =
  | { readonly event: 'ready'; readonly id: number }
  | { readonly event: 'started'; readonly id: number; readonly at: string }
  | {
      readonly event: 'counts';
      readonly id: number;
      readonly flows: readonly (LiveCount & { readonly flow: number })[];
    }
  | { readonly event: 'halted'; readonly id: number }
  | {
      readonly event: 'stopped';
      readonly id: number;
      readonly flows: readonly (OrderLog & { readonly flow: number })[];
    };

export interface OrderEngineFlow {
  readonly id: number;
  readonly replyId: number;
  readonly over: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  readonly payloadBytes: number;
}
export type OrderEngineCommand = { readonly id: number } & (
  { readonly do: 'open'; readonly runTag: number; readonly flows: readonly OrderEngineFlow[] } | { readonly do: 'stop' }
);
export type OrderEngineEvent =
  { readonly event: 'ready'; readonly id: number } | { readonly event: 'stopped'; readonly id: number };

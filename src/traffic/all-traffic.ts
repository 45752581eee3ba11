import type { Lab } from '../runtime/types.js';
import { startOrders, type OrderSession } from './order-session.js';
import { startTraffic, type JoinTimes, type TrafficOptions, type TrafficSession } from './session.js';
import type { Flow, LiveCounts, OrderFlow, SentLog } from './types.js';

/** Multicast flows and order entry that run together. */
export class AllTraffic {
  /** @internal */
  constructor(
    private readonly flows: TrafficSession,
    private readonly orders: OrderSession | undefined,
    private readonly problems: readonly string[],
  ) {}

  async startSending(): Promise<void> {
    await Promise.all([this.flows.startSending(), this.orders?.startSending()]);
  }

  async counts(): Promise<LiveCounts> {
    const [flows, orders] = await Promise.all([this.flows.counts(), this.orders?.counts()]);
    return { ...flows, ...orders };
  }

  join(flow: string, receiver: string): Promise<JoinTimes> {
    return this.flows.join(flow, receiver);
  }

  async stopSending(): Promise<void> {
    await Promise.all([this.flows.stopSending(), this.orders?.stopSending()]);
  }

  async stop(): Promise<SentLog> {
    const [log, orders] = await Promise.all([this.flows.stop(), this.orders?.stop()]);
    if (orders === undefined) return log;
    return { ...log, orders, problems: [...log.problems, ...this.problems] };
  }
}

/** @throws as `startTraffic` and `startOrders`: then nothing is left. */
export async function startAllTraffic(
  lab: Lab,
  flows: readonly Flow[],
  options: TrafficOptions & { readonly orders?: readonly OrderFlow[] },
): Promise<AllTraffic> {
  const problems: string[] = [];
  const session = await startTraffic(lab, flows, options);
  if (options.orders === undefined || options.orders.length === 0) return new AllTraffic(session, undefined, problems);
  try {
    const orders = await startOrders(lab, options.orders, {
      runTag: options.runTag,
      problems,
      onProblem: (text) => {
        problems.push(text);
        options.onProblem?.(text);
      },
    });
    return new AllTraffic(session, orders, problems);
  } catch (error) {
    await session.stop();
    throw error;
  }
}

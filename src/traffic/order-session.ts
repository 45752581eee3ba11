import { LabError } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import type { Lab } from '../runtime/types.js';
import type {
  OrderClientCommand,
  OrderClientEvent,
  OrderClientFlow,
  OrderEngineCommand,
  OrderEngineEvent,
  OrderEngineFlow,
} from './order-protocol.js';
import { allOrFirstError, Program } from './program.js';
import { ORDER_PORTS, type LiveCounts, type OrderFlow, type OrderLog } from './types.js';

type Client = {
  readonly program: Program<OrderClientCommand, OrderClientEvent>;
  readonly orders: readonly OrderFlow[];
};
type Engine = {
  readonly program: Program<OrderEngineCommand, OrderEngineEvent>;
  readonly orders: readonly OrderFlow[];
};

/** Order entry in a lab: made by `startOrders`. */
export class OrderSession {
  private log: Promise<Readonly<Record<string, OrderLog>>> | undefined;
  private halted = false;

  /** @internal */
  constructor(
    private readonly clients: readonly Client[],
    private readonly engines: readonly Engine[],
    private readonly problems: string[],
  ) {}

  /** Opens the sessions and places orders from now on. @throws LabError | TimeoutError */
  async startSending(): Promise<readonly Instant[]> {
    const replies = await Promise.all(this.clients.map(({ program }) => program.ask({ do: 'start' }, 'started')));
    return replies.map((reply) => BigInt(reply.at));
  }

  /** The replies that the clients have heard by now. @throws LabError | TimeoutError */
  async counts(): Promise<LiveCounts> {
    const counts: Record<string, LiveCounts[string]> = {};
    for (const { program, orders } of this.clients) {
      const reply = await program.ask({ do: 'counts' }, 'counts');
      for (const { flow, ...count } of reply.flows) {
        const one = orders.find(({ id }) => id === flow)!;
        counts[one.name] = { [one.client.node]: count };
      }
    }
    return counts;
  }

  /** No order any more; replies are still heard. Idempotent; never rejects. */
  async stopSending(): Promise<void> {
    if (this.halted) return;
    this.halted = true;
    await Promise.all(
      this.clients.map(({ program }) => program.ask({ do: 'halt' }, 'halted').catch(() => undefined)), // told by `stop`
    );
  }

  /** Ends sessions and programs. Idempotent; never rejects: what is not known is a problem. */
  stop(): Promise<Readonly<Record<string, OrderLog>>> {
    this.log ??= this.finish();
    return this.log;
  }

  private async finish(): Promise<Readonly<Record<string, OrderLog>>> {
    await this.stopSending();
    const logs: Record<string, OrderLog> = {};
    for (const { program, orders } of this.clients) {
      program.expectEnd();
      try {
        const reply = await program.ask({ do: 'stop' }, 'stopped');
        for (const { flow, ...log } of reply.flows) logs[orders.find(({ id }) => id === flow)!.name] = log;
      } catch (error) {
        this.problems.push(`what ${program.title} placed is unknown: ${(error as Error).message}`);
      }
      await program.end();
    }
    for (const { program } of this.engines) {
      program.expectEnd();
      await program.ask({ do: 'stop' }, 'stopped').catch(() => undefined); // its early end has been told already
      await program.end();
    }
    return logs;
  }
}

/**
 * Starts the programs: engines first, then clients, which wait for `startSending`. Addresses must be filled in.
 * @param problems takes what goes wrong later
 * @throws LabError, CommandError or TimeoutError where a program cannot start: then none is left.
 */
export async function startOrders(
  lab: Lab,
  orders: readonly OrderFlow[],
  options: { readonly runTag: number; readonly problems: string[]; readonly onProblem: (text: string) => void },
): Promise<OrderSession> {
  const { runTag, onProblem } = options;
  const started: { end(): Promise<void> }[] = [];
  try {
    const engines = await allOrFirstError(
      [...byNode(orders, 'engine')].map(async ([node, own]): Promise<Engine> => {
        const program = await Program.start<OrderEngineCommand, OrderEngineEvent>(
          lab.node(node),
          'order-engine',
          onProblem,
        );
        started.push(program);
        await program.ask({ do: 'open', runTag, flows: own.map(engineFlow) }, 'ready');
        return { program, orders: own };
      }),
    );
    const clients = await allOrFirstError(
      [...byNode(orders, 'client')].map(async ([node, own]): Promise<Client> => {
        const program = await Program.start<OrderClientCommand, OrderClientEvent>(
          lab.node(node),
          'order-client',
          onProblem,
        );
        started.push(program);
        await program.ask({ do: 'open', runTag, flows: own.map(clientFlow) }, 'ready');
        return { program, orders: own };
      }),
    );
    return new OrderSession(clients, engines, options.problems);
  } catch (error) {
    await Promise.all(started.map((program) => program.end()));
    throw error;
  }
}

function byNode(orders: readonly OrderFlow[], end: 'client' | 'engine'): ReadonlyMap<string, readonly OrderFlow[]> {
  const nodes = new Map<string, OrderFlow[]>();
  for (const one of orders) {
    if (one[end].address === '') throw new LabError(`${one.name}: ${one[end].node} has no address`);
    nodes.set(one[end].node, [...(nodes.get(one[end].node) ?? []), one]);
  }
  return nodes;
}

function clientFlow(order: OrderFlow): OrderClientFlow {
  const { id, replyId, over, client, engine, port, sourcePort, intervalNs, payloadBytes, sessionTimeoutNs } = order;
  return {
    ...{ id, replyId, over, address: client.address, sourcePort, sourcePorts: ORDER_PORTS },
    ...{ engine: engine.address, port, intervalNs, payloadBytes, sessionTimeoutNs },
  };
}

function engineFlow({ id, replyId, over, engine, port, payloadBytes }: OrderFlow): OrderEngineFlow {
  return { id, replyId, over, address: engine.address, port, payloadBytes };
}

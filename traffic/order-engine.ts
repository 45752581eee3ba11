import { decodePayload, encodePayload, PAYLOAD_HEADER_BYTES } from '../src/packet/payload.js';
import type { OrderEngineCommand, OrderEngineFlow } from '../src/traffic/order-protocol.js';
import { epochNs, wakeOnTime } from './lib/clock.js';
import { Control } from './lib/control.js';
import { sys } from './lib/libc.js';
import {
  acceptFrom,
  ByteQueue,
  EAGAIN,
  listenAt,
  openAt,
  PollSet,
  POLL,
  receiveFrom,
  receiveNow,
  sendNow,
} from './lib/stream-sockets.js';

/** Answers the orders of one node: a reply with the order's number for each, at once. */
type Source = { fd: number; events: number; ready(): void };

class OrderEngine {
  private readonly polled = new PollSet();
  private sources: Source[];
  private readonly inbox = new Uint8Array(65_536);
  private readonly from = new Uint8Array(16);
  private readonly flows: ReadonlyMap<number, OrderEngineFlow>;

  constructor(
    private readonly control: Control<OrderEngineCommand>,
    private readonly setup: Extract<OrderEngineCommand, { do: 'open' }>,
  ) {
    this.flows = new Map(setup.flows.map((flow) => [flow.id, flow]));
    const places = new Map(setup.flows.map((flow) => [`${flow.over} ${flow.address} ${flow.port}`, flow]));
    this.sources = [...places.values()].map(({ over, address, port }) =>
      over === 'udp' ? this.datagrams(openAt('udp', address, port)) : this.listener(listenAt(address, port)),
    );
  }

  run(): void {
    for (;;) {
      this.polled.set(this.sources);
      this.polled.wait(Infinity);
      const ready = this.sources.filter((_, index) => this.polled.ready(index) !== 0);
      const asked = this.polled.ready(-1) !== 0;
      for (const source of ready) source.ready();
      this.sources = this.sources.filter((source) => source.fd >= 0);
      if (!asked) continue;
      const command = this.control.next();
      if (command !== undefined) this.control.emit({ event: 'stopped', id: command.id });
      if (command !== undefined || this.control.ended) return;
    }
  }

  /** @returns undefined where the bytes at `at` are no order of this run */
  private flowOf(bytes: Uint8Array): OrderEngineFlow | undefined {
    const payload = decodePayload(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    return payload?.runTag === this.setup.runTag ? this.flows.get(payload.flowId) : undefined;
  }

  private reply(order: Uint8Array, { replyId, payloadBytes }: OrderEngineFlow): Uint8Array {
    const { sequence } = decodePayload(new DataView(order.buffer, order.byteOffset, order.byteLength), 0)!;
    const bytes = new Uint8Array(payloadBytes);
    const view = new DataView(bytes.buffer);
    encodePayload(view, 0, { flowId: replyId, runTag: this.setup.runTag, sequence, sentAt: epochNs() });
    return bytes;
  }

  private datagrams(fd: number): Source {
    const ready = (): void => {
      for (;;) {
        const length = receiveFrom(fd, this.inbox, this.from);
        if (length < 0) return;
        const order = this.inbox.subarray(0, length);
        const flow = this.flowOf(order);
        if (flow !== undefined) sendNow(fd, this.reply(order, flow), this.from);
      }
    };
    return { fd, events: POLL.in, ready };
  }

  private listener(fd: number): Source {
    const ready = (): void => {
      for (let accepted = acceptFrom(fd); accepted !== undefined; accepted = acceptFrom(fd)) {
        this.sources.push(this.session(accepted));
      }
    };
    return { fd, events: POLL.in, ready };
  }

  private session(fd: number): Source {
    const partial = new ByteQueue();
    const waiting = new ByteQueue();
    const source: Source = {
      fd,
      events: POLL.in,
      ready: () => {
        if (!this.takeOrders(source, partial, waiting) || !flush(source, waiting)) {
          sys.close(source.fd);
          source.fd = -1;
        }
      },
    };
    return source;
  }

  /** @returns false where the session is over */
  private takeOrders(source: Source, partial: ByteQueue, waiting: ByteQueue): boolean {
    for (;;) {
      const length = receiveNow(source.fd, this.inbox);
      if (length === -EAGAIN) return true;
      if (length <= 0) return false;
      partial.add(this.inbox.subarray(0, length));
      while (partial.length >= PAYLOAD_HEADER_BYTES) {
        const flow = this.flowOf(partial.peek());
        if (flow === undefined) return false;
        if (partial.length < flow.payloadBytes) break;
        waiting.add(this.reply(partial.peek(), flow));
        partial.drop(flow.payloadBytes);
      }
    }
  }
}

function flush(source: Source, waiting: ByteQueue): boolean {
  while (waiting.length > 0) {
    const taken = sendNow(source.fd, waiting.peek());
    if (taken === -EAGAIN) break;
    if (taken < 0) return false;
    waiting.drop(taken);
  }
  source.events = waiting.length > 0 ? POLL.in | POLL.out : POLL.in;
  return true;
}

function main(): void {
  const control = new Control<OrderEngineCommand>();
  const command = control.wait(-1);
  if (command === undefined) return;
  try {
    if (command.do !== 'open') throw new Error(`expected open, got ${command.do}`);
    wakeOnTime();
    const engine = new OrderEngine(control, command);
    control.emit({ event: 'ready', id: command.id });
    engine.run();
  } catch (error) {
    control.emit({ event: 'problem', id: command.id, text: (error as Error).message });
    process.exitCode = 1;
  }
}

main();

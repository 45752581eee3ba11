import { decodePayload, encodePayload, PAYLOAD_HEADER_BYTES } from '../../src/packet/payload.js';
import type { OrderClientFlow } from '../../src/traffic/order-protocol.js';
import { SequenceCounter } from '../../src/traffic/sequence-counter.js';
import type { OrderLog } from '../../src/traffic/types.js';
import { epochNs } from './clock.js';
import { sys } from './libc.js';
import {
  abort,
  ByteQueue,
  connectTo,
  EAGAIN,
  EINPROGRESS,
  openAt,
  OpenError,
  pendingError,
  POLL,
  receiveNow,
  sendNow,
} from './stream-sockets.js';

/** Between two attempts to open a session, so that one that is refused at once is not tried without end. */
const RETRY_NS = 100_000_000;
/** More than this waiting to be sent: the order is not placed. */
const MOST_WAITING_BYTES = 1 << 20;

/** One client's side of order entry. Times are of its monotonic clock. */
export abstract class OrderLine {
  readonly counter = new SequenceCounter();
  fd = -1;
  events = 0;
  /** When it wants to be looked at though nothing comes. */
  wakeAtNs = Infinity;
  protected sent = 0;
  protected unsent = 0;
  protected opened = 0;
  protected lost = 0;
  protected readonly order: Uint8Array;
  private readonly view: DataView;

  constructor(
    readonly flow: OrderClientFlow,
    private readonly runTag: number,
  ) {
    this.order = new Uint8Array(flow.payloadBytes);
    this.view = new DataView(this.order.buffer);
  }

  abstract open(nowNs: number): void;
  abstract place(nowNs: number): void;
  abstract ready(revents: number, nowNs: number): void;
  abstract tick(nowNs: number): void;
  abstract close(): void;

  log(): OrderLog {
    const { received } = this.counter.snapshot();
    const { sent, unsent, opened, lost } = this;
    return { sent, unsent, answered: received, sessionsOpened: opened, sessionsLost: lost };
  }

  protected encode(): Uint8Array {
    encodePayload(this.view, 0, {
      ...{ flowId: this.flow.id, runTag: this.runTag },
      ...{ sequence: this.sent, sentAt: epochNs() },
    });
    return this.order;
  }

  /** @returns false where it is no reply to this line's orders */
  protected heard(bytes: Uint8Array, at: number): boolean {
    const payload = decodePayload(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    if (payload?.runTag !== this.runTag || payload.flowId !== this.flow.replyId) return false;
    this.counter.add(payload.sequence);
    return true;
  }
}

/** A request datagram and a reply datagram each. */
export class DatagramLine extends OrderLine {
  private readonly inbox = new Uint8Array(2048);

  open(): void {
    const { address, sourcePort, engine, port } = this.flow;
    this.fd = openAt('udp', address, sourcePort);
    this.events = POLL.in;
    connectTo(this.fd, engine, port);
  }

  /** What the kernel refuses takes no number: the client was not able to place it. */
  place(): void {
    if (sendNow(this.fd, this.encode()) === this.order.length) this.sent += 1;
    else this.unsent += 1;
  }

  ready(): void {
    for (;;) {
      const length = receiveNow(this.fd, this.inbox);
      if (length === -EAGAIN) return;
      if (length >= PAYLOAD_HEADER_BYTES) this.heard(this.inbox, 0);
    }
  }

  tick(): void {
    // Datagrams need no looking after.
  }

  close(): void {
    sys.close(this.fd);
    this.fd = -1;
  }
}

/** Orders and replies in a TCP session, opened anew from the next port when it ends or answers nothing any more. */
export class SessionLine extends OrderLine {
  private state: 'none' | 'connecting' | 'up' = 'none';
  private attempts = 0;
  private openedAtNs = -Infinity;
  private readonly waiting = new ByteQueue();
  private readonly partial = new ByteQueue();
  /** When each order without a reply was placed, oldest first. */
  private outstanding: number[] = [];
  private readonly inbox = new Uint8Array(65_536);

  open(nowNs: number): void {
    const { address, sourcePort, sourcePorts, engine, port } = this.flow;
    this.openedAtNs = nowNs;
    try {
      this.fd = openAt('tcp', address, sourcePort + (this.attempts++ % sourcePorts));
    } catch (error) {
      if (!(error instanceof OpenError)) throw error;
      return this.none();
    }
    const refused = connectTo(this.fd, engine, port);
    if (refused !== 0 && refused !== EINPROGRESS) return this.none();
    this.state = 'connecting';
    this.events = POLL.out;
    this.look();
  }

  place(nowNs: number): void {
    if (this.state !== 'up' || this.waiting.length > MOST_WAITING_BYTES) {
      this.unsent += 1;
      return;
    }
    this.waiting.add(this.encode());
    this.sent += 1;
    this.outstanding.push(nowNs);
    this.flush();
    this.look();
  }

  ready(revents: number, nowNs: number): void {
    if (this.state === 'connecting') {
      if (pendingError(this.fd) !== 0) return this.none();
      this.state = 'up';
      this.opened += 1;
      this.events = POLL.in;
    }
    if (this.state === 'up' && (revents & (POLL.in | POLL.error | POLL.hangUp)) !== 0) this.receive(nowNs);
    if (this.state === 'up') this.flush();
    this.look();
  }

  tick(nowNs: number): void {
    if (nowNs < this.wakeAtNs) return;
    if (this.state !== 'none') this.none();
    if (nowNs >= this.openedAtNs + RETRY_NS) this.open(nowNs);
  }

  close(): void {
    if (this.fd >= 0) sys.close(this.fd);
    this.fd = -1;
    this.wakeAtNs = Infinity;
  }

  private receive(nowNs: number): void {
    for (;;) {
      const length = receiveNow(this.fd, this.inbox);
      if (length === -EAGAIN) return;
      if (length <= 0) {
        this.none();
        if (nowNs >= this.wakeAtNs) this.open(nowNs);
        return;
      }
      this.partial.add(this.inbox.subarray(0, length));
      const size = this.flow.payloadBytes;
      while (this.partial.length >= size) {
        this.heard(this.partial.peek(), 0);
        this.partial.drop(size);
        this.outstanding.shift();
      }
    }
  }

  private flush(): void {
    while (this.waiting.length > 0) {
      const taken = sendNow(this.fd, this.waiting.peek());
      if (taken < 0) {
        if (taken !== -EAGAIN) this.none();
        break;
      }
      this.waiting.drop(taken);
    }
    if (this.state === 'up') this.events = this.waiting.length > 0 ? POLL.in | POLL.out : POLL.in;
  }

  /** There is no session any more; the next one is tried soon. */
  private none(): void {
    if (this.state === 'up') this.lost += 1;
    if (this.fd >= 0) abort(this.fd);
    this.fd = -1;
    this.events = 0;
    this.state = 'none';
    this.waiting.clear();
    this.partial.clear();
    this.outstanding = [];
    this.look();
  }

  private look(): void {
    const { sessionTimeoutNs } = this.flow;
    if (this.state === 'none') this.wakeAtNs = this.openedAtNs + RETRY_NS;
    else if (this.state === 'connecting') this.wakeAtNs = this.openedAtNs + sessionTimeoutNs;
    else this.wakeAtNs = (this.outstanding[0] ?? Infinity) + sessionTimeoutNs;
  }
}

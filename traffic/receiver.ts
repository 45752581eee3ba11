import { readFileSync, writeFileSync } from 'node:fs';
import { decodePayload, PAYLOAD_HEADER_BYTES } from '../src/packet/payload.js';
import type { JoinStamps, ReceiverCommand, ReceiverFlow } from '../src/traffic/protocol.js';
import { SequenceCounter } from '../src/traffic/sequence-counter.js';
import { epochNs } from './lib/clock.js';
import { Control } from './lib/control.js';
import { sys } from './lib/libc.js';
import { membership, openMulticastReceiver, receiveBufferBytes } from './lib/sockets.js';

/**
 * Joins the groups of one node and counts what arrives. It sleeps until something comes, empties all sockets, then lets
 * packets gather for a while: the receive buffers hold them. Its counts are for steady states; figures come from captures.
 */
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
const GATHER_MS = 10;
/** Packets taken from one socket before the others and the commands get their turn. */
const DRAIN_AT_ONCE = 20_000;

class Inlet {
  readonly fd: number;
  readonly counter = new SequenceCounter();
  private readonly membership: { join(): void; leave(): void };

  constructor(
    readonly flow: ReceiverFlow,
    bufferBytes: number,
  ) {
    this.fd = openMulticastReceiver(flow.group, flow.port, bufferBytes);
    this.membership = membership(this.fd, flow);
  }

  change(how: 'join' | 'leave'): JoinStamps {
    const requestedAt = epochNs();
    this.membership[how]();
    const doneAt = epochNs();
    return { flow: this.flow.id, requestedAt: requestedAt.toString(), doneAt: doneAt.toString() };
  }
}

class Receiver {
  private readonly inlets: readonly Inlet[];
  private readonly header = new Uint8Array(PAYLOAD_HEADER_BYTES);
  private readonly view = new DataView(this.header.buffer);
  /** struct pollfd (int fd, short events, short revents) of stdin and every socket. */
  private readonly polled: Int32Array;
  private readonly restore: (() => void)[] = [];

  constructor(
    private readonly control: Control<ReceiverCommand>,
    private readonly setup: Extract<ReceiverCommand, { do: 'open' }>,
  ) {
    for (const [name, version] of Object.entries(setup.igmp)) this.forceIgmp(name, version);
    this.inlets = setup.flows.map((flow) => new Inlet(flow, setup.receiveBufferBytes));
    this.polled = new Int32Array([0, ...this.inlets.map((inlet) => inlet.fd)].flatMap((fd) => [fd, POLLIN]));
    const joins = this.inlets.filter((inlet) => inlet.flow.joinAtStart).map((inlet) => inlet.change('join'));
    const smallest = Math.min(...this.inlets.map((inlet) => receiveBufferBytes(inlet.fd)));
    control.emit({ event: 'ready', id: setup.id, receiveBufferBytes: smallest, joins });
  }

  /** Runs until it is told to stop or nobody is left to tell. */
  run(): void {
    for (;;) {
      for (let index = 1; index < this.polled.length; index += 2) this.polled[index] = POLLIN;
      sys.poll(this.polled, this.polled.length / 2, -1);
      for (const inlet of this.inlets) this.drain(inlet);
      const command = this.control.wait(GATHER_MS);
      if (this.control.ended || (command !== undefined && !this.obey(command))) break;
    }
    for (const undo of this.restore) undo();
  }

  /** The version this namespace's kernel reports with on that interface, whatever queries it hears. */
  private forceIgmp(interfaceName: string, version: number): void {
    const path = `/proc/sys/net/ipv4/conf/${interfaceName}/force_igmp_version`;
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, String(version));
    this.restore.push(() => {
      try {
        writeFileSync(path, before);
      } catch {
        // the interface is gone, and the setting with it
      }
    });
  }

  private drain(inlet: Inlet): void {
    const { header, view } = this;
    for (let turn = 0; turn < DRAIN_AT_ONCE; turn += 1) {
      const length = sys.recv(inlet.fd, header, header.length, MSG_DONTWAIT);
      if (length < 0) return; // nothing more, or an error that this call took off the socket
      if (length < PAYLOAD_HEADER_BYTES) continue;
      const payload = decodePayload(view, 0);
      if (payload === undefined || payload.runTag !== this.setup.runTag || payload.flowId !== inlet.flow.id) continue;
      inlet.counter.add(payload.sequence);
    }
  }

  /** @returns false where that was the last command. */
  private obey(command: ReceiverCommand): boolean {
    const { id } = command;
    try {
      switch (command.do) {
        case 'join':
          this.control.emit({ event: 'joined', id, ...this.inlet(command.flow).change('join') });
          return true;
        case 'leave':
          this.control.emit({ event: 'left', id, ...this.inlet(command.flow).change('leave') });
          return true;
        case 'counts': {
          for (const inlet of this.inlets) this.drain(inlet);
          const flows = this.inlets.map((inlet) => ({ flow: inlet.flow.id, ...inlet.counter.snapshot() }));
          this.control.emit({ event: 'counts', id, flows });
          return true;
        }
        case 'stop':
          this.control.emit({ event: 'stopped', id });
          return false;
        case 'open':
          throw new Error('already open');
      }
    } catch (error) {
      this.control.emit({ event: 'problem', id, text: (error as Error).message });
      return true;
    }
  }

  private inlet(flow: number): Inlet {
    const found = this.inlets.find((inlet) => inlet.flow.id === flow);
    if (found === undefined) throw new Error(`no flow ${flow} here`);
    return found;
  }
}

function main(): void {
  const control = new Control<ReceiverCommand>();
  const command = control.wait(-1);
  if (command === undefined) return;
  try {
    if (command.do !== 'open') throw new Error(`expected open, got ${command.do}`);
    new Receiver(control, command).run();
  } catch (error) {
    control.emit({ event: 'problem', id: command.id, text: (error as Error).message });
    process.exitCode = 1;
  }
}

main();

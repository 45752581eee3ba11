import type { FrameProbeCommand, ProbedFrame } from '../src/l2cp-run/protocol.js';
import { epochNs, MonotonicClock, wakeOnTime } from './lib/clock.js';
import { Control } from './lib/control.js';
import { PacketSocket } from './lib/packet-socket.js';

/**
 * Sends raw frames at the ports of one node and keeps what comes in at them: every frame with an address of the run, and
 * all that is neither IP nor ARP, which is what a device would answer with. The kernel stamps the arrival and holds what
 * comes while frames are sent.
 */
const MOST_AT_ONCE = 4000;
/** Of these only frames of the run are kept. */
const BULK_ETHER_TYPES = [0x0800, 0x0806, 0x86dd];
/** The one IP packet that a run sends, known by its destination where its source was rewritten. */
const MICRO_BFD = Buffer.from('01005e900001', 'hex');
const TAGS = [0x8100, 0x88a8, 0x9100];

class Port {
  readonly socket: PacketSocket;
  private readonly kept: ProbedFrame[] = [];
  passedOver = 0;

  constructor(
    readonly name: string,
    private readonly prefix: Buffer,
  ) {
    this.socket = new PacketSocket(name);
  }

  drain(): void {
    for (let frame = this.socket.receive(); frame !== undefined; frame = this.socket.receive()) {
      const bytes = Buffer.from(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.length);
      if (this.wanted(bytes)) {
        this.kept.push({ port: this.name, at: frame.atNs.toString(), hex: bytes.toString('hex') });
      } else this.passedOver += 1;
    }
  }

  take(most: number): ProbedFrame[] {
    return this.kept.splice(0, most);
  }

  get waiting(): number {
    return this.kept.length;
  }

  /** Addresses of the run also where they stand in the payload: a device may have rewritten the header. */
  private wanted(bytes: Buffer): boolean {
    if (bytes.length < 14 || bytes.includes(this.prefix) || bytes.indexOf(MICRO_BFD) === 0) return true;
    let at = 12;
    while (at + 6 <= bytes.length && TAGS.includes(bytes.readUInt16BE(at))) at += 4;
    return !BULK_ETHER_TYPES.includes(bytes.readUInt16BE(at));
  }
}

class FrameProbe {
  private readonly clock = new MonotonicClock();
  private readonly ports: readonly Port[];

  constructor(
    private readonly control: Control<FrameProbeCommand>,
    setup: Extract<FrameProbeCommand, { do: 'open' }>,
  ) {
    const prefix = Buffer.from(setup.prefix, 'hex');
    this.ports = setup.ports.map((name) => new Port(name, prefix));
    control.emit({ event: 'ready', id: setup.id });
  }

  /** @returns false where that was the last command */
  obey(command: FrameProbeCommand): boolean {
    const { control } = this;
    const { id } = command;
    switch (command.do) {
      case 'send':
        control.emit({ event: 'sent', id, sent: this.send(command) });
        return true;
      case 'collect':
        control.emit({ event: 'frames', id, ...this.collect() });
        return true;
      case 'stop':
        for (const port of this.ports) port.socket.close();
        control.emit({ event: 'stopped', id });
        return false;
      case 'open':
        throw new Error('already open');
    }
  }

  private send(command: Extract<FrameProbeCommand, { do: 'send' }>): object[] {
    const port = this.ports.find(({ name }) => name === command.port);
    if (port === undefined) throw new Error(`no port ${command.port} here`);
    const startNs = this.clock.nowNs();
    return command.frames.map(({ number, hex }, index) => {
      const frame = Buffer.from(hex, 'hex');
      this.clock.sleepUntil(startNs + index * command.intervalNs);
      const at = epochNs().toString();
      const error = port.socket.send(frame) ?? null;
      for (const each of this.ports) each.drain();
      return { number, at, error };
    });
  }

  private collect(): { frames: ProbedFrame[]; more: boolean; lost: number; passedOver: number } {
    const frames: ProbedFrame[] = [];
    let lost = 0;
    let passedOver = 0;
    for (const port of this.ports) {
      port.drain();
      frames.push(...port.take(MOST_AT_ONCE - frames.length));
      lost += port.socket.lost();
      passedOver += port.passedOver;
      port.passedOver = 0;
    }
    return { frames, more: this.ports.some(({ waiting }) => waiting > 0), lost, passedOver };
  }
}

function main(): void {
  const control = new Control<FrameProbeCommand>();
  let command = control.wait(-1);
  if (command === undefined) return;
  try {
    if (command.do !== 'open') throw new Error(`expected open, got ${command.do}`);
    wakeOnTime();
    const probe = new FrameProbe(control, command);
    do command = control.wait(-1);
    while (command !== undefined && probe.obey(command));
  } catch (error) {
    control.emit({ event: 'problem', id: command?.id, text: (error as Error).message });
    process.exitCode = 1;
  }
}

main();

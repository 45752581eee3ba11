import type { OrderClientCommand } from '../src/traffic/order-protocol.js';
import { SendSchedule, spreadPhases } from '../src/traffic/schedule.js';
import { epochNs, MonotonicClock, wakeOnTime } from './lib/clock.js';
import { Control } from './lib/control.js';
import { DatagramLine, SessionLine, type OrderLine } from './lib/order-lines.js';
import { PollSet } from './lib/stream-sockets.js';

/**
 * Places the orders of one node, each flow at its own constant pace by absolute deadlines, and hears the replies. It sleeps
 * until something comes or is due; its counts are for steady states and the journal, figures come from captures.
 */
const START_LEAD_NS = 2_000_000;

class OrderClient {
  private readonly clock = new MonotonicClock();
  private readonly polled = new PollSet();
  private readonly lines: readonly OrderLine[];
  private readonly schedule: SendSchedule;
  /** undefined: nothing is placed, not yet or no more. */
  private startNs: number | undefined;

  constructor(
    private readonly control: Control<OrderClientCommand>,
    { flows, runTag }: Extract<OrderClientCommand, { do: 'open' }>,
  ) {
    this.lines = flows.map((flow) =>
      flow.over === 'udp' ? new DatagramLine(flow, runTag) : new SessionLine(flow, runTag),
    );
    this.schedule = new SendSchedule(spreadPhases(flows.map((flow) => flow.intervalNs)));
  }

  run(): void {
    for (;;) {
      const dueNs = this.startNs === undefined ? Infinity : this.startNs + this.schedule.atNs;
      const wakeNs = Math.min(dueNs, ...this.lines.map((line) => line.wakeAtNs));
      this.polled.set(this.lines);
      this.polled.wait(wakeNs === Infinity ? Infinity : Math.max(0, wakeNs - this.clock.nowNs()));
      const nowNs = this.clock.nowNs();
      this.lines.forEach((line, index) => {
        const revents = this.polled.ready(index);
        if (revents !== 0) line.ready(revents, nowNs);
        line.tick(nowNs);
      });
      this.placeWhatIsDue(nowNs);
      if (this.polled.ready(-1) !== 0 && !this.obey()) return;
    }
  }

  private placeWhatIsDue(nowNs: number): void {
    while (this.startNs !== undefined && nowNs >= this.startNs + this.schedule.atNs) {
      this.lines[this.schedule.flow]!.place(nowNs);
      this.schedule.advance();
    }
  }

  /** @returns false where that was the last command, or nobody is left to tell */
  private obey(): boolean {
    const command = this.control.next();
    if (command === undefined) return !this.control.ended;
    const { id } = command;
    switch (command.do) {
      case 'start':
        this.control.emit({ event: 'started', id, at: epochNs().toString() });
        for (const line of this.lines) line.open(this.clock.nowNs());
        this.startNs = this.clock.nowNs() + START_LEAD_NS;
        return true;
      case 'counts': {
        const flows = this.lines.map((line) => ({ flow: line.flow.id, ...line.counter.snapshot() }));
        this.control.emit({ event: 'counts', id, flows });
        return true;
      }
      case 'halt':
        this.startNs = undefined;
        this.control.emit({ event: 'halted', id });
        return true;
      case 'stop': {
        for (const line of this.lines) line.close();
        const flows = this.lines.map((line) => ({ flow: line.flow.id, ...line.log() }));
        this.control.emit({ event: 'stopped', id, flows });
        return false;
      }
      case 'open':
        throw new Error('already open');
    }
  }
}

function main(): void {
  const control = new Control<OrderClientCommand>();
  const command = control.wait(-1);
  if (command === undefined) return;
  try {
    if (command.do !== 'open') throw new Error(`expected open, got ${command.do}`);
    wakeOnTime();
    const client = new OrderClient(control, command);
    control.emit({ event: 'ready', id: command.id });
    client.run();
  } catch (error) {
    control.emit({ event: 'problem', text: (error as Error).message });
    process.exitCode = 1;
  }
}

main();

import { encodePayload } from '../src/packet/payload.js';
import { Lateness } from '../src/traffic/lateness.js';
import type { SendFailure, SenderCommand, SenderFlow, SenderFlowLog } from '../src/traffic/protocol.js';
import { SendSchedule, spreadPhases } from '../src/traffic/schedule.js';
import { epochNs, MonotonicClock, wakeOnTime } from './lib/clock.js';
import { Control } from './lib/control.js';
import { errnoName, lastErrno, must, sys } from './lib/libc.js';
import { openMulticastSender, sockaddrIn } from './lib/sockets.js';

/**
 * Sends all flows of one node, each at its own constant rate, by absolute deadlines: sleeps until the next one is due,
 * and after a stall sends at once whatever is due by then. No sequence number is ever skipped.
 */
const MSG_DONTWAIT = 0x40;
const CONTROL_EVERY_NS = 50_000_000;
const START_LEAD_NS = 2_000_000;
const FAILURES_KEPT = 100;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const WARM_UP_PACKETS = 3000;

class Outlet {
  readonly lateness = new Lateness();
  readonly failures: SendFailure[] = [];
  sent = 0;
  sendErrors = 0;
  private readonly packet: Uint8Array;
  private readonly view: DataView;

  constructor(
    private readonly fd: number,
    private readonly destination: Uint8Array | null,
    private readonly flowId: number,
    private readonly runTag: number,
    payloadBytes: number,
  ) {
    this.packet = new Uint8Array(payloadBytes);
    this.view = new DataView(this.packet.buffer);
  }

  send(sequence: number, lateNs: number): void {
    this.lateness.add(lateNs);
    encodePayload(this.view, 0, { flowId: this.flowId, runTag: this.runTag, sequence, sentAt: epochNs() });
    const { packet, destination } = this;
    const result = sys.sendto(this.fd, packet, packet.length, MSG_DONTWAIT, destination, destination?.length ?? 0);
    if (result === packet.length) this.sent += 1;
    else this.failed(sequence, lastErrno());
  }

  private failed(sequence: number, errno: number): void {
    this.sendErrors += 1;
    const error = errnoName(errno);
    const last = this.failures.at(-1);
    if (last !== undefined && last.error === error && last.lastSequence === sequence - 1) {
      this.failures[this.failures.length - 1] = { ...last, lastSequence: sequence };
    } else if (this.failures.length < FAILURES_KEPT) {
      this.failures.push({ firstSequence: sequence, lastSequence: sequence, error });
    }
  }

  log(flow: number): SenderFlowLog {
    return {
      flow,
      sent: this.sent,
      sendErrors: this.sendErrors,
      failures: this.failures,
      lateNsMedian: this.lateness.quantileNs(0.5),
      lateNsP99: this.lateness.quantileNs(0.99),
      lateNsMax: this.lateness.maxNs,
    };
  }
}

/** First calls are slow (7 ms were seen): the whole path is run into a socket pair that leads nowhere. */
function warmUp(clock: MonotonicClock, control: Control<SenderCommand>): void {
  const pair = new Int32Array(2);
  must(sys.socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 'socketpair');
  const outlets = [0, 1, 2].map((id) => new Outlet(pair[0]!, null, id, 0, 64));
  const schedule = new SendSchedule(spreadPhases(outlets.map(() => 1000)));
  const inbox = new Uint8Array(64);
  for (let count = 0; count < WARM_UP_PACKETS; count += 1) {
    const lateNs = clock.nowNs() - schedule.atNs;
    clock.sleepUntil(count % 100 === 0 ? clock.nowNs() + 10_000 : 0);
    outlets[schedule.flow]!.send(schedule.sequence, lateNs);
    if (count % 2 === 0) sys.recv(pair[1]!, inbox, inbox.length, MSG_DONTWAIT);
    schedule.advance();
  }
  for (const outlet of outlets) outlet.log(0);
  control.next();
  sys.close(pair[0]!);
  sys.close(pair[1]!);
}

/** @returns the command that ended it; undefined where the line ended. */
function sendUntilStopped(
  clock: MonotonicClock,
  control: Control<SenderCommand>,
  schedule: SendSchedule,
  outlets: readonly Outlet[],
  startNs: number,
): SenderCommand | undefined {
  let controlAtNs = startNs + CONTROL_EVERY_NS;
  for (;;) {
    const packetAtNs = startNs + schedule.atNs;
    const wakeAtNs = Math.min(packetAtNs, controlAtNs);
    let nowNs = clock.nowNs();
    if (nowNs < wakeAtNs) {
      clock.sleepUntil(wakeAtNs);
      nowNs = clock.nowNs();
    }
    if (nowNs >= packetAtNs) {
      outlets[schedule.flow]!.send(schedule.sequence, nowNs - packetAtNs);
      schedule.advance();
    }
    if (nowNs >= controlAtNs) {
      const command = control.next();
      if (command !== undefined || control.ended) return command;
      controlAtNs = nowNs + CONTROL_EVERY_NS;
    }
  }
}

function open(flows: readonly SenderFlow[], runTag: number): readonly Outlet[] {
  return flows.map((flow) => {
    const destination = sockaddrIn(flow.group, flow.port);
    return new Outlet(openMulticastSender(flow), destination, flow.id, runTag, flow.payloadBytes);
  });
}

function main(): void {
  const control = new Control<SenderCommand>();
  const clock = new MonotonicClock();
  let command = control.wait(-1);
  if (command === undefined) return;
  try {
    if (command.do !== 'open') throw new Error(`expected open, got ${command.do}`);
    const { flows } = command;
    const outlets = open(flows, command.runTag);
    const schedule = new SendSchedule(spreadPhases(flows.map((flow) => flow.intervalNs)));
    wakeOnTime();
    warmUp(clock, control);
    control.emit({ event: 'ready', id: command.id });
    command = control.wait(-1);
    if (command?.do === 'start') {
      control.emit({ event: 'started', id: command.id, at: epochNs().toString() });
      command = sendUntilStopped(clock, control, schedule, outlets, clock.nowNs() + START_LEAD_NS);
    }
    if (command === undefined) return;
    if (command.do !== 'stop') throw new Error(`unexpected ${command.do}`);
    const log = flows.map((flow, index) => outlets[index]!.log(flow.id));
    control.emit({ event: 'stopped', id: command.id, flows: log });
  } catch (error) {
    control.emit({ event: 'problem', id: command?.id, text: (error as Error).message });
    process.exitCode = 1;
  }
}

main();

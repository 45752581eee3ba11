import { runPrefix } from '../l2cp/frame.js';
import { portName, type PortRef, type ReceivedFrame, type SentFrame } from '../l2cp/observations.js';
import type { PlannedFrame } from '../l2cp/plan.js';
import type { Lab } from '../runtime/types.js';
import { Program } from '../traffic/program.js';
import type { FrameProbeCommand, FrameProbeEvent } from './protocol.js';

type Probe = Program<FrameProbeCommand, FrameProbeEvent>;

const FRAMES_AT_ONCE = 400;

/** The frame probes of a run: one process for each node that has a port in it. */
export class FrameProbes {
  readonly received: ReceivedFrame[] = [];
  readonly sent: SentFrame[] = [];
  readonly problems = new Set<string>();
  private readonly probes = new Map<string, Probe>();

  private constructor(
    private readonly ports: { readonly forward: PortRef; readonly backward: PortRef },
    private readonly intervalNs: number,
  ) {}

  /** @throws LabError, CommandError where a probe cannot be started; those that run are ended then */
  static async start(
    lab: Lab,
    options: {
      readonly forward: PortRef;
      readonly backward: PortRef;
      readonly watch: readonly PortRef[];
      readonly runTag: number;
      readonly intervalNs: number;
    },
  ): Promise<FrameProbes> {
    const all = [options.forward, options.backward, ...options.watch];
    const probes = new FrameProbes(options, options.intervalNs);
    const prefix = Buffer.from(runPrefix(options.runTag)).toString('hex');
    try {
      for (const node of new Set(all.map((port) => port.node))) {
        const program: Probe = await Program.start(lab.node(node), 'frame-probe', (text) => probes.problems.add(text));
        probes.probes.set(node, program);
        const ports = [...new Set(all.filter((port) => port.node === node).map((port) => port.interface))];
        await program.ask({ do: 'open', ports, prefix }, 'ready');
      }
      return probes;
    } catch (error) {
      await probes.stop();
      throw error;
    }
  }

  /** Sends in both directions at once, in parts; what comes in meanwhile is taken in between. */
  async send(
    frames: readonly PlannedFrame[],
    onPart: (sent: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const left = { forward: frames.filter(forward), backward: frames.filter((frame) => !forward(frame)) };
    let done = 0;
    while (left.forward.length + left.backward.length > 0) {
      const parts = (['forward', 'backward'] as const).map((direction) => ({
        direction,
        part: left[direction].splice(0, FRAMES_AT_ONCE),
      }));
      await Promise.all(parts.map(({ direction, part }) => this.sendPart(this.ports[direction], part)));
      done += parts.reduce((sum, { part }) => sum + part.length, 0);
      await this.collect();
      await onPart(done);
    }
  }

  /** Takes over what has come in. */
  async collect(): Promise<void> {
    for (const [node, probe] of this.probes) {
      for (let more = true; more;) {
        const reply = await probe.ask({ do: 'collect' }, 'frames');
        this.received.push(
          ...reply.frames.map(({ port, at, hex }) => ({ port: portName({ node, interface: port }), at, hex })),
        );
        if (reply.lost > 0) this.problems.add(`the frame probe of ${node} was too slow: the kernel dropped frames`);
        more = reply.more;
      }
    }
  }

  async stop(): Promise<void> {
    for (const probe of this.probes.values()) probe.expectEnd();
    await Promise.all([...this.probes.values()].map((probe) => probe.end()));
  }

  private async sendPart(port: PortRef, part: readonly PlannedFrame[]): Promise<void> {
    if (part.length === 0) return;
    const frames = part.map(({ number, hex }) => ({ number, hex }));
    const probe = this.probes.get(port.node)!;
    const command = { do: 'send', port: port.interface, intervalNs: this.intervalNs, frames } as const;
    const reply = await probe.ask(command, 'sent');
    reply.sent.forEach(({ at, error }, index) => this.sent.push({ ...part[index]!, at, error }));
  }
}

function forward({ direction }: PlannedFrame): boolean {
  return direction === 'forward';
}

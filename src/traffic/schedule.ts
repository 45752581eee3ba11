/** What the schedule needs of a flow. `phaseNs` is when its first packet is due, counted from the start. */
export interface PacedFlow {
  readonly intervalNs: number;
  readonly phaseNs: number;
}

/**
 * Which flow is due next, and when: a binary heap of absolute deadlines, ns after the start. Packet n of a flow is due
 * at `phaseNs + n × intervalNs` however late the packets before it went, so a pace never drifts. Flows that are due in
 * the same nanosecond come in the order they were given.
 */
export class SendSchedule {
  private readonly heap: number[];
  private readonly dueNs: number[];
  private readonly sent: number[];

  constructor(private readonly flows: readonly PacedFlow[]) {
    if (flows.length === 0) throw new RangeError('no flow to pace');
    this.dueNs = flows.map((flow) => flow.phaseNs);
    this.sent = flows.map(() => 0);
    this.heap = flows.map((_, index) => index).sort((a, b) => (this.before(a, b) ? -1 : 1));
  }

  /** The flow (its index) that is due next. */
  get flow(): number {
    return this.heap[0]!;
  }

  /** When it is due, ns after the start. */
  get atNs(): number {
    return this.dueNs[this.heap[0]!]!;
  }

  /** Sequence number of the packet that is due next. */
  get sequence(): number {
    return this.sent[this.heap[0]!]!;
  }

  /** How many packets of a flow were due and taken so far. */
  taken(flow: number): number {
    return this.sent[flow]!;
  }

  /** Takes the packet that was due: on to the next deadline. */
  advance(): void {
    const flow = this.heap[0]!;
    const { intervalNs, phaseNs } = this.flows[flow]!;
    this.sent[flow]! += 1;
    this.dueNs[flow] = phaseNs + this.sent[flow]! * intervalNs;
    this.sink();
  }

  private before(a: number, b: number): boolean {
    const difference = this.dueNs[a]! - this.dueNs[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }

  private sink(): void {
    const { heap } = this;
    const moving = heap[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!this.before(heap[child]!, moving)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moving;
  }
}

/** Spreads the first packets of the flows of one sender over their intervals (i·T/n), so that not all are due at once. */
export function spreadPhases(intervalsNs: readonly number[]): readonly PacedFlow[] {
  return intervalsNs.map((intervalNs, index) => ({
    intervalNs,
    phaseNs: Math.floor((index * intervalNs) / intervalsNs.length),
  }));
}

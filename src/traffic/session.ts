import { LabError } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import type { Lab } from '../runtime/types.js';
import { allOrFirstError, Program, type ProgramName } from './program.js';
import type {
  Command,
  JoinStamps,
  ReceiverCommand,
  ReceiverEvent,
  Reply,
  SenderCommand,
  SenderEvent,
} from './protocol.js';
import { receiverSetups, senderSetups, type ReceiverSetup, type SenderSetup } from './setup.js';
import type { Flow, LiveCount, LiveCounts, SentLog } from './types.js';

const RECEIVE_BUFFER_BYTES = 4 << 20;
const NOTHING: LiveCount = { received: 0, missing: 0, duplicates: 0, highest: -1 };

export interface TrafficOptions {
  /** 0–2^32−1: the receivers count packets of this run only. */
  readonly runTag: number;
  /** Told at once; the same text stands in the log's `problems`. */
  readonly onProblem?: (text: string) => void;
}

export interface JoinTimes {
  /** Immediately before and after the system call. The report itself leaves a few milliseconds later. */
  readonly requestedAt: Instant;
  readonly doneAt: Instant;
}

type Receiver = ReceiverSetup & { readonly program: Program<ReceiverCommand, ReceiverEvent> };
type Sender = SenderSetup & { readonly program: Program<SenderCommand, SenderEvent> };

/** Traffic in a lab: made by `startTraffic`. */
export class TrafficSession {
  private readonly sentLogs: Record<string, SentLog['flows'][string]> = {};
  private sending = false;
  private log: Promise<SentLog> | undefined;

  /** @internal */
  constructor(
    private readonly flows: readonly Flow[],
    private readonly senders: readonly Sender[],
    private readonly receivers: readonly Receiver[],
    private readonly joins: SentLog['joins'][number][],
    private readonly problems: string[],
  ) {}

  /**
   * Starts all senders. @returns when the last of them said that it began; its first packet leaves 2 ms later.
   * @throws LabError | TimeoutError
   */
  async startSending(): Promise<{ readonly at: Instant }> {
    this.sending = true;
    const replies = await Promise.all(this.senders.map(({ program }) => program.ask({ do: 'start' }, 'started')));
    return { at: replies.map((reply) => BigInt(reply.at)).reduce((last, at) => (at > last ? at : last), 0n) };
  }

  /** What the receivers have counted by now. @throws LabError where one of them has ended; TimeoutError */
  async counts(): Promise<LiveCounts> {
    const counts: Record<string, Record<string, LiveCount>> = {};
    for (const flow of this.flows) {
      counts[flow.name] = Object.fromEntries(flow.receivers.map((receiver) => [receiver.node, NOTHING]));
    }
    await Promise.all(
      this.receivers.map(async ({ node, program }) => {
        const reply = await program.ask({ do: 'counts' }, 'counts');
        for (const { flow, ...count } of reply.flows) counts[this.flowOf(flow).name]![node] = count;
      }),
    );
    return counts;
  }

  /**
   * Lets a receiver join a flow now. The log keeps the times.
   * @throws LabError where there is no such pair, or the join failed; TimeoutError
   */
  async join(flowName: string, node: string): Promise<JoinTimes> {
    const [receiver, flow] = this.pair(flowName, node);
    const reply = await receiver.program.ask({ do: 'join', flow: flow.id }, 'joined');
    this.joins.push(joinOf(reply, flow, node));
    return { requestedAt: BigInt(reply.requestedAt), doneAt: BigInt(reply.doneAt) };
  }

  /** Lets a receiver leave a flow now. @throws as `join` */
  async leave(flowName: string, node: string): Promise<JoinTimes> {
    const [receiver, flow] = this.pair(flowName, node);
    const reply = await receiver.program.ask({ do: 'leave', flow: flow.id }, 'left');
    return { requestedAt: BigInt(reply.requestedAt), doneAt: BigInt(reply.doneAt) };
  }

  /**
   * Ends the senders; the receivers stay joined, so that what is under way still arrives. Idempotent. Never rejects: a
   * sender that does not say what it sent is a problem in the log.
   */
  async stopSending(): Promise<void> {
    await Promise.all(
      this.senders.map(async ({ program, flows }) => {
        if (flows.every((flow) => this.flowOf(flow.id).name in this.sentLogs)) return;
        try {
          program.expectEnd();
          if (!program.running) throw new LabError(`${program.title} had ended`);
          const reply = await program.ask({ do: 'stop' }, 'stopped');
          for (const { flow, sent, sendErrors, lateNsMax, failures } of reply.flows) {
            this.sentLogs[this.flowOf(flow).name] = { sent, sendErrors, lateNsMax, failures };
          }
        } catch (error) {
          if (this.sending) this.problems.push(`what ${program.title} sent is unknown: ${(error as Error).message}`);
          for (const flow of flows) this.sentLogs[this.flowOf(flow.id).name] = { sent: 0, sendErrors: 0, lateNsMax: 0 };
        }
        await program.end();
      }),
    );
  }

  /** Ends everything and says what was sent. Idempotent; never rejects. */
  stop(): Promise<SentLog> {
    this.log ??= this.finish();
    return this.log;
  }

  private async finish(): Promise<SentLog> {
    await this.stopSending();
    await Promise.all(
      this.receivers.map(async ({ program }) => {
        program.expectEnd();
        await program.ask({ do: 'stop' }, 'stopped').catch(() => undefined); // its early end has been told already
        await program.end();
      }),
    );
    return { flows: this.sentLogs, joins: this.joins, problems: this.problems };
  }

  private pair(flowName: string, node: string): readonly [Receiver, Flow] {
    const flow = this.flows.find(({ name }) => name === flowName);
    const receiver = this.receivers.find((candidate) => candidate.node === node);
    if (flow === undefined || receiver === undefined || !receiver.flows.some(({ id }) => id === flow.id)) {
      throw new LabError(`${node} does not receive ${flowName}`);
    }
    return [receiver, flow];
  }

  private flowOf(id: number): Flow {
    return this.flows.find((flow) => flow.id === id)!;
  }
}

function joinOf(stamps: JoinStamps, flow: Flow, receiver: string): SentLog['joins'][number] {
  return { flow: flow.name, receiver, requestedAt: stamps.requestedAt, doneAt: stamps.doneAt };
}

/**
 * Starts the programs: receivers first, which join what is to be joined from the start, then the senders, which wait for
 * `startSending`. Resolves when all are ready. Addresses must be filled in (`resolveFlowAddresses`).
 * @throws UsageError where flows contradict each other; LabError, CommandError or TimeoutError where a program cannot
 *   start: then none is left.
 */
export async function startTraffic(lab: Lab, flows: readonly Flow[], options: TrafficOptions): Promise<TrafficSession> {
  const problems: string[] = [];
  const onProblem = (text: string): void => {
    problems.push(text);
    options.onProblem?.(text);
  };
  const wantedReceivers = receiverSetups(flows);
  const wantedSenders = senderSetups(flows);
  const started: { end(): Promise<void> }[] = [];
  const start = async <C extends Command, E extends Reply>(node: string, name: ProgramName): Promise<Program<C, E>> => {
    const program = await Program.start<C, E>(lab.node(node), name, onProblem);
    started.push(program);
    return program;
  };
  const joins: SentLog['joins'][number][] = [];
  try {
    const [receivers, senders] = await allOrFirstError([
      allOrFirstError(
        wantedReceivers.map(async (setup): Promise<Receiver> => ({
          ...setup,
          program: await start(setup.node, 'receiver'),
        })),
      ),
      allOrFirstError(
        wantedSenders.map(async (setup): Promise<Sender> => ({ ...setup, program: await start(setup.node, 'sender') })),
      ),
    ]);
    const { runTag } = options;
    const joined = await allOrFirstError(
      receivers.map(({ program, igmp, flows }) =>
        program.ask({ do: 'open', runTag, igmp, flows, receiveBufferBytes: RECEIVE_BUFFER_BYTES }, 'ready'),
      ),
    );
    joined.forEach((reply, index) => {
      for (const stamps of reply.joins) {
        joins.push(
          joinOf(
            stamps,
            flows.find((flow) => flow.id === stamps.flow)!,
            receivers[index]!.node,
          ),
        );
      }
    });
    await allOrFirstError(senders.map(({ program, flows }) => program.ask({ do: 'open', runTag, flows }, 'ready')));
    return new TrafficSession(flows, senders, receivers, joins, problems);
  } catch (error) {
    await Promise.all(started.map((program) => program.end()));
    throw error;
  }
}

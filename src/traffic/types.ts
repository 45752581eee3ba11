/**
 * One stream of numbered packets from one node to one group, and who shall get it.
 * A scenario's traffic item with several groups becomes several flows.
 */
export interface Flow {
  /** 1–65535, unique in the run, carried in every packet. */
  readonly id: number;
  /** `publish`, or `publish[239.1.1.2]` where the item has several groups. */
  readonly name: string;
  /** The scenario's item: expectations for it hold for each of its flows. */
  readonly item: string;
  readonly from: { readonly node: string; readonly interface: string; readonly address: string };
  /** Destination: a multicast group, dotted quad. */
  readonly group: string;
  readonly port: number;
  /** Source-specific: receivers join (source, group). */
  readonly ssm: boolean;
  readonly intervalNs: number;
  readonly payloadBytes: number;
  readonly ttl: number;
  /** What the scenario says of the tree the flow is kept on; a steady state checks it. */
  readonly tree: 'shared' | 'shortest-path' | undefined;
  readonly receivers: readonly FlowReceiver[];
}

export interface FlowReceiver {
  readonly node: string;
  readonly interface: string;
  readonly address: string;
  /** IGMP version of its report: 2 or 3. SSM needs 3. */
  readonly igmp: 2 | 3;
  /** When it joins: with the traffic, or so long after the fault was applied. */
  readonly join: { readonly when: 'start' } | { readonly when: 'after-fault'; readonly offsetNs: number };
}

/**
 * Order entry between a client and a matching engine: numbered orders one way at a constant pace, each answered by a reply
 * with its number. `udp`: one datagram each; `tcp`: messages of one size in one session, which is opened anew when it is lost.
 */
export interface OrderFlow {
  /** 1–65535, in every order; no other flow's. */
  readonly id: number;
  /** In every reply. */
  readonly replyId: number;
  /** The scenario's item. */
  readonly name: string;
  readonly over: 'udp' | 'tcp';
  readonly client: OrderEnd;
  readonly engine: OrderEnd;
  /** Where the engine listens. */
  readonly port: number;
  /** The client's first port; TCP takes the next one for each new session, of `ORDER_PORTS`. */
  readonly sourcePort: number;
  readonly intervalNs: number;
  /** Of each order and each reply. */
  readonly payloadBytes: number;
  /** A session whose oldest unanswered order is older than this is given up, and a new one opened. */
  readonly sessionTimeoutNs: number;
}

export interface OrderEnd {
  readonly node: string;
  readonly interface: string;
  readonly address: string;
}

/** Ids of flows, orders and replies are 16 bits of every packet. */
export const MAX_FLOW_ID = 65_535;

/** Client ports that belong to one flow of orders. */
export const ORDER_PORTS = 100;

/** What the order programs say they did, by item: for the journal; figures come from captures. */
export interface OrderLog {
  /** Orders that the kernel took. */
  readonly sent: number;
  /** Orders that were due while there was no session, or that the kernel refused. */
  readonly unsent: number;
  readonly answered: number;
  /** TCP: how often a session was opened, and how often one ended or was given up. */
  readonly sessionsOpened: number;
  readonly sessionsLost: number;
}

/** Counters as the receiving program sees them: for steady states, never for a measured figure. */
export interface LiveCount {
  readonly received: number;
  /** Sequence numbers missing below the highest one seen. */
  readonly missing: number;
  readonly duplicates: number;
  /** Highest sequence number seen; -1 where none. */
  readonly highest: number;
}
/** By flow name, then by receiver node. A pair that nothing was received for has zero counts. */
export type LiveCounts = Readonly<Record<string, Readonly<Record<string, LiveCount>>>>;

/** What the sending and joining programs say they did: for the journal, beside the captures. */
export interface SentLog {
  readonly flows: Readonly<
    Record<
      string,
      {
        /** Packets that the kernel took; sequence numbers used are `sent + sendErrors`. */
        readonly sent: number;
        readonly sendErrors: number;
        readonly lateNsMax: number;
        /** Which sequence numbers the kernel refused, and why: the first hundred runs of them. */
        readonly failures?: readonly {
          readonly firstSequence: number;
          readonly lastSequence: number;
          readonly error: string;
        }[];
      }
    >
  >;
  readonly joins: readonly {
    readonly flow: string;
    readonly receiver: string;
    /** Epoch ns before and after the system call, as text. */
    readonly requestedAt: string;
    readonly doneAt: string;
  }[];
  /** Order entry, by item. Absent: there was none. */
  readonly orders?: Readonly<Record<string, OrderLog>>;
  /** Programs that ended early, could not bind … : makes the run inconclusive. */
  readonly problems: readonly string[];
}

import { z } from 'zod';
import { STEP_KINDS, type StepKind } from '../analysis/steps/types.js';

/** The parts of a result that the analysis computes: `src/analysis/types.ts`, as a schema. */

export const instant = z
  .string()
  .regex(/^\d+$/, 'not an instant: decimal digits, nanoseconds since 1970')
  .meta({ id: 'Instant', description: 'Nanoseconds since 1970-01-01T00:00:00Z, as decimal digits.' });
export const count = z.int().min(0);
const ns = z.number();
const nsOrMore = z.number().min(0);

export const frameRef = z
  .strictObject({ capture: z.string(), frame: z.int().min(1), at: instant })
  .meta({ id: 'FrameRef', description: 'A frame in a capture: numbered from 1, and its time stamp.' });

export const bounded = z.strictObject({ valueNs: ns, lowNs: ns, highNs: ns, open: z.literal(true).optional() }).meta({
  id: 'Bounded',
  description: 'A figure with the interval it lies in; nanoseconds. Open: only the lower end is known.',
});

const eventName = z.enum(['before', 'initial', 'reversion']);
const outcome = z.enum(['pass', 'fail', 'inconclusive']);

const lossPeriod = z
  .strictObject({
    event: eventName,
    lost: count,
    firstLostSeq: count,
    lastLostSeq: count,
    firstLostSentAt: instant,
    lastLostSentAt: instant,
    lastGood: frameRef.nullable(),
    firstGood: frameRef.nullable(),
    outage: bounded,
    senderStallNs: nsOrMore,
  })
  .meta({ id: 'LossPeriod', description: 'Consecutive packets that were sent and never arrived (RFC 3357).' });

const eventFigures = z
  .strictObject({
    sent: count,
    received: count,
    lost: count,
    duplicates: count,
    reordered: count,
    largest: bounded.nullable(),
    sum: bounded.nullable(),
    periods: count,
    lossDerived: bounded,
    rateDerived: bounded.nullable(),
    blindNs: nsOrMore,
  })
  .meta({ id: 'EventFigures', description: 'Figures of one event, named as in RFC 6412.' });

const delay = z.strictObject({
  samples: count,
  minNs: ns,
  medianNs: ns,
  p99Ns: ns,
  maxNs: ns,
  pdvP99Ns: ns,
  jitterNs: ns,
});

const join = z.strictObject({
  delayNs: ns,
  uncertaintyNs: nsOrMore,
  report: frameRef,
  firstData: frameRef,
  method: z.enum(['A', 'B', 'unknown']),
  methodReason: z.string().optional(),
});

const flowMeasurement = z
  .strictObject({
    flow: z.string(),
    item: z.string(),
    source: z.string(),
    group: z.string(),
    from: z.string(),
    receiver: z.string(),
    intervalNs: z.number().positive(),
    senderCapture: z.string(),
    receiverCapture: z.string(),
    sent: count,
    received: count,
    lost: count,
    duplicates: count,
    reordered: count,
    reorderingExtentMax: count,
    events: z.strictObject({ before: eventFigures, initial: eventFigures, reversion: eventFigures }),
    periods: z.array(lossPeriod),
    delay: delay.nullable(),
    join: join.nullable(),
    rate: z.strictObject({ from: instant, binNs: z.number().positive(), counts: z.array(count) }),
    doubts: z.array(z.string()),
    arbitrates: z.array(z.string()).optional(),
  })
  .meta({ id: 'FlowMeasurement', description: 'One flow at one receiver.' });

const orderDirection = z.strictObject({
  sent: count,
  arrived: count,
  lost: count.nullable(),
  retransmitted: count,
  duplicates: count,
  reordered: count,
});

const orderEvent = z
  .strictObject({
    orders: count,
    answered: count,
    unanswered: count,
    silence: z
      .strictObject({
        event: eventName,
        length: bounded,
        lastReply: frameRef.nullable(),
        firstReply: frameRef.nullable(),
        endsStalledNs: nsOrMore,
      })
      .nullable(),
    requests: orderDirection,
    replies: orderDirection,
    sessionsLost: count,
    sessionsOpened: count,
    blindNs: nsOrMore,
  })
  .meta({ id: 'OrderEventFigures', description: 'Order entry during one event.' });

const orderMeasurement = z
  .strictObject({
    item: z.string(),
    over: z.enum(['udp', 'tcp']),
    client: z.string(),
    engine: z.string(),
    intervalNs: z.number().positive(),
    clientCapture: z.string(),
    engineCapture: z.string(),
    events: z.strictObject({ before: orderEvent, initial: orderEvent, reversion: orderEvent }),
    sessions: z.array(
      z.strictObject({
        clientPort: z.int().min(0).max(65535),
        opened: frameRef,
        established: frameRef.nullable(),
        ended: z.strictObject({ at: frameRef, how: z.string() }).nullable(),
        event: eventName,
        lost: z.boolean(),
      }),
    ),
    response: delay.nullable(),
    responseNote: z.string().nullable(),
    doubts: z.array(z.string()),
  })
  .meta({ id: 'OrderMeasurement', description: 'Order entry of one client with one engine.' });

const timeline = z
  .strictObject({
    steps: z.array(
      z.strictObject({
        kind: z.enum(Object.keys(STEP_KINDS) as [StepKind, ...StepKind[]]),
        at: instant,
        until: instant,
        count: count,
        node: z.string(),
        what: z.string(),
        source: z.enum(['netlink', 'capture', 'log']),
        frame: frameRef.nullable(),
        withinNs: nsOrMore.nullable(),
      }),
    ),
    outages: z.array(
      z.strictObject({
        flow: z.string(),
        receiver: z.string(),
        event: eventName,
        from: instant,
        lengthNs: nsOrMore,
        parts: z.array(
          z.strictObject({
            fromNs: nsOrMore,
            toNs: nsOrMore,
            step: z.union([count, z.literal('sampling')]).nullable(),
          }),
        ),
        unexplainedNs: nsOrMore,
      }),
    ),
    problems: z.array(z.string()),
  })
  .meta({ id: 'Timeline', description: 'What the control plane did, and outages laid against it.' });

const judged = z
  .strictObject({
    flow: z.string(),
    receiver: z.string(),
    event: z.enum(['before', 'initial', 'reversion', 'join']),
    what: z.string(),
    limit: z.number(),
    measured: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    unit: z.enum(['ns', 'packets', 'count']),
    outcome,
    reason: z.string(),
    because: z.string().optional(),
  })
  .meta({ id: 'Judged', description: 'One limit, judged.' });

export const analysis = z.strictObject({
  flows: z.array(flowMeasurement),
  orders: z.array(orderMeasurement).optional(),
  timeline: timeline.optional(),
  judged: z.array(judged),
  verdict: z.strictObject({ outcome, reasons: z.array(z.string()) }),
});

import { instantFromText, type Instant } from '../core/instant.js';
import type { Flow } from '../traffic/types.js';
import { captureDoubts } from './doubts.js';
import { eventTimes } from './events.js';
import { timeline } from './steps/account.js';
import { judgeUnexplained } from './steps/judge-steps.js';
import { arbitrate } from './arbitrate.js';
import { judge } from './judge.js';
import { judgeOrders } from './orders/judge-orders.js';
import { measureOrders } from './orders/measure-orders.js';
import { measurePair, type Measured } from './measure.js';
import type { CaptureContent, FlowPackets, ReadCapture } from './packets.js';
import { senderSide } from './sender-side.js';
import type { Analysis, Evidence } from './types.js';
import { verdict } from './verdict.js';

/**
 * Evidence → measurements → verdict. Pure but for `readCapture`, which is called once for each capture that a flow was
 * tapped at. A capture that cannot be read is a doubt on its flows, never an error.
 */
export function analyze(evidence: Evidence, readCapture: ReadCapture): Analysis {
  const base = instantFromText(evidence.window.from);
  const times = eventTimes(evidence, base);
  const captures = new CaptureCache(evidence, readCapture, base);
  const measured: Measured[] = [];
  for (const flow of evidence.flows) {
    const tap = evidence.taps.find((candidate) => candidate.flow === flow.name);
    const senderCapture = tap?.senderCapture ?? `of ${flow.name} at ${flow.from.node}`;
    const sender = senderSide(captures.packets(senderCapture, flow));
    for (const receiver of flow.receivers) {
      const receiverCapture = tap?.receiverCaptures[receiver.node] ?? `of ${flow.name} at ${receiver.node}`;
      measured.push(
        measurePair({
          flow,
          receiver,
          senderCapture,
          receiverCapture,
          sender,
          packets: captures.packets(receiverCapture, flow),
          memberships: captures.content(receiverCapture).memberships,
          times,
          doubts: [...captures.doubts(senderCapture, 'sender'), ...captures.doubts(receiverCapture, 'receiver')],
          alreadyHad: (beforeNs) => whoHad(evidence, captures, flow, receiver.node, beforeNs),
        }),
      );
    }
  }
  measured.push(...arbitrate(evidence, captures, measured, times));
  const orders = (evidence.orders ?? []).map(({ order, clientCapture, engineCapture }) =>
    measureOrders({
      ...{ order, clientCapture, engineCapture, times, nothing: noPackets(base) },
      ...{ client: captures.content(clientCapture), engine: captures.content(engineCapture) },
      doubts: [clientCapture, engineCapture].flatMap((id) => [
        ...captures.doubts(id, 'sender'),
        ...captures.doubts(id, 'receiver'),
      ]),
      clock: evidence.clock ?? 'real',
    }),
  );
  const laid =
    evidence.steps === undefined
      ? undefined
      : timeline(
          evidence.steps,
          measured.map((one) => one.measurement),
          orders.map((one) => one.measurement),
          { fault: evidence.fault?.appliedFrom, revert: evidence.revert?.from },
        );
  const judged = [
    ...judge(evidence, measured, new Set(orders.map((one) => one.measurement.item))),
    ...judgeOrders(evidence, orders),
    ...(laid === undefined ? [] : judgeUnexplained(evidence, [...measured, ...orders], laid)),
  ];
  return {
    flows: measured.map((one) => one.measurement),
    ...(orders.length === 0 ? {} : { orders: orders.map((one) => one.measurement) }),
    ...(laid === undefined ? {} : { timeline: laid }),
    judged,
    verdict: verdict(judged, evidence.impediments),
  };
}

/** Each capture read once, however many flows were tapped there. */
class CaptureCache {
  private readonly contents = new Map<string, CaptureContent>();

  constructor(
    private readonly evidence: Evidence,
    private readonly readCapture: ReadCapture,
    private readonly base: Instant,
  ) {}

  content(id: string): CaptureContent {
    let content = this.contents.get(id);
    if (content === undefined) {
      content = this.read(id);
      this.contents.set(id, content);
    }
    return content;
  }

  packets(id: string, flow: Flow): FlowPackets {
    return this.content(id).flows.get(flow.id) ?? noPackets(this.base);
  }

  doubts(id: string, side: 'sender' | 'receiver'): ReturnType<typeof captureDoubts> {
    return captureDoubts(id, this.report(id), this.content(id).problems, side);
  }

  private report(id: string): Evidence['captures'][number] | undefined {
    return this.evidence.captures.find((candidate) => candidate.id === id);
  }

  private read(id: string): CaptureContent {
    const nothing = { base: this.base, flows: new Map(), memberships: [], frames: 0 };
    const report = this.report(id);
    if (report === undefined) return { ...nothing, problems: [] };
    try {
      const content = this.readCapture(report.path, this.evidence.runTag, this.base);
      if (content.base === this.base) return content;
      return { ...nothing, problems: [`was read with another zero of time (${content.base})`] };
    } catch (error) {
      return { ...nothing, problems: [`cannot be read: ${error instanceof Error ? error.message : String(error)}`] };
    }
  }
}

function noPackets(base: Instant): FlowPackets {
  const none = new Float64Array(0);
  return { base, count: 0, frame: new Uint32Array(0), atNs: none, sequence: none };
}

/** Another receiver that had got the flow's group (SSM: from its source) before an instant. */
function whoHad(
  evidence: Evidence,
  captures: CaptureCache,
  flow: Flow,
  receiver: string,
  beforeNs: number,
): string | null {
  for (const other of evidence.flows) {
    if (other.group !== flow.group || (flow.ssm && other.from.address !== flow.from.address)) continue;
    const tap = evidence.taps.find((candidate) => candidate.flow === other.name);
    for (const { node } of other.receivers) {
      const id = tap?.receiverCaptures[node];
      if (id === undefined || (node === receiver && other.name === flow.name)) continue;
      const { count, atNs } = captures.packets(id, other);
      for (let i = 0; i < count; i++) if (atNs[i]! < beforeNs) return node;
    }
  }
  return null;
}

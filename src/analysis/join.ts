import { addNs, instantToText } from '../core/instant.js';
import type { Flow, FlowReceiver } from '../traffic/types.js';
import type { FlowPackets, MembershipMessage } from './packets.js';
import { indexOfSequence, type SenderSide } from './sender-side.js';
import type { FrameRef, JoinFigures } from './types.js';

/** How a late joiner's membership and its data look in its own capture. */
export interface JoinSeen {
  /** null: its capture has no report for the group by this receiver. */
  readonly report: MembershipMessage | null;
  /** Receiver-side index of the first packet after the report (after nothing, where there is no report); -1: none. */
  readonly firstData: number;
  /** The flow was on the receiver's link before it asked for it. */
  readonly dataBefore: boolean;
}

export function findJoin(
  memberships: readonly MembershipMessage[],
  flow: Flow,
  receiver: FlowReceiver,
  packets: FlowPackets,
): JoinSeen {
  let report: MembershipMessage | null = null;
  for (const message of memberships) {
    if (message.from !== receiver.address || message.group !== flow.group) continue;
    const forSource = message.source === flow.from.address;
    if (!forSource && (flow.ssm || message.source !== null)) continue;
    if (report !== null) {
      const first = firstAfter(packets, report.frame);
      if (first >= 0 && packets.frame[first]! < message.frame) break;
    }
    report = message.action === 'join' ? (report ?? message) : null;
  }
  if (report === null) return { report, firstData: packets.count > 0 ? 0 : -1, dataBefore: false };
  return {
    report,
    firstData: firstAfter(packets, report.frame),
    dataBefore: packets.count > 0 && packets.frame[0]! < report.frame,
  };
}

/**
 * RFC 3918 group join delay: first data frame after the report. It is sampled by the packets that were sent, so the
 * path may have been ready earlier by the time since the send before: `uncertaintyNs`.
 * @param alreadyHad who else got the group before the report; null: nobody in this run.
 */
export function joinFigures(
  seen: JoinSeen,
  packets: FlowPackets,
  sender: SenderSide,
  facts: { readonly capture: string; readonly intervalNs: number; readonly alreadyHad: string | null },
): JoinFigures | null {
  if (seen.report === null || seen.firstData < 0) return null;
  const k = indexOfSequence(sender, packets.sequence[seen.firstData]!);
  const sinceSendBefore = k > 0 ? sender.latestNs[k]! - sender.earliestNs[k - 1]! : 0;
  const atNs = packets.atNs[seen.firstData]!;
  const frameRef = (frame: number, ns: number): FrameRef => ({
    capture: facts.capture,
    frame,
    at: instantToText(addNs(packets.base, ns)),
  });
  return {
    delayNs: atNs - seen.report.atNs,
    uncertaintyNs: Math.ceil(Math.max(facts.intervalNs, sinceSendBefore)),
    report: frameRef(seen.report.frame, seen.report.atNs),
    firstData: frameRef(packets.frame[seen.firstData]!, atNs),
    ...method(seen, facts.alreadyHad),
  };
}

function method(seen: JoinSeen, alreadyHad: string | null): Pick<JoinFigures, 'method' | 'methodReason'> {
  if (seen.dataBefore) {
    return { method: 'B', methodReason: "the group was on the receiver's link before its report" };
  }
  if (alreadyHad !== null) {
    const methodReason = `${alreadyHad} already got the group; whether this receiver's router had it, captures do not tell`;
    return { method: 'unknown', methodReason };
  }
  return { method: 'A', methodReason: 'no receiver of this run had got the group before the report' };
}

function firstAfter(packets: FlowPackets, frame: number): number {
  let low = 0;
  let high = packets.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (packets.frame[middle]! > frame) high = middle;
    else low = middle + 1;
  }
  return low < packets.count ? low : -1;
}

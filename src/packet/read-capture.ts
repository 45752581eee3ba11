import type { FlowPackets, MembershipMessage, ReadCapture } from '../analysis/packets.js';
import { ipv4ToText } from './addresses.js';
import { forEachFrame, type CaptureSummary, type Frame } from './capture-reader.js';
import { FrameNumberColumn, NumberColumn, Remarks, TimeBase } from './columns.js';
import { membershipChanges } from './layers/igmp.js';
import { decodeFrame } from './layers/decode-frame.js';
import {
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAGIC,
  isTestPayload,
  payloadFlowId,
  payloadRunTag,
  payloadSequence,
} from './payload.js';
import { TcpColumns } from './tcp-columns.js';
import { UdpLocator } from './udp-locator.js';

interface Columns {
  readonly frame: FrameNumberColumn;
  readonly atNs: NumberColumn;
  readonly sequence: NumberColumn;
}

/**
 * One pass over one capture: the run's own packets by flow, the IGMP messages, and the headers of TCP segments. What could make a figure wrong is said
 * in `problems`: a file that is cut or corrupt, packets that the capturing program lost, a snapshot length too short,
 * frames without a time or of a link type that is not known.
 * @throws CaptureFileError where the file cannot be opened or is no capture
 */
export const readCapture: ReadCapture = (path, runTag, base) => {
  const time = new TimeBase(base);
  const locator = new UdpLocator();
  const flows = new Map<number, Columns>();
  const memberships: MembershipMessage[] = [];
  const tcp = new TcpColumns();
  const remarks = new Remarks();

  const summary = forEachFrame(path, (frame) => {
    const located = locator.locate(frame);
    if (located === 'udp') {
      const { payloadStart } = locator;
      if (!isTestPayload(frame.view, payloadStart, locator.payloadEnd)) {
        if (mayBeCutPayload(frame, locator)) remarks.add(CUT_PAYLOAD, frame.number);
        return;
      }
      if (payloadRunTag(frame.view, payloadStart) !== runTag) return;
      const atNs = stampOf(frame, time, remarks);
      if (atNs === undefined) return;
      const columns = columnsOf(flows, payloadFlowId(frame.view, payloadStart));
      columns.frame.add(frame.number);
      columns.atNs.add(atNs);
      columns.sequence.add(payloadSequence(frame.view, payloadStart));
    } else if (located === 'tcp') {
      const atNs = stampOf(frame, time, remarks);
      if (atNs !== undefined) tcp.add(frame.number, atNs, locator);
    } else if (located === 'igmp') {
      const atNs = stampOf(frame, time, remarks);
      if (atNs !== undefined) readMembership(frame, atNs, ipv4ToText(locator.source), memberships, remarks);
    } else if (located === 'unknown-link') {
      remarks.add(`link type ${frame.linkType} is not known`, frame.number);
    }
  });

  return {
    base,
    flows: new Map(Array.from(flows, ([id, columns]) => [id, packetsOf(base, columns)])),
    memberships,
    tcp: tcp.take(base),
    frames: summary.frames,
    problems: [...summaryProblems(summary), ...remarks.list()],
  };
};

const CUT_PAYLOAD = 'a UDP packet was captured too short to tell whether it is a test packet';

/** What the reading of a capture as a whole came to, as problems. */
export function summaryProblems({ problem, dropped }: CaptureSummary): string[] {
  return [
    ...(problem === undefined ? [] : [problem.message]),
    ...(dropped === undefined || dropped === 0 ? [] : [`the capturing program says that it lost ${dropped} packets`]),
  ];
}

/** Nanoseconds after the base; undefined, and a remark, where the frame has no time that can be used. */
export function stampOf(frame: Frame, time: TimeBase, remarks: Remarks): number | undefined {
  if (!frame.timed) {
    remarks.add('it has no time stamp and was left out', frame.number);
    return undefined;
  }
  const atNs = time.atNs(frame);
  if (Number.isSafeInteger(atNs)) return atNs;
  remarks.add('it is stamped more than 104 days away from the others and was left out', frame.number);
  return undefined;
}

function columnsOf(flows: Map<number, Columns>, id: number): Columns {
  let columns = flows.get(id);
  if (columns === undefined) {
    columns = { frame: new FrameNumberColumn(), atNs: new NumberColumn(), sequence: new NumberColumn() };
    flows.set(id, columns);
  }
  return columns;
}

function packetsOf(base: bigint, { frame, atNs, sequence }: Columns): FlowPackets {
  return { base, count: atNs.count, frame: frame.take(), atNs: atNs.take(), sequence: sequence.take() };
}

/** Long enough on the wire to be one of ours, but not in the capture, and nothing that is there speaks against it. */
function mayBeCutPayload({ view }: Frame, { payloadStart, payloadEnd, payloadLength }: UdpLocator): boolean {
  const captured = payloadEnd - payloadStart;
  if (payloadLength < PAYLOAD_HEADER_BYTES || captured >= PAYLOAD_HEADER_BYTES) return false;
  return captured < 4 || view.getUint32(payloadStart) === PAYLOAD_MAGIC;
}

function readMembership(
  frame: Frame,
  atNs: number,
  from: string,
  memberships: MembershipMessage[],
  remarks: Remarks,
): void {
  for (const layer of decodeFrame(frame.bytes.subarray(frame.start, frame.end), frame.linkType)) {
    // One that does not decode, by a wrong checksum for instance, reaches no router either.
    if (layer.protocol !== 'igmp') continue;
    for (const change of membershipChanges(layer)) memberships.push({ frame: frame.number, atNs, from, ...change });
    if ('cut' in layer && layer.cut) {
      remarks.add('a membership report was captured too short: joins or leaves in it are missing', frame.number);
    }
  }
}

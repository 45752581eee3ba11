import { instantFromText, nsBetween } from '../core/instant.js';
import type { FrameRef } from '../analysis/types.js';
import { describeChanges, distance, splitTags } from './differences.js';
import { markIn, runPrefix } from './frame.js';
import {
  captureName,
  portName,
  type Observations,
  type PortRef,
  type ReceivedFrame,
  type SentFrame,
} from './observations.js';
import type { Direction } from './types.js';

/** A frame that came in somewhere, and which of the sent ones it is. */
export interface MatchedFrame {
  readonly port: string;
  readonly ref: FrameRef;
  readonly sent: SentFrame;
  readonly hex: string;
  readonly where: 'far' | 'back' | 'elsewhere';
  /** Empty: byte-identical. */
  readonly changes: readonly string[];
  /** The same frame had been here before. */
  readonly again: boolean;
  readonly tookNs: number;
}

export interface MatchResult {
  readonly matched: readonly MatchedFrame[];
  /** What came in at the two ports and is none of the run's: answers, and other talk. */
  readonly others: readonly { readonly frame: ReceivedFrame; readonly ref: FrameRef }[];
  readonly sentRefs: ReadonlyMap<number, FrameRef>;
}

/**
 * Every frame that came in somewhere finds the one it was: by all its bytes, else by the mark in it, else by its source
 * address (each side and encapsulation has its own), else by its content where that names the run. Of frames that are
 * alike the first that was not seen at that port yet.
 */
export function matchFrames(
  observations: Observations,
  ports: { readonly from: PortRef; readonly to: PortRef },
): MatchResult {
  const from = portName(ports.from);
  const to = portName(ports.to);
  const home = (direction: Direction): string => (direction === 'forward' ? from : to);
  const index = new SentIndex(observations.sent, observations.runTag);
  const { sentRefs, receivedRefs } = numberFrames(observations, ports);
  const seen = new Set<string>();
  const matched: MatchedFrame[] = [];
  const others: { frame: ReceivedFrame; ref: FrameRef }[] = [];
  observations.received.forEach((frame, place) => {
    const ref = receivedRefs[place]!;
    const isSeen = (sent: SentFrame): boolean => seen.has(`${frame.port} ${sent.number}`);
    const found = index.find(frame, isSeen);
    if (found === undefined) {
      if (frame.port === from || frame.port === to) others.push({ frame, ref });
      return;
    }
    const { sent, exact } = found;
    const again = isSeen(sent);
    seen.add(`${frame.port} ${sent.number}`);
    const where =
      frame.port === home(sent.direction) ? 'back' : frame.port === from || frame.port === to ? 'far' : 'elsewhere';
    const changes = exact ? [] : describeChanges(Buffer.from(sent.hex, 'hex'), Buffer.from(frame.hex, 'hex'));
    const tookNs = nsBetween(instantFromText(sent.at), instantFromText(frame.at));
    matched.push({ port: frame.port, ref, sent, hex: frame.hex, where, changes, again, tookNs });
  });
  return { matched, others, sentRefs };
}

class SentIndex {
  private readonly byBytes = new Map<string, SentFrame[]>();
  private readonly byNumber = new Map<number, SentFrame>();
  private readonly bySource = new Map<string, SentFrame[]>();
  private readonly byContent = new Map<string, SentFrame[]>();
  private readonly prefix: string;

  constructor(
    sent: readonly SentFrame[],
    private readonly runTag: number,
  ) {
    this.prefix = Buffer.from(runPrefix(runTag)).toString('hex');
    for (const frame of sent) {
      if (frame.error !== null) continue;
      this.byNumber.set(frame.number, frame);
      push(this.byBytes, frame.hex, frame);
      push(this.bySource, frame.hex.slice(12, 24), frame);
      const content = contentOf(frame.hex);
      if (content.includes(this.prefix)) push(this.byContent, content, frame);
    }
  }

  find(
    { hex }: ReceivedFrame,
    isSeen: (sent: SentFrame) => boolean,
  ): { readonly sent: SentFrame; readonly exact: boolean } | undefined {
    const first = (candidates: readonly SentFrame[]): SentFrame =>
      candidates.find((one) => !isSeen(one)) ?? candidates.at(-1)!;
    const same = this.byBytes.get(hex);
    if (same !== undefined) return { sent: first(same), exact: true };
    const bytes = Buffer.from(hex, 'hex');
    const marked = this.byNumber.get(markIn(bytes, this.runTag) ?? -1);
    if (marked !== undefined) return { sent: marked, exact: false };
    const source = hex.slice(12, 24);
    if (source.startsWith(this.prefix)) {
      const candidates = this.bySource.get(source);
      return candidates === undefined ? undefined : { sent: first(nearest(candidates, bytes)), exact: false };
    }
    const content = this.byContent.get(contentOf(hex));
    return content === undefined ? undefined : { sent: first(content), exact: false };
  }
}

function push<K>(map: Map<K, SentFrame[]>, key: K, frame: SentFrame): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [frame]);
  else there.push(frame);
}

/** From the EtherType on, tags left out. */
export function contentOf(hex: string): string {
  return Buffer.from(splitTags(Buffer.from(hex, 'hex')).rest).toString('hex');
}

/** The candidates that differ in the fewest bytes. */
function nearest(candidates: readonly SentFrame[], bytes: Uint8Array): SentFrame[] {
  let best: SentFrame[] = [];
  let least = Infinity;
  for (const one of candidates) {
    const apart = distance(Buffer.from(one.hex, 'hex'), bytes);
    if (apart < least) [best, least] = [[one], apart];
    else if (apart === least) best.push(one);
  }
  return best;
}

/** The frames of a port's capture: what was sent and what came in, by time; of one instant what was sent is first. */
export function captureOf(
  observations: Observations,
  ports: { readonly from: PortRef; readonly to: PortRef },
  port: string,
): readonly ({ readonly at: bigint; readonly hex: string } & (
  { readonly sent: number } | { readonly received: number }
))[] {
  const direction: Direction | undefined =
    port === portName(ports.from) ? 'forward' : port === portName(ports.to) ? 'backward' : undefined;
  const out = observations.sent
    .filter((frame) => frame.direction === direction && frame.error === null)
    .map((frame) => ({ at: instantFromText(frame.at), hex: frame.hex, sent: frame.number }));
  const incoming = observations.received.flatMap((frame, received) =>
    frame.port === port ? [{ at: instantFromText(frame.at), hex: frame.hex, received }] : [],
  );
  return [...out, ...incoming].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function numberFrames(
  observations: Observations,
  ports: { readonly from: PortRef; readonly to: PortRef },
): { readonly sentRefs: Map<number, FrameRef>; readonly receivedRefs: FrameRef[] } {
  const sentRefs = new Map<number, FrameRef>();
  const receivedRefs: FrameRef[] = [];
  const names = new Set([portName(ports.from), portName(ports.to), ...observations.received.map(({ port }) => port)]);
  for (const name of names) {
    const [node = '', interfaceName = ''] = name.split(/:(.*)/s);
    const capture = captureName({ node, interface: interfaceName });
    captureOf(observations, ports, name).forEach((entry, place) => {
      const ref: FrameRef = { capture, frame: place + 1, at: entry.at.toString() };
      if ('sent' in entry) sentRefs.set(entry.sent, ref);
      else receivedRefs[entry.received] = ref;
    });
  }
  return { sentRefs, receivedRefs };
}

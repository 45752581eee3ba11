import { analyze } from '../../../src/analysis/analyze.js';
import type { CaptureContent, FlowPackets, MembershipMessage, ReadCapture } from '../../../src/analysis/packets.js';
import type { Analysis, Evidence, FlowMeasurement } from '../../../src/analysis/types.js';
import type { CaptureReport } from '../../../src/capture/types.js';
import { addNs, instantToText, nsBetween, type Instant } from '../../../src/core/instant.js';
import type { SeededRandom } from '../../../src/core/random.js';
import type { Expectation, Limits } from '../../../src/scenario/types.js';
import type { Flow, FlowReceiver } from '../../../src/traffic/types.js';

/** Zero of all times in the synthetic labs. */
export const ZERO: Instant = 1_700_000_000_000_000_000n;
export const MS = 1_000_000;
export const S = 1_000_000_000;

/** Packets in the order of a capture: number and stamp, ns after ZERO. */
export type Row = readonly [sequence: number, atNs: number];

export function columns(rows: readonly Row[], base: Instant = ZERO, firstFrame = 1): FlowPackets {
  const shift = nsBetween(base, ZERO);
  return {
    base,
    count: rows.length,
    frame: Uint32Array.from(rows, (_, i) => firstFrame + i),
    atNs: Float64Array.from(rows, ([, at]) => at + shift),
    sequence: Float64Array.from(rows, ([sequence]) => sequence),
  };
}

export interface Pace {
  readonly count: number;
  readonly intervalNs: number;
  readonly firstSequence?: number;
  readonly startNs?: number;
  readonly jitterNs?: number;
  /** The sender does nothing for so long; then it sends what was due at once, or goes on later by as much. */
  readonly stalls?: readonly { readonly atNs: number; readonly forNs: number; readonly catchUp: boolean }[];
  readonly random?: SeededRandom;
}

/** What a sender with absolute deadlines sends. */
export function paced(pace: Pace): Row[] {
  const rows: Row[] = [];
  let shift = 0;
  let previous = -Infinity;
  for (let k = 0; k < pace.count; k++) {
    let at = (pace.startNs ?? 0) + k * pace.intervalNs + shift;
    if (pace.jitterNs) at += (pace.random?.next() ?? 0) * pace.jitterNs;
    for (const stall of pace.stalls ?? []) {
      if (at < stall.atNs || at >= stall.atNs + stall.forNs) continue;
      const late = stall.atNs + stall.forNs - at;
      at += late;
      if (!stall.catchUp) shift += late;
    }
    at = Math.max(at, previous + 500);
    previous = at;
    rows.push([(pace.firstSequence ?? 0) + k, at]);
  }
  return rows;
}

/** The packets that get through: those sent outside the outages [from, to), `delayNs` later. */
export function through(
  sent: readonly Row[],
  outages: readonly (readonly [fromNs: number, toNs: number])[] = [],
  delayNs: number | ((k: number) => number) = 50_000,
): Row[] {
  return sent
    .map(([sequence, at], k): readonly [number, number, number] => [sequence, at, k])
    .filter(([, at]) => !outages.some(([from, to]) => at >= from && at < to))
    .map(([sequence, at, k]): Row => [sequence, at + (typeof delayNs === 'number' ? delayNs : delayNs(k))]);
}

export interface SceneReceiver {
  readonly rows: readonly Row[];
  readonly joinsLate?: boolean;
  readonly memberships?: readonly Omit<MembershipMessage, 'frame'>[];
  readonly report?: Partial<CaptureReport>;
  readonly problems?: readonly string[];
  readonly unreadable?: string;
  /** Frames before this row's number are someone else's, so that frame numbers and row numbers differ. */
  readonly firstFrame?: number;
}

export interface Scene {
  readonly sent: readonly Row[];
  readonly intervalNs?: number;
  readonly receivers: Readonly<Record<string, SceneReceiver>>;
  readonly sender?: Pick<SceneReceiver, 'report' | 'problems' | 'unreadable'>;
  readonly window: readonly [fromNs: number, toNs: number];
  readonly fault?: readonly [fromNs: number, toNs: number];
  /** Receivers whose packets went past what broke. */
  readonly beside?: readonly string[];
  readonly revert?: readonly [fromNs: number, toNs: number];
  readonly expect?: readonly Expectation[];
  readonly impediments?: readonly string[];
  readonly ssm?: boolean;
}

const text = (ns: number): string => instantToText(addNs(ZERO, ns));

/** Evidence of one flow `publish` from feed-a, and the captures that go with it. */
export function evidenceOf(scene: Scene): {
  readonly evidence: Evidence;
  readonly readCapture: ReadCapture;
  readonly reads: string[];
} {
  const names = Object.keys(scene.receivers);
  const receivers = names.map((node, i): FlowReceiver => ({
    node,
    interface: 'eth1',
    address: `10.0.1.${i + 1}`,
    igmp: 3,
    join: scene.receivers[node]!.joinsLate ? { when: 'after-fault', offsetNs: 0 } : { when: 'start' },
  }));
  const flow: Flow = {
    id: 7,
    name: 'publish',
    item: 'publish',
    from: { node: 'feed-a', interface: 'eth1', address: '10.0.0.1' },
    group: '239.1.1.1',
    port: 5000,
    ssm: scene.ssm ?? false,
    intervalNs: scene.intervalNs ?? MS,
    payloadBytes: 64,
    ttl: 16,
    tree: undefined,
    receivers,
  };
  const reads: string[] = [];
  const sides: Record<string, SceneReceiver> = { 'tx-feed-a': { rows: scene.sent, ...scene.sender } };
  for (const name of names) sides[`rx-${name}`] = scene.receivers[name]!;
  const readCapture: ReadCapture = (path, runTag, base) => {
    reads.push(path);
    const side = sides[path.replace('/run/', '').replace('.pcap', '')]!;
    if (side.unreadable !== undefined) throw new Error(side.unreadable);
    if (runTag !== 99) throw new Error(`wrong run tag ${runTag}`);
    return content(side, base);
  };
  const evidence: Evidence = {
    runTag: 99,
    flows: [flow],
    captures: Object.keys(sides).map((id) => ({ ...captureReport(id), ...sides[id]!.report, path: `/run/${id}.pcap` })),
    taps: [
      {
        flow: 'publish',
        senderCapture: 'tx-feed-a',
        receiverCaptures: Object.fromEntries(names.map((name) => [name, `rx-${name}`])),
      },
    ],
    window: { from: text(scene.window[0]), to: text(scene.window[1]) },
    fault: scene.fault && {
      appliedFrom: text(scene.fault[0]),
      appliedTo: text(scene.fault[1]),
      beside: (scene.beside ?? []).map((receiver) => ({ flow: 'publish', receiver, routers: ['src1', 'core2'] })),
    },
    revert: scene.revert && { from: text(scene.revert[0]), to: text(scene.revert[1]) },
    expect: scene.expect ?? [],
    impediments: scene.impediments ?? [],
  };
  return { evidence, readCapture, reads };
}

export function run(scene: Scene): Analysis {
  const { evidence, readCapture } = evidenceOf(scene);
  return analyze(evidence, readCapture);
}

/** The measurement of the scene's only receiver. */
export function measure(scene: Scene): FlowMeasurement {
  return run(scene).flows[0]!;
}

/** Membership frames and data frames share one numbering, by stamp. */
function content(side: SceneReceiver, base: Instant): CaptureContent {
  const shift = nsBetween(base, ZERO);
  const memberships = [...(side.memberships ?? [])];
  const packets = columns(side.rows, base, side.firstFrame ?? 1);
  let frame = side.firstFrame ?? 1;
  let next = 0;
  const numbered: MembershipMessage[] = [];
  side.rows.forEach(([, at], i) => {
    while (next < memberships.length && memberships[next]!.atNs <= at) {
      numbered.push({ ...memberships[next]!, atNs: memberships[next]!.atNs + shift, frame: frame++ });
      next++;
    }
    packets.frame[i] = frame++;
  });
  for (; next < memberships.length; next++) {
    numbered.push({ ...memberships[next]!, atNs: memberships[next]!.atNs + shift, frame: frame++ });
  }
  return {
    base,
    flows: side.rows.length === 0 ? new Map() : new Map([[7, packets]]),
    memberships: numbered,
    frames: frame - 1,
    problems: side.problems ?? [],
  };
}

function captureReport(id: string): CaptureReport {
  return {
    id,
    node: id.slice(3),
    interface: 'eth1',
    role: id.startsWith('tx') ? 'sender' : 'receiver',
    file: `pcaps/${id}.pcap`,
    sha256: '0'.repeat(64),
    bytes: 0,
    snaplen: 128,
    captured: 0,
    receivedByFilter: 0,
    droppedByKernel: 0,
    droppedByInterface: null,
    problems: [],
  };
}

const NO_LIMITS: Limits = {
  outageNs: undefined,
  outageAtLeastNs: undefined,
  lost: undefined,
  duplicates: undefined,
  reordered: undefined,
};

export function expectation(limits: {
  readonly initial?: Partial<Limits>;
  readonly reversion?: Partial<Limits>;
  readonly joinDelayNs?: number;
  readonly receivers?: readonly string[];
  readonly item?: string;
}): Expectation {
  return {
    item: limits.item ?? 'publish',
    receivers: limits.receivers,
    initial: { ...NO_LIMITS, ...limits.initial },
    reversion: { ...NO_LIMITS, ...limits.reversion },
    joinDelayNs: limits.joinDelayNs,
    because: 'dead interval 1 s',
    source: { file: 'scenario.yml', line: 1, column: 1 },
  };
}

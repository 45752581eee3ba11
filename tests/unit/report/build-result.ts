import { formatBounded } from '../../../src/analysis/format.js';
import type {
  EventFigures,
  EventName,
  FlowMeasurement,
  FrameRef,
  Judged,
  LossPeriod,
} from '../../../src/analysis/types.js';
import { addNs, instantToText, type Instant } from '../../../src/core/instant.js';
import type { FaultReport, RunResult } from '../../../src/run/result.js';
import type { Flow } from '../../../src/traffic/types.js';

const MS = 1_000_000;
const S = 1_000_000_000;
const START: Instant = 1_790_000_000_000_000_000n;
const WINDOW_FROM = 6 * S;
const WINDOW_TO = 66 * S;
const FAULT_AT = 16 * S;
const REVERT_AT = 46 * S;
const INTERVAL = MS;
const BIN = 100 * MS;

/** Text that wants to be markup, to turn the reading direction, to break out of a quote, a table, a terminal. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  ']]><!--',
  '"><img src=x onerror=alert(2)>',
  "'; alert(3); '",
  '\u202edeadcore\u202c\u200f',
  'a\u0000b\u001b[31mred\u0007\u009b0m',
  '| pipe | `tick` *star* [x](javascript:alert(4)) @team',
  'line\r\nbreak\tand\u2028more',
  'half \ud800 and \uffff',
  '</style><style>body{background:url(https://example.net/x)}',
  `very-long-${'x'.repeat(400)}`,
] as const;

export interface Shape {
  readonly name?: string;
  readonly fault?: FaultReport | null;
  /** Lost packets per receiver from the fault on; the outage is as many milliseconds. */
  readonly lost?: number;
  readonly lostOnReturn?: number;
  readonly neverRecovers?: boolean;
  readonly limitNs?: number;
  readonly verdict?: RunResult['verdict'];
  /** Applied to every name of a device, scenario or flow. */
  readonly rename?: (name: string) => string;
}

export function at(offsetNs: number): string {
  return instantToText(addNs(START, offsetNs));
}

export const CORE1_KILLED: FaultReport = {
  kind: 'rp-death',
  summary: 'core1 killed (RP of 239.1.1.1 for edge1)',
  options: { group: '239.1.1.1', 'seen-from': 'edge1' },
  resolvedBy: { asked: 'edge1', question: 'show ip pim rp-info', answer: '10.0.0.100 by core1' },
  broken: { nodes: ['core1'], endpoints: [] },
  appliedFrom: at(FAULT_AT),
  appliedTo: at(FAULT_AT + 3 * MS),
  revertFrom: at(REVERT_AT),
  revertTo: at(REVERT_AT + 12 * MS),
  firstEvidence: { what: 'core2:eth1 lost its carrier', at: at(FAULT_AT + 4 * MS), frame: null },
  readings: [],
};

const NODES: readonly (readonly [string, string, string | null])[] = [
  ['feed-a', 'linux', 'source'],
  ['feed-b', 'linux', 'source'],
  ['src1', 'linux', 'edge'],
  ['src2', 'linux', 'edge'],
  ['core1', 'linux', 'rp'],
  ['core2', 'linux', 'rp'],
  ['edge1', 'linux', 'edge'],
  ['edge2', 'linux', 'edge'],
  ['floor', 'bridge', null],
  ['desk1', 'linux', 'receiver'],
  ['desk2', 'linux', 'receiver'],
  ['desk3', 'linux', 'receiver'],
];
const LINKS: readonly (readonly [string, string])[] = [
  ['feed-a:eth1', 'src1:eth1'],
  ['feed-b:eth1', 'src2:eth1'],
  ['src1:eth2', 'core1:eth1'],
  ['src1:eth3', 'core2:eth1'],
  ['src2:eth2', 'core1:eth2'],
  ['src2:eth3', 'core2:eth2'],
  ['core1:eth3', 'core2:eth3'],
  ['core1:eth4', 'edge1:eth1'],
  ['core1:eth5', 'edge2:eth1'],
  ['core2:eth4', 'edge1:eth2'],
  ['core2:eth5', 'edge2:eth2'],
  ['edge1:eth3', 'floor:p1'],
  ['edge2:eth3', 'floor:p2'],
  ['desk1:eth1', 'floor:p3'],
  ['desk2:eth1', 'floor:p4'],
  ['desk3:eth1', 'floor:p5'],
];

/** A run of the trading floor in which the RP dies, as the engine would leave it. */
export function buildResult(shape: Shape = {}): RunResult {
  const fault = shape.fault === undefined ? CORE1_KILLED : shape.fault;
  const rename = shape.rename ?? ((name: string) => name);
  const lost = fault === null ? 0 : (shape.lost ?? 1032);
  const limitNs = shape.limitNs ?? 1_500 * MS;
  const flow: Flow = {
    id: 1,
    name: rename('publish'),
    item: rename('publish'),
    from: { node: rename('feed-a'), interface: 'eth1', address: '10.1.1.10' },
    group: '239.1.1.1',
    port: 5001,
    ssm: false,
    intervalNs: INTERVAL,
    payloadBytes: 200,
    ttl: 32,
    tree: 'shared',
    receivers: ['desk1', 'desk2'].map((node, index) => ({
      node: rename(node),
      interface: 'eth1',
      address: `10.2.1.${11 + index}`,
      igmp: 3,
      join: { when: 'start' },
    })),
  };
  const flows = ['desk1', 'desk2'].map((receiver, index) =>
    measurement(flow, rename(receiver), lost + index * Math.sign(lost), shape, fault !== null),
  );
  const judged = flows.flatMap((each) => judge(each, fault !== null, limitNs));
  const failed = judged.filter((each) => each.outcome === 'fail');
  const verdict = shape.verdict ?? {
    outcome: failed.length > 0 ? ('fail' as const) : ('pass' as const),
    reasons: failed.map((each) => `${each.flow} at ${each.receiver}: ${each.reason}`),
  };
  return {
    format: 'faultline-result-1',
    run: {
      id: '2026-09-21T13-33-20-rp-death',
      faultline: '0.1.0',
      node: '20.20.2',
      startedAt: at(0),
      elapsedMs: 71_400,
      argv: ['faultline', 'run', 'topologies/trading-floor/scenarios/rp-death.yml'],
      host: { kernel: '6.18.0', cpus: 2, machine: 'lab-host' },
    },
    scenario: {
      name: rename(shape.name ?? 'The RP dies'),
      description: rename('The router that is the rendezvous point for the receivers loses its power.'),
      file: 'topologies/trading-floor/scenarios/rp-death.yml',
      sha256: '5'.repeat(64),
    },
    lab: {
      name: 'trading-floor-7f3a',
      topology: 'trading-floor',
      topologySha256: '7'.repeat(64),
      runtime: 'netns',
      nodes: NODES.map(([name, kind, role]) => ({
        name: rename(name),
        kind,
        role,
        image: role === 'rp' || role === 'edge' ? 'frrouting/frr:10.3' : '',
        software: role === 'rp' || role === 'edge' ? 'FRR 8.4.4' : 'Linux',
        substituted: role === 'rp' || role === 'edge',
      })),
      links: LINKS.map(([a, b]) => {
        const [nodeA = '', portA = ''] = a.split(':');
        const [nodeB = '', portB = ''] = b.split(':');
        const ends = [`${rename(nodeA)}:${portA}`, `${rename(nodeB)}:${portB}`] as const;
        return { id: `${ends[0]}--${ends[1]}`, a: ends[0], b: ends[1] };
      }),
    },
    clock: {
      kind: 'real',
      seed: 1,
      meaning:
        'CLOCK_REALTIME of the host: figures include timers, protocol exchanges and the processing of this machine.',
    },
    phases: [
      { name: 'lab-up', from: at(0.1 * S), elapsedMs: 2400, outcome: 'ok' },
      { name: 'steady', from: at(2.5 * S), elapsedMs: 3100, outcome: 'reached' },
      { name: 'traffic', from: at(WINDOW_FROM), elapsedMs: 60_000, outcome: 'ok' },
      { name: 'fault', from: at(FAULT_AT), elapsedMs: 30_000, outcome: 'applied and reverted' },
      { name: 'steady again', from: at(REVERT_AT), elapsedMs: 4200, outcome: 'reached' },
      { name: 'analysis', from: at(67 * S), elapsedMs: 1800, outcome: 'ok' },
    ],
    steady: {
      before: {
        reached: true,
        elapsedMs: 3100,
        probes: [
          { kind: 'ospf-neighbors', met: true, summary: rename('core1 4 of 4 full, core2 4 of 4 full'), afterMs: 2200 },
          { kind: 'loss-free', met: true, summary: 'no packet missing for 2 s', afterMs: 3100 },
        ],
      },
      after: {
        reached: true,
        elapsedMs: 4200,
        probes: [{ kind: 'ospf-neighbors', met: true, summary: 'core1 4 of 4 full, core2 4 of 4 full', afterMs: 4200 }],
      },
    },
    flows: [flow],
    fault,
    captures: (['tx-feed-a', 'rx-desk1', 'rx-desk2'] as const).map((id, index) => ({
      id,
      node: rename(id.slice(3)),
      interface: 'eth1',
      role: index === 0 ? 'sender' : 'receiver',
      file: `pcaps/${id}.pcap`,
      sha256: String(index + 1).repeat(64),
      bytes: 14_400_024,
      snaplen: 128,
      captured: 60_004,
      receivedByFilter: 60_004,
      droppedByKernel: 0,
      droppedByInterface: 0,
      problems: [],
    })),
    analysis: { flows, judged, verdict: { outcome: failed.length > 0 ? 'fail' : 'pass', reasons: verdict.reasons } },
    notes: [],
    verdict,
  };
}

function measurement(flow: Flow, receiver: string, lost: number, shape: Shape, hasFault: boolean): FlowMeasurement {
  const lostOnReturn = shape.lostOnReturn ?? 0;
  const capture = `rx-${receiver}`;
  const initial = lost === 0 ? [] : [period('initial', capture, FAULT_AT + 3 * MS, lost, shape.neverRecovers === true)];
  const reversion = lostOnReturn === 0 ? [] : [period('reversion', capture, REVERT_AT + 700 * MS, lostOnReturn, false)];
  const sent = hasFault
    ? { before: 10_000, initial: 30_000, reversion: 20_000 }
    : { before: 0, initial: 60_000, reversion: 0 };
  const events: Record<EventName, EventFigures> = {
    before: figures(sent.before, []),
    initial: figures(sent.initial, initial),
    reversion: figures(sent.reversion, reversion),
  };
  const all = [...initial, ...reversion];
  const total = all.reduce((sum, each) => sum + each.lost, 0);
  return {
    flow: flow.name,
    item: flow.item,
    source: flow.from.address,
    group: flow.group,
    from: flow.from.node,
    receiver,
    intervalNs: INTERVAL,
    senderCapture: 'tx-feed-a',
    receiverCapture: capture,
    sent: 60_000,
    received: 60_000 - total,
    lost: total,
    duplicates: 0,
    reordered: 0,
    reorderingExtentMax: 0,
    events,
    periods: all,
    delay: {
      samples: 60_000 - total,
      minNs: 21_000,
      medianNs: 48_300,
      p99Ns: 131_000,
      maxNs: 2_413_000,
      pdvP99Ns: 110_000,
      jitterNs: 9_200,
    },
    join: null,
    rate: { from: at(WINDOW_FROM), binNs: BIN, counts: rateOf(all) },
    doubts: [],
  };
}

function period(event: EventName, capture: string, fromNs: number, lost: number, isOpen: boolean): LossPeriod {
  const frame = (offset: number, number: number): FrameRef => ({ capture, frame: number, at: at(offset) });
  const firstSeq = (fromNs - WINDOW_FROM) / INTERVAL;
  return {
    event,
    lost,
    firstLostSeq: firstSeq,
    lastLostSeq: firstSeq + lost - 1,
    firstLostSentAt: at(fromNs),
    lastLostSentAt: at(fromNs + (lost - 1) * INTERVAL),
    lastGood: frame(fromNs - INTERVAL + 48_300, 10_417),
    firstGood: isOpen ? null : frame(fromNs + lost * INTERVAL + 48_300, 10_418),
    outage: {
      valueNs: lost * INTERVAL,
      lowNs: (lost - 1) * INTERVAL,
      highNs: (lost + 1) * INTERVAL,
      ...(isOpen ? { open: true } : {}),
    },
    senderStallNs: 0,
  };
}

function figures(sent: number, periods: readonly LossPeriod[]): EventFigures {
  const lost = periods.reduce((sum, each) => sum + each.lost, 0);
  const outage = periods[0]?.outage ?? null;
  const isOpen = periods.some((each) => each.firstGood === null);
  return {
    sent,
    received: sent - lost,
    lost,
    duplicates: 0,
    reordered: 0,
    largest: outage,
    sum: outage,
    periods: periods.length,
    lossDerived: outage ?? { valueNs: 0, lowNs: 0, highNs: 1_240_000 },
    rateDerived:
      outage === null || isOpen
        ? null
        : { valueNs: outage.valueNs + 3 * MS, lowNs: outage.valueNs - 197 * MS, highNs: outage.valueNs + 5 * MS },
    blindNs: 1_240_000,
  };
}

function rateOf(periods: readonly LossPeriod[]): number[] {
  const perBin = BIN / INTERVAL;
  const counts = Array.from({ length: (WINDOW_TO - WINDOW_FROM) / BIN }, () => perBin);
  for (const each of periods) {
    const last = each.firstGood === null ? counts.length * perBin : each.lastLostSeq + 1;
    for (let seq = each.firstLostSeq; seq < last; seq++) counts[Math.floor(seq / perBin)]! -= 1;
  }
  return counts;
}

function judge(measured: FlowMeasurement, hasFault: boolean, limitNs: number): Judged[] {
  const limits = hasFault
    ? ([
        ['initial', limitNs],
        ['reversion', 0],
      ] as const)
    : ([['initial', 0]] as const);
  return limits.map(([event, limit]) => {
    const outage = measured.events[event].largest;
    const isOpen = measured.periods.some((each) => each.event === event && each.firstGood === null);
    const passes = !isOpen && (outage?.highNs ?? 0) <= limit;
    return {
      flow: measured.flow,
      receiver: measured.receiver,
      event,
      what: 'outage',
      limit,
      measured: outage?.valueNs ?? 0,
      low: outage?.lowNs ?? 0,
      high: outage === null ? 1_240_000 : outage.open ? null : outage.highNs,
      unit: 'ns',
      outcome: passes ? 'pass' : 'fail',
      reason: `${outage === null ? 'nothing was lost' : formatBounded(outage)}, limit ${limit / S} s`,
      because: event === 'initial' && hasFault ? 'OSPF dead interval 1 s + SPF 50 ms + join' : undefined,
    };
  });
}

/** Every name and every text of a device is hostile. */
export function hostileResult(): RunResult {
  const names = new Map<string, string>();
  const rename = (name: string): string => {
    if (!names.has(name)) names.set(name, `${name} ${HOSTILE[names.size % HOSTILE.length]}`);
    return names.get(name)!;
  };
  const result = buildResult({
    rename,
    fault: {
      ...CORE1_KILLED,
      summary: HOSTILE.join(' '),
      options: { [HOSTILE[0]]: [...HOSTILE] },
      resolvedBy: [...HOSTILE],
      broken: { nodes: [rename('core1')], endpoints: [`${rename('edge1')}:eth3`] },
      firstEvidence: { what: HOSTILE.join(' '), at: at(FAULT_AT), frame: null },
      readings: [{ label: HOSTILE[0], node: HOSTILE[1], data: [...HOSTILE] }],
    },
    verdict: { outcome: 'fail', reasons: [...HOSTILE] },
  });
  return {
    ...result,
    run: {
      ...result.run,
      id: `run ${HOSTILE[2]}`,
      argv: [...HOSTILE],
      host: { ...result.run.host, machine: HOSTILE[2] },
    },
    notes: [...HOSTILE],
    clock: { ...result.clock, meaning: HOSTILE.join(' ') },
    phases: HOSTILE.map((text, index) => ({ name: text, from: at(index * S), elapsedMs: 1000, outcome: text })),
    captures: result.captures.map((each) => ({ ...each, file: `pcaps/${HOSTILE[0]}`, problems: [...HOSTILE] })),
    analysis: {
      ...result.analysis!,
      judged: result.analysis!.judged.map((each) => ({
        ...each,
        outcome: 'fail',
        reason: HOSTILE.join(' '),
        because: HOSTILE[4],
      })),
    },
  };
}

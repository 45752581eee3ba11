import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../../../src/analysis/analyze.js';
import type { Step } from '../../../src/analysis/steps/types.js';
import type { Analysis, Evidence } from '../../../src/analysis/types.js';
import { addNs, instantToText } from '../../../src/core/instant.js';
import { ETHER_TYPE, encodeEthernet } from '../../../src/packet/layers/ethernet.js';
import { encodeIpv4, IP_PROTOCOL } from '../../../src/packet/layers/ipv4.js';
import { encodeTcp, TCP_FLAG } from '../../../src/packet/layers/tcp.js';
import { encodeUdp } from '../../../src/packet/layers/udp.js';
import { encodePayload } from '../../../src/packet/payload.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { readCapture } from '../../../src/packet/read-capture.js';
import type { Expectation, Limits } from '../../../src/scenario/types.js';
import type { OrderFlow } from '../../../src/traffic/types.js';
import { MS, ZERO } from './synthetic.js';

const RUN_TAG = 77;
const SIZE = 100;
const CLIENT = '10.1.0.1';
const ENGINE = '10.2.0.1';
const PORT = 7001;
const FIRST_CLIENT_PORT = 20_000;
const CLIENT_ISN = 0xffff_ff00; // wraps while the stream runs
const ENGINE_ISN = 5000;

export const ORDERS: OrderFlow = {
  ...{ id: 3, replyId: 4, name: 'orders', over: 'udp', port: PORT, sourcePort: FIRST_CLIENT_PORT },
  client: { node: 'trader', interface: 'eth1', address: CLIENT },
  engine: { node: 'engine', interface: 'eth1', address: ENGINE },
  ...{ intervalNs: 10 * MS, payloadBytes: SIZE, sessionTimeoutNs: 1e9 },
};

type Side = 'client' | 'engine';
interface Frame {
  readonly atNs: number;
  readonly bytes: Uint8Array;
}

export interface SceneOptions {
  readonly reversion?: Partial<Limits>;
  readonly clock?: 'virtual';
  readonly steps?: readonly Step[];
}

/** Two captures of one flow of orders, filled packet by packet; the path takes 1 ms. */
export class OrderScene {
  private readonly frames: Record<Side, Frame[]> = { client: [], engine: [] };

  /** A datagram: an order to the engine or a reply back. `lost`: it does not arrive. */
  udp(way: 'order' | 'reply', sequence: number, sentNs: number, lost = false): void {
    const [from, to] = way === 'order' ? [CLIENT, ENGINE] : [ENGINE, CLIENT];
    const payload = new Uint8Array(SIZE);
    const flowId = way === 'order' ? ORDERS.id : ORDERS.replyId;
    encodePayload(new DataView(payload.buffer), 0, { flowId, runTag: RUN_TAG, sequence, sentAt: 0n });
    const ports = way === 'order' ? [FIRST_CLIENT_PORT, PORT] : [PORT, FIRST_CLIENT_PORT];
    const datagram = encodeUdp({ sourcePort: ports[0]!, destinationPort: ports[1]! }, payload);
    this.travel(way === 'order' ? 'client' : 'engine', from, to, IP_PROTOCOL.udp, datagram, sentNs, lost);
  }

  /** A segment with `count` messages from message `first` on; or a bare one with `flags`. */
  tcp(
    way: 'up' | 'down',
    sentNs: number,
    segment: {
      readonly session?: number;
      readonly first?: number;
      readonly count?: number;
      readonly flags?: number;
      readonly acknowledged?: number;
      readonly lost?: boolean;
      /** Only the receiver's capture has it: as a segment that was cut on the way. */
      readonly fromNowhere?: boolean;
    },
  ): void {
    const { session = 0, first = 0, count = 0, flags = TCP_FLAG.ack } = segment;
    const { acknowledged = 0, lost = false, fromNowhere = false } = segment;
    const [from, to] = way === 'up' ? [CLIENT, ENGINE] : [ENGINE, CLIENT];
    const clientPort = FIRST_CLIENT_PORT + session;
    const [sourcePort, destinationPort] = way === 'up' ? [clientPort, PORT] : [PORT, clientPort];
    const [own, other] = way === 'up' ? [CLIENT_ISN, ENGINE_ISN] : [ENGINE_ISN, CLIENT_ISN];
    const syn = (flags & TCP_FLAG.syn) !== 0;
    const sequence = (own + (syn ? 0 : 1 + first * SIZE)) >>> 0;
    const acknowledgement = (other + 1 + acknowledged * SIZE) >>> 0;
    const header = { sourcePort, destinationPort, sequence, acknowledgement, flags };
    const bytes = encodeTcp(header, new Uint8Array(count * SIZE), { source: from, destination: to });
    this.travel(way === 'up' ? 'client' : 'engine', from, to, IP_PROTOCOL.tcp, bytes, sentNs, lost, fromNowhere);
  }

  handshake(atNs: number, session = 0): void {
    this.tcp('up', atNs, { session, flags: TCP_FLAG.syn });
    this.tcp('down', atNs + MS, { session, flags: TCP_FLAG.syn | TCP_FLAG.ack });
    this.tcp('up', atNs + 2 * MS, { session });
  }

  /** Order `m` and its reply, both acknowledged by what follows. */
  answered(m: number, sentNs: number, session = 0): void {
    this.tcp('up', sentNs, { session, first: m, count: 1, acknowledged: m });
    this.tcp('down', sentNs + MS, { session, first: m, count: 1, acknowledged: m + 1 });
  }

  /** Fault at 1 s, revert at 3 s, watched to 5 s. */
  analyze(over: 'udp' | 'tcp', initial: Partial<Limits>, options: SceneOptions = {}): Analysis {
    const dir = mkdtempSync(join(tmpdir(), 'faultline-orders-'));
    try {
      return analyze(this.evidence(dir, { ...ORDERS, over }, initial, options), readCapture);
    } finally {
      rmSync(dir, { recursive: true });
    }
  }

  private evidence(dir: string, order: OrderFlow, initial: Partial<Limits>, options: SceneOptions): Evidence {
    const text = (ns: number): string => instantToText(addNs(ZERO, ns));
    const none: Limits = {
      ...{ outageNs: undefined, outageAtLeastNs: undefined, lost: undefined },
      ...{ duplicates: undefined, reordered: undefined },
    };
    const expectation: Expectation = {
      ...{ item: 'orders', receivers: undefined, joinDelayNs: undefined, because: undefined },
      initial: { ...none, ...initial },
      reversion: { ...none, ...options.reversion },
      source: { file: '/s.yml', line: 1, column: 1 },
    };
    return {
      ...{ runTag: RUN_TAG, flows: [], taps: [], impediments: [], expect: [expectation] },
      captures: (['client', 'engine'] as const).map((side) => ({
        ...{ id: side, node: side, interface: 'eth1', role: 'sender', file: `${side}.pcap`, sha256: '', bytes: 0 },
        ...{ snaplen: 256, captured: 1, receivedByFilter: 1, droppedByKernel: 0, droppedByInterface: 0, problems: [] },
        path: this.write(dir, side),
      })),
      orders: [{ order, clientCapture: 'client', engineCapture: 'engine' }],
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      ...(options.steps === undefined ? {} : { steps: { steps: options.steps, withinNs: {}, problems: [] } }),
      window: { from: text(0), to: text(5000 * MS) },
      fault: { appliedFrom: text(1000 * MS), appliedTo: text(1000 * MS) },
      revert: { from: text(3000 * MS), to: text(3000 * MS) },
    };
  }

  private travel(
    from: Side,
    source: string,
    destination: string,
    payloadProtocol: number,
    datagram: Uint8Array,
    sentNs: number,
    lost: boolean,
    fromNowhere = false,
  ): void {
    const packet = encodeIpv4({ payloadProtocol, source, destination }, datagram);
    const bytes = encodeEthernet(
      { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02', etherType: ETHER_TYPE.ipv4 },
      packet,
    );
    if (!fromNowhere) this.frames[from].push({ atNs: sentNs, bytes });
    if (!lost) this.frames[from === 'client' ? 'engine' : 'client'].push({ atNs: sentNs + MS, bytes });
  }

  private write(dir: string, side: Side): string {
    const path = join(dir, `${side}.pcap`);
    const writer = new PcapWriter(path);
    for (const { atNs, bytes } of [...this.frames[side]].sort((a, b) => a.atNs - b.atNs)) {
      const at = addNs(ZERO, atNs);
      writer.write(Number(at / 1_000_000_000n), Number(at % 1_000_000_000n), bytes);
    }
    writer.close();
    return path;
  }
}

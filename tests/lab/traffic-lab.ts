import { readFileSync } from 'node:fs';
import { LabError } from '../../src/core/errors.js';
import { decodePayload, type TestPayload } from '../../src/packet/payload.js';
import { runCommand, startChild } from '../../src/process/command.js';
import type { Lab, LabNode } from '../../src/runtime/types.js';
import type { Flow, FlowReceiver } from '../../src/traffic/types.js';

/** One sending and two receiving namespaces at a bridge that floods: the least that traffic and captures need. */
export interface TrafficLab {
  readonly lab: Lab;
  ip(node: string, ...args: string[]): Promise<void>;
  down(): Promise<void>;
}

const NODES = ['feed', 'desk1', 'desk2'];

function fullName(lab: string, node: string): string {
  return `traffic-${lab}-${node}`;
}

/** What of a Lab the traffic uses, over the namespaces that `trafficLab` made. */
export function attachTrafficLab(name: string): Lab {
  const node = (nodeName: string): LabNode => {
    if (!NODES.includes(nodeName)) throw new LabError(`no node ${nodeName}`);
    const enter = ['nsenter', `--net=/run/netns/${fullName(name, nodeName)}`];
    return {
      name: nodeName,
      fullName: fullName(name, nodeName),
      execOutside: (argv, options) => runCommand([...enter, ...argv], options),
      spawnOutside: (argv, options) =>
        startChild(['setpriv', '--pdeathsig', 'KILL', ...enter, ...argv], { ...options, stdin: true }),
    } as LabNode;
  };
  return { name, node } as unknown as Lab;
}

export async function trafficLab(name: string): Promise<TrafficLab> {
  const full = (node: string): string => fullName(name, node);
  const batch = [
    `netns add ${full('lan')}`,
    ...NODES.map((node) => `netns add ${full(node)}`),
    `-n ${full('lan')} link add br0 type bridge mcast_snooping 0`,
    `-n ${full('lan')} link set br0 up`,
    ...NODES.flatMap((node, index) => [
      `-n ${full(node)} link add eth1 type veth peer name p${index} netns ${full('lan')}`,
      `-n ${full('lan')} link set p${index} master br0 up`,
      `-n ${full(node)} addr add 10.9.0.${index + 1}/24 dev eth1`,
      `-n ${full(node)} link set eth1 up`,
    ]),
  ];
  for (const line of batch) await runCommand(['ip', ...line.split(' ')]);
  return {
    lab: attachTrafficLab(name),
    async ip(nodeName, ...args) {
      await runCommand(['ip', '-n', full(nodeName), ...args]);
    },
    async down() {
      for (const each of [...NODES, 'lan']) await runCommand(['ip', 'netns', 'del', full(each)]);
    },
  };
}

export function receiver(node: string, extra: Partial<FlowReceiver> = {}): FlowReceiver {
  return { node, interface: 'eth1', address: '', igmp: 2, join: { when: 'start' }, ...extra };
}

export function flow(id: number, ratePps: number, extra: Partial<Flow> = {}): Flow {
  return {
    ...{ id, name: `flow${id}`, item: `flow${id}`, group: `239.9.${id >> 8}.${id & 255}`, port: 5000, ssm: false },
    from: { node: 'feed', interface: 'eth1', address: '' },
    ...{ intervalNs: Math.round(1e9 / ratePps), payloadBytes: 100, ttl: 4, tree: undefined },
    receivers: [receiver('desk1')],
    ...extra,
  };
}

export interface Frame {
  /** Epoch ns. */
  readonly at: bigint;
  /** Length on the wire. */
  readonly length: number;
  /** Captured IPv4 header and what follows. */
  readonly ip: Buffer;
}

/** The IPv4 frames of a nanosecond capture, as plainly as can be: it checks what the product's own reader reads too. */
export function ipFrames(path: string): Frame[] {
  const file = readFileSync(path);
  const frames: Frame[] = [];
  for (let at = 24; at + 16 <= file.length;) {
    const kept = file.readUInt32LE(at + 8);
    const stamp = BigInt(file.readUInt32LE(at)) * 1_000_000_000n + BigInt(file.readUInt32LE(at + 4));
    const data = file.subarray(at + 16, at + 16 + kept);
    if (data.readUInt16BE(12) === 0x0800) {
      frames.push({ at: stamp, length: file.readUInt32LE(at + 12), ip: data.subarray(14) });
    }
    at += 16 + kept;
  }
  return frames;
}

export interface TestPacket extends TestPayload {
  readonly at: bigint;
  readonly ttl: number;
  readonly udpLength: number;
}

/** faultline's own packets in a capture, in its order. */
export function testPackets(path: string): TestPacket[] {
  return ipFrames(path).flatMap(({ at, ip }) => {
    const offset = (ip[0]! & 15) * 4;
    if (ip[9] !== 17) return [];
    const payload = decodePayload(new DataView(ip.buffer, ip.byteOffset, ip.length), offset + 8);
    return payload === undefined ? [] : [{ ...payload, at, ttl: ip[8]!, udpLength: ip.readUInt16BE(offset + 4) }];
  });
}

export interface IgmpMessage {
  readonly at: bigint;
  /** Source address, dotted quad. */
  readonly from: string;
  readonly type: number;
  /** Everything from the type on. */
  readonly body: Buffer;
}

export function igmpMessages(path: string): IgmpMessage[] {
  return ipFrames(path)
    .filter(({ ip }) => ip[9] === 2)
    .map(({ at, ip }) => {
      const body = ip.subarray((ip[0]! & 15) * 4);
      return { at, from: ip.subarray(12, 16).join('.'), type: body[0]!, body };
    });
}

/** The group records of an IGMPv3 report (RFC 3376 §4.2): `5 232.1.1.1 10.0.0.1,10.0.0.2`. */
export function groupRecords(report: Buffer): string[] {
  const records: string[] = [];
  let at = 8;
  for (let left = report.readUInt16BE(6); left > 0; left -= 1) {
    const sources = Array.from({ length: report.readUInt16BE(at + 2) }, (_, index) =>
      report.subarray(at + 8 + 4 * index, at + 12 + 4 * index).join('.'),
    );
    records.push(`${report[at]} ${report.subarray(at + 4, at + 8).join('.')} ${sources.join(',')}`);
    at += 8 + 4 * sources.length + 4 * report[at + 1]!;
  }
  return records;
}

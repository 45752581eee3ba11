/**
 * How fast captures are read: `npx tsx bench/read-capture.ts [--packets N]`. Writes a file of test packets (1000-byte frames,
 * 128 bytes captured, 16 flows) into a temporary folder and reads it with faultline (all flows extracted), tshark and
 * pcap-parser. The figures are packets per second of this machine while it was doing what it was doing.
 */
import { createRequire } from 'node:module';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { arch, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forEachFrame } from '../src/packet/capture-reader.js';
import { ipv4FromText } from '../src/packet/addresses.js';
import { encodeEthernet, groupMac } from '../src/packet/layers/ethernet.js';
import { encodeIpv4, IP_PROTOCOL } from '../src/packet/layers/ipv4.js';
import { encodeUdp } from '../src/packet/layers/udp.js';
import { encodePayload } from '../src/packet/payload.js';
import { PcapWriter } from '../src/packet/pcap-writer.js';
import { readCapture } from '../src/packet/read-capture.js';
import { runCommand, startChild } from '../src/process/command.js';

const FLOWS = 16;
const FRAME_BYTES = 1000;
const SNAPLEN = 128;
const PAYLOAD_OFFSET = 42;
const RUN_TAG = 0x5eed;
const BASE_SECONDS = 1_700_000_000;
const PACKETS_PER_SECOND = 1_000_000;

interface PcapParser {
  parse(
    this: void,
    path: string,
  ): {
    on(event: string, listener: (value: { header: { capturedLength: number } } & Error) => void): void;
  };
}

const { values } = parseArgs({ options: { packets: { type: 'string', default: '1000000' } } });
const packets = Number(values.packets);
if (!Number.isSafeInteger(packets) || packets < FLOWS) throw new RangeError(`--packets ${values.packets}`);

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
try {
  await measure(join(folder, 'ns.pcap'), join(folder, 'us.pcap'));
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(nsPath: string, usPath: string): Promise<void> {
  const tshark = (await runCommand(['tshark', '--version'])).stdout.split('\n')[0] ?? '';
  console.log(`${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Linux ${release()} ${arch()}`);
  console.log(`Node ${process.version}, ${tshark}, pcap-parser 0.2.1`);
  write(nsPath, packets, true);
  write(usPath, packets, false);
  console.log(
    `${packets} frames of ${FRAME_BYTES} bytes, ${SNAPLEN} captured, ${FLOWS} flows: ${megabytes(nsPath)} MB`,
  );

  // The first round warms the compiler up; the best of the others is the figure.
  const flows = best(() => extract(nsPath));
  const walk = best(() => forEachFrame(nsPath, () => undefined).frames);
  const flowsUs = best(() => extract(usPath));
  print('faultline, all flows extracted (ns)', flows, flows);
  print('faultline, all flows extracted (µs)', flowsUs, flows);
  print('faultline, frames only (ns)', walk, flows);
  print('pcap-parser, packets only (µs)', await pcapParser(usPath), flows);
  print('tshark, time, group, port, payload (ns)', await runTshark(nsPath), flows);
}

function extract(path: string): number {
  const { flows, problems, frames } = readCapture(path, RUN_TAG, BigInt(BASE_SECONDS) * 1_000_000_000n);
  const found = Array.from(flows.values()).reduce((sum, flow) => sum + flow.count, 0);
  if (found !== packets || flows.size !== FLOWS || problems.length > 0)
    throw new Error(`read ${found}: ${problems[0]}`);
  return frames;
}

/** Packets per second. */
function best(read: () => number): number {
  let rate = 0;
  for (let round = 0; round < 4; round++) {
    const from = performance.now();
    const count = read();
    if (count !== packets) throw new Error(`read ${count} of ${packets} frames`);
    rate = Math.max(rate, (count / (performance.now() - from)) * 1000);
  }
  return rate;
}

async function pcapParser(path: string): Promise<number> {
  // It uses a form of Buffer that Node warns about.
  process.noDeprecation = true;
  const { parse } = createRequire(import.meta.url)('pcap-parser') as PcapParser;
  const from = performance.now();
  const count = await new Promise<number>((resolve, reject) => {
    let seen = 0;
    const parser = parse(path);
    parser.on('packet', () => seen++);
    parser.on('end', () => resolve(seen));
    parser.on('error', reject);
  });
  if (count !== packets) throw new Error(`pcap-parser read ${count} of ${packets}`);
  return (count / (performance.now() - from)) * 1000;
}

async function runTshark(path: string): Promise<number> {
  const fields = ['frame.number', 'frame.time_epoch', 'ip.dst', 'udp.dstport', 'data.data'];
  const argv = ['tshark', '-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const output = join(folder, 'tshark.txt');
  const from = performance.now();
  const child = await startChild(argv, { stdoutFile: output, stderrFile: '/dev/null' });
  await child.exited;
  const elapsedMs = performance.now() - from;
  let lines = 0;
  for await (const chunk of createReadStream(output)) {
    for (const byte of chunk as Buffer) if (byte === 0x0a) lines++;
  }
  if (lines !== packets) throw new Error(`tshark read ${lines} of ${packets}`);
  return (packets / elapsedMs) * 1000;
}

function print(what: string, rate: number, reference: number): void {
  const ratio = rate === reference ? '' : `  1 : ${(reference / rate).toFixed(reference > rate * 10 ? 0 : 2)}`;
  console.log(`${what.padEnd(42)} ${(rate / 1e6).toFixed(3).padStart(7)} Mpps${ratio}`);
}

function megabytes(path: string): number {
  return Math.round(statSync(path).size / 1e6);
}

function write(path: string, count: number, nanoseconds: boolean): void {
  const writer = new PcapWriter(path, { snaplen: SNAPLEN, nanoseconds });
  const templates = Array.from({ length: FLOWS }, (_, index) => template(index + 1));
  for (let index = 0; index < count; index++) {
    const { frame, view, flowId } = templates[index % FLOWS]!;
    const sequence = Math.floor(index / FLOWS);
    const second = BASE_SECONDS + Math.floor(index / PACKETS_PER_SECOND);
    const nanosecond = (index % PACKETS_PER_SECOND) * 1000;
    encodePayload(view, PAYLOAD_OFFSET, { flowId, runTag: RUN_TAG, sequence, sentAt: 0n });
    writer.write(second, nanosecond, frame, FRAME_BYTES);
  }
  writer.close();
}

function template(flowId: number): { frame: Uint8Array; view: DataView; flowId: number } {
  const source = '10.0.0.1';
  const destination = `239.1.1.${flowId}`;
  const payload = new Uint8Array(FRAME_BYTES - PAYLOAD_OFFSET);
  const udp = encodeUdp({ sourcePort: 5000, destinationPort: 5000 }, payload, { source, destination });
  const ip = encodeIpv4({ payloadProtocol: IP_PROTOCOL.udp, source, destination }, udp);
  const mac = groupMac(ipv4FromText(destination));
  const frame = encodeEthernet({ destination: mac, source: '02:00:00:00:00:01', etherType: 0x0800 }, ip);
  return { frame, view: new DataView(frame.buffer), flowId };
}

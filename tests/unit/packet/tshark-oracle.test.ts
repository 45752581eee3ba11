import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '../../../src/core/random.js';
import { ipv4ToText } from '../../../src/packet/addresses.js';
import { forEachFrame } from '../../../src/packet/capture-reader.js';
import { encodeLinuxSll2 } from '../../../src/packet/layers/linux-sll2.js';
import { LINK_TYPE } from '../../../src/packet/frame.js';
import { PcapWriter, type PcapWriterOptions } from '../../../src/packet/pcap-writer.js';
import { UdpLocator } from '../../../src/packet/udp-locator.js';
import { runCommand } from '../../../src/process/command.js';
import { PcapngBlocks, randomBytes, temporaryFolder, udpFrame, udpPacket, type Folder } from './samples.js';

const FIELDS = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'ip.src', 'ip.dst', 'ip.id'];
const UDP_FIELDS = ['udp.srcport', 'udp.dstport', 'udp.length', 'udp.payload'];

/** One line per frame, as tshark tells it. */
async function tshark(path: string): Promise<string[]> {
  const fields = [...FIELDS, ...UDP_FIELDS].flatMap((field) => ['-e', field]);
  // No guess at what UDP carries, no defragmentation: frames as they are.
  const plain = ['-d', 'udp.port==5000-65535,data', '-o', 'ip.defragment:FALSE'];
  const argv = ['tshark', '-n', '-r', path, ...plain, '-T', 'fields', ...fields];
  const { stdout } = await runCommand(argv, { timeoutMs: 120_000 });
  return stdout.split('\n').slice(0, -1);
}

/** The same by our reader. */
function ours(path: string): string[] {
  const lines: string[] = [];
  const locator = new UdpLocator();
  const { problem } = forEachFrame(path, (frame) => {
    const located = locator.locate(frame);
    const epoch = `${frame.seconds}.${frame.nanoseconds.toString().padStart(9, '0')}`;
    const { source, destination, identification, payloadStart, payloadEnd } = locator;
    const ip = [ipv4ToText(source), ipv4ToText(destination), `0x${identification.toString(16).padStart(4, '0')}`];
    const payload = frame.bytes.toString('hex', payloadStart, payloadEnd);
    const udp = [locator.sourcePort, locator.destinationPort, locator.payloadLength + 8, payload];
    lines.push(
      [
        frame.number,
        frame.timed ? epoch : '',
        frame.end - frame.start,
        frame.originalLength,
        ...(located === 'udp' || located === 'igmp' ? ip : ['', '', '']),
        ...(located === 'udp' ? udp : ['', '', '', '']),
      ].join('\t'),
    );
  });
  expect(problem).to.equal(undefined);
  return lines;
}

describe('the reader beside tshark', function () {
  this.timeout(180_000);
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  async function expectSame(path: string, least: number): Promise<void> {
    const lines = ours(path);
    expect(lines.length).to.be.at.least(least);
    const theirs = await tshark(path);
    expect(theirs.length).to.equal(lines.length);
    for (const [index, line] of theirs.entries()) expect(lines[index]).to.equal(line);
  }

  function randomCapture(name: string, seed: number, options: PcapWriterOptions): string {
    const random = new SeededRandom(seed, 'tshark');
    const path = folder.path(name);
    const writer = new PcapWriter(path, options);
    for (let count = 0; count < 200; count++) {
      const sample = {
        payload: randomBytes(random, random.below(300)),
        sourcePort: 49_152 + random.below(1000),
        destinationPort: 49_152 + random.below(1000),
        tags: Array.from({ length: random.below(3) }, () => [0x8100, 0x88a8][random.below(2)]!),
        ip: { options: new Uint8Array(random.below(4) * 4).fill(1), identification: random.below(65_536) },
      };
      const cooked = {
        packetType: 2,
        hardwareType: 1,
        addressLength: 6,
        address: new Uint8Array(8),
        interfaceIndex: 3,
      };
      const frame =
        options.linkType === LINK_TYPE.linuxSll2
          ? encodeLinuxSll2({ ...cooked, etherType: 0x0800 }, udpPacket(sample))
          : udpFrame(sample);
      writer.write(1_700_000_000 + count, random.below(1_000_000_000), frame);
    }
    writer.close();
    return path;
  }

  it('agrees on pcap: nanoseconds, microseconds, both byte orders, real captures', async () => {
    await expectSame(randomCapture('ns.pcap', 1, {}), 200);
    await expectSame(randomCapture('be.pcap', 2, { littleEndian: false, nanoseconds: false }), 200);
    await expectSame(randomCapture('sll2.pcap', 3, { linkType: LINK_TYPE.linuxSll2, littleEndian: false }), 200);
    for (const name of ['veth-ns.pcap', 'any-sll.pcap', 'any-sll2.pcap']) {
      await expectSame(fileURLToPath(new URL(`captures/${name}`, import.meta.url)), 12);
    }
  });

  it('agrees on pcapng that editcap and mergecap made', async () => {
    const ethernet = randomCapture('a.pcap', 4, {});
    const cooked = randomCapture('b.pcap', 5, { linkType: LINK_TYPE.linuxSll2, nanoseconds: false });
    const one = folder.path('one.pcapng');
    await runCommand(['editcap', '-F', 'pcapng', ethernet, one]);
    await expectSame(one, 200);
    const merged = folder.path('merged.pcapng');
    await runCommand(['mergecap', '-F', 'pcapng', '-w', merged, ethernet, cooked, one]);
    await expectSame(merged, 600);
    const commented = folder.path('commented.pcapng');
    await runCommand(['editcap', '-a', '3:a comment', '-s', '100', one, commented]);
    await expectSame(commented, 200);
  });

  it('agrees on pcapng with sections, byte orders, resolutions and offsets', async () => {
    const random = new SeededRandom(6, 'tshark');
    const parts: Uint8Array[] = [];
    for (const littleEndian of [true, false, true]) {
      const blocks = new PcapngBlocks(littleEndian);
      parts.push(blocks.section(), blocks.block(0x0077, randomBytes(random, 40)));
      // Finer than 10^-10 s tshark's own product overflows.
      const scales: [number, bigint][] = [
        [9, 10n ** 9n],
        [6, 10n ** 6n],
        [3, 1000n],
        [0x80 | 20, 2n ** 20n],
        [10, 10n ** 10n],
      ];
      const offsets = [0n, 0n, 100n, 0n, 1_690_000_000n];
      scales.forEach(([resolution], index) => parts.push(blocks.interface({ resolution, offset: offsets[index]! })));
      for (let count = 0; count < 50; count++) {
        const index = random.below(scales.length);
        const units = scales[index]![1];
        const seconds = (index === 4 ? 10_000_000n : 1_700_000_000n) + BigInt(random.below(1000));
        const stamp = seconds * units + (BigInt(random.below(1_000_000_000)) * units) / 1_000_000_000n;
        const frame = udpFrame({ payload: randomBytes(random, random.below(100)), destinationPort: 50_000 });
        parts.push(
          index === 1 ? blocks.old(stamp, frame, index) : blocks.enhanced(stamp, frame, index, frame.length + 4),
        );
      }
    }
    await expectSame(folder.file('sections.pcapng', Buffer.concat(parts)), 150);
  });

  it('writes checksums that tshark finds right', async () => {
    const path = randomCapture('sums.pcap', 8, {});
    const fields = ['-T', 'fields', '-e', 'ip.checksum.status', '-e', 'udp.checksum.status'];
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const { stdout } = await runCommand(['tshark', '-n', '-r', path, ...checks, ...fields]);
    expect(new Set(stdout.trim().split('\n'))).to.deep.equal(new Set(['1\t1']));
  });
});

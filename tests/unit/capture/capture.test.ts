import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bufferKiB, judge } from '../../../src/capture/captures.js';
import { checkFile } from '../../../src/capture/file-check.js';
import { linkChanges, parseLinkEvents, type LinkEvent } from '../../../src/capture/link-events.js';
import { parseTcpdumpCounts, tcpdumpArgv } from '../../../src/capture/tcpdump.js';

describe('parseTcpdumpCounts', () => {
  it('reads its answer to SIGUSR1, the last one', () => {
    const text =
      'tcpdump: 10 packets captured, 11 packets received by filter, 0 packets dropped by kernel\n' +
      'tcpdump: 12 packets captured, 12 packets received by filter, 3 packets dropped by kernel\n';
    const counts = { captured: 12, receivedByFilter: 12, droppedByKernel: 3, droppedByInterface: 0 };
    expect(parseTcpdumpCounts(text)).to.deep.equal(counts);
  });

  it('reads its closing words, in the singular too', () => {
    const text =
      '1 packet captured\n2 packets received by filter\n1 packet dropped by kernel\n7 packets dropped by interface\n';
    const counts = { captured: 1, receivedByFilter: 2, droppedByKernel: 1, droppedByInterface: 7 };
    expect(parseTcpdumpCounts(text)).to.deep.equal(counts);
  });

  it('takes nothing less than all of them', () => {
    expect(parseTcpdumpCounts('10 packets captured\n11 packets received by filter\n')).to.equal(undefined);
  });
});

describe('tcpdumpArgv', () => {
  it('records in nanoseconds, and passes the filter as one argument', () => {
    const argv = tcpdumpArgv('eth1', { path: '/x/a.pcap', snaplen: 256, bufferKiB: 4096, filter: 'udp or igmp' });
    expect(argv.join(' ')).to.contain('-i eth1 -w /x/a.pcap').and.contain('--time-stamp-precision=nano');
    expect(argv.at(-1)).to.equal('udp or igmp');
  });
});

describe('bufferKiB', () => {
  const GIB = 2 ** 30;
  it('is 64 MiB where the memory has room, and never takes more than a quarter of it for all', () => {
    expect(bufferKiB(10, 24 * GIB)).to.equal(65_536);
    expect(bufferKiB(18, 2 * GIB) * 1024 * 18).to.be.at.most(GIB / 2);
    expect(bufferKiB(18, 2 * GIB)).to.be.above(16_384);
    expect(bufferKiB(1000, 2 * GIB)).to.equal(2048);
  });
});

describe('judge', () => {
  const counts = { captured: 5, receivedByFilter: 5, droppedByKernel: 0, droppedByInterface: 0 };
  it('finds nothing wrong with a whole file', () => {
    expect(judge(5, undefined, counts)).to.deep.equal([]);
  });
  it('tells drops, damage and packets that did not reach the disk', () => {
    expect(judge(4, 'it is cut', { ...counts, droppedByKernel: 2, droppedByInterface: 1 })).to.deep.equal([
      'the file is damaged: it is cut',
      'the file holds 4 packets, but tcpdump captured 5: is the disk full?',
      'the kernel dropped 2 packets',
      'the interface dropped 1 packets',
    ]);
  });
});

describe('checkFile', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'faultline-capture-'))));
  after(() => rmSync(dir, { recursive: true }));

  function pcap(lengths: readonly number[]): Buffer {
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b23c4d);
    const records = lengths.map((length) => {
      const record = Buffer.alloc(16 + length);
      record.writeUInt32LE(length, 8);
      return record;
    });
    return Buffer.concat([header, ...records]);
  }
  function written(content: Buffer): string {
    const path = join(dir, 'x.pcap');
    writeFileSync(path, content);
    return path;
  }

  it('counts packets across the chunks it reads, and hashes the whole', async () => {
    const content = pcap(Array.from({ length: 20_000 }, (_, n) => n % 257));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const expected = { sha256, bytes: content.length, packets: 20_000, damage: undefined };
    expect(await checkFile(written(content))).to.deep.equal(expected);
  });

  it('tells where a file is cut: in a header, in a packet, before anything', async () => {
    const content = pcap([60, 60]);
    expect((await checkFile(written(content.subarray(0, -1)))).damage).to.equal('it is cut within packet 2');
    expect((await checkFile(written(content.subarray(0, -70)))).damage).to.equal('it is cut within packet 2');
    expect((await checkFile(written(content.subarray(0, -76)))).damage).to.equal(undefined);
    expect((await checkFile(written(Buffer.alloc(0)))).damage).to.contain('0 bytes');
  });

  it('does not take another format for its own', async () => {
    const check = await checkFile(written(Buffer.alloc(100, 0xd4)));
    expect(check.damage).to.contain('does not begin');
  });
});

describe('parseLinkEvents', () => {
  it('reads what ip prints', () => {
    const text = [
      '[2026-11-20T20:42:12.781790] 3: va@vb: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default ',
      '    link/ether 2a:f7:b0:b5:54:a3 brd ff:ff:ff:ff:ff:ff',
      '[2026-11-20T20:42:12.784345] 2: eth1@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default ',
      '    link/ether 8e:05:3e:2e:a0:d5 brd ff:ff:ff:ff:ff:ff link-netns clab-x-y',
      '[2026-11-20T20:42:13.091060] 2: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default ',
      '[2026-11-20T20:42:13.300326] Deleted 3: va@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default ',
      '[2026-11-20T20:42:13.4003',
    ].join('\n');
    const second = BigInt(Date.UTC(2026, 10, 20, 20, 42, 12)) * 1_000_000n;
    expect(parseLinkEvents(text)).to.deep.equal([
      { at: second + 781_790_000n, interface: 'va', up: true, carrier: false, deleted: false },
      { at: second + 784_345_000n, interface: 'eth1', up: true, carrier: true, deleted: false },
      { at: second + 1_091_060_000n, interface: 'eth1', up: false, carrier: false, deleted: false },
      { at: second + 1_300_326_000n, interface: 'va', up: false, carrier: false, deleted: true },
    ]);
  });
});

describe('linkChanges', () => {
  it('leaves out what only repeats the state', () => {
    const event = (at: bigint, name: string, up: boolean, carrier: boolean): LinkEvent => ({
      ...{ at, interface: name, up, carrier, deleted: false },
    });
    const events = [
      event(1n, 'eth1', true, true),
      event(2n, 'eth1', true, false),
      event(3n, 'eth2', true, true),
      event(4n, 'eth1', true, false),
      event(5n, 'eth2', false, false),
      event(6n, 'eth1', true, true),
    ];
    expect(linkChanges(events).map(({ at }) => at)).to.deep.equal([2n, 5n, 6n]);
  });
});

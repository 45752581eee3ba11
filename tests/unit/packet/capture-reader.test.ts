import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CaptureFileError, forEachFrame } from '../../../src/packet/capture-reader.js';
import { PcapWriter, type PcapWriterOptions } from '../../../src/packet/pcap-writer.js';
import { readAll, temporaryFolder, type Folder } from './samples.js';

describe('forEachFrame on pcap', function () {
  this.timeout(60_000);
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  function sample(name: string, options: PcapWriterOptions = {}): string {
    const path = folder.path(name);
    const writer = new PcapWriter(path, options);
    writer.write(1_700_000_000, 123_456_789, Uint8Array.of(1, 2, 3, 4));
    writer.write(4_294_967_295, 999_999_999, Uint8Array.of(5, 6), 1500);
    writer.write(0, 1, Uint8Array.of(7, 8, 9, 10, 11, 12));
    writer.close();
    return path;
  }

  for (const littleEndian of [true, false]) {
    for (const nanoseconds of [true, false]) {
      it(`reads ${nanoseconds ? 'nano' : 'micro'}seconds in ${littleEndian ? 'little' : 'big'} endian`, () => {
        const path = sample('order.pcap', { littleEndian, nanoseconds, linkType: 276, snaplen: 5 });
        const magic = readFileSync(path).toString('hex', 0, 4);
        expect(magic).to.equal(
          littleEndian ? (nanoseconds ? '4d3cb2a1' : 'd4c3b2a1') : nanoseconds ? 'a1b23c4d' : 'a1b2c3d4',
        );
        const { frames, summary } = readAll(path);
        const common = { timed: true, linkType: 276, interfaceIndex: 0 };
        const ns = (value: number): number => (nanoseconds ? value : Math.floor(value / 1000) * 1000);
        expect(frames).to.deep.equal([
          {
            number: 1,
            seconds: 1_700_000_000,
            nanoseconds: ns(123_456_789),
            data: '01020304',
            originalLength: 4,
            ...common,
          },
          {
            number: 2,
            seconds: 4_294_967_295,
            nanoseconds: ns(999_999_999),
            data: '0506',
            originalLength: 1500,
            ...common,
          },
          { number: 3, seconds: 0, nanoseconds: ns(1), data: '0708090a0b', originalLength: 6, ...common },
        ]);
        expect(summary).to.deep.equal({
          format: 'pcap',
          frames: 3,
          bytes: 24 + 3 * 16 + 11,
          dropped: undefined,
          problem: undefined,
        });
      });
    }
  }

  it('reads a file with no frames', () => {
    const path = folder.path('none.pcap');
    new PcapWriter(path).close();
    expect(readAll(path).summary).to.include({ frames: 0, bytes: 24, problem: undefined });
  });

  it('carries a frame over the end of its buffer', () => {
    const path = folder.path('long.pcap');
    const writer = new PcapWriter(path);
    const sizes = Array.from({ length: 60 }, (_, index) => (index * 7919) % 262_145);
    sizes.push(262_144);
    for (const [index, size] of sizes.entries()) writer.write(1, index, new Uint8Array(size).fill(index), size + 1);
    writer.close();
    let number = 0;
    const { problem } = forEachFrame(path, (frame) => {
      expect(frame.end - frame.start).to.equal(sizes[number]);
      expect(frame.bytes.subarray(frame.start, frame.end).every((byte) => byte === number)).to.equal(true);
      number++;
    });
    expect(problem).to.equal(undefined);
    expect(number).to.equal(sizes.length);
  });

  it('says how far it got in a file that is cut, wherever that is', () => {
    const whole = readFileSync(sample('whole.pcap'));
    const ends = [24, 44, 62, 84];
    for (let length = 4; length < whole.length; length++) {
      const { frames, summary } = readAll(folder.file('cut.pcap', whole.subarray(0, length)));
      const complete = ends.filter((end) => end <= length).length - 1;
      expect(frames.length, `${length} bytes`).to.equal(Math.max(0, complete));
      if (ends.includes(length)) {
        expect(summary.problem, `${length} bytes`).to.equal(undefined);
      } else {
        expect(summary.problem, `${length} bytes`).to.include({
          kind: 'cut',
          frames: frames.length,
          byteOffset: complete < 0 ? 0 : ends[complete],
        });
      }
    }
    const { summary } = readAll(folder.file('cut.pcap', whole.subarray(0, 61)));
    expect(summary.problem?.message).to.equal(
      "after frame 1, at byte 44, the file is cut short: only 1 of the frame's 2 captured bytes",
    );
  });

  it('stops where a record makes no sense, after everything before it', () => {
    const whole = readFileSync(sample('whole.pcap'));
    const broken = (change: (bytes: Buffer) => void): ReturnType<typeof readAll> => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return readAll(folder.file('corrupt.pcap', bytes));
    };
    const cases: [string, (bytes: Buffer) => void][] = [
      ['a captured length of 4294967295 bytes (at most 262144)', (bytes) => bytes.writeUInt32LE(0xffffffff, 44 + 8)],
      ['a captured length of 2 bytes of a frame of 1', (bytes) => bytes.writeUInt32LE(1, 44 + 12)],
      ['a time stamp with 1000000000 nanoseconds after the second', (bytes) => bytes.writeUInt32LE(1e9, 44 + 4)],
      ['a record header of zeros', (bytes) => bytes.fill(0, 44)],
    ];
    for (const [what, change] of cases) {
      const { frames, summary } = broken(change);
      expect(frames.map(({ number }) => number)).to.deep.equal([1]);
      expect(summary.problem).to.deep.equal({
        kind: 'corrupt',
        frames: 1,
        byteOffset: 44,
        message: `after frame 1, at byte 44, the file makes no sense: ${what}`,
      });
    }
  });

  it('refuses what is no capture, and says what it is', () => {
    const refused = (name: string, content: Uint8Array): string => {
      try {
        readAll(folder.file(name, content));
      } catch (error) {
        expect(error).to.be.instanceOf(CaptureFileError);
        return (error as Error).message;
      }
      throw new Error(`${name} was read`);
    };
    expect(refused('empty.pcap', Buffer.alloc(0))).to.match(/empty\.pcap: is empty/);
    expect(refused('tiny.pcap', Buffer.alloc(3))).to.contain('3 bytes are no capture');
    expect(refused('text.pcap', Buffer.from('hello, world'))).to.contain('is no capture file (it begins with 68656c6c');
    expect(refused('x.pcap.gz', gzipSync('x'))).to.contain('is compressed by gzip: unpack it first');
    expect(refused('version.pcap', Buffer.from(`d4c3b2a10300${'00'.repeat(18)}`, 'hex'))).to.contain('version 3.0');
    expect(refused('bad.pcapng', Buffer.from(`0a0d0d0a${'1c000000'.repeat(7)}`, 'hex'))).to.contain('no byte order');
    expect(refused('old.pcap', Buffer.from('34cdb2a102000400', 'hex'))).to.contain('editcap');
    expect(() => readAll(folder.path('absent.pcap'))).to.throw(
      CaptureFileError,
      /absent\.pcap: cannot be read: ENOENT/,
    );
    expect(() => readAll(folder.path('.'))).to.throw(CaptureFileError, /cannot be read: EISDIR/);
  });

  it('closes the file when the visitor throws', () => {
    const path = sample('throw.pcap');
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let round = 0; round < 3; round++) {
      expect(() =>
        forEachFrame(path, () => {
          throw new Error('enough');
        }),
      ).to.throw('enough');
    }
    expect(open()).to.equal(before);
  });
});

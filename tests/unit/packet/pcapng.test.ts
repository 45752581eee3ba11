import { expect } from 'chai';
import { CaptureFileError } from '../../../src/packet/capture-reader.js';
import { PcapngBlocks, readAll, temporaryFolder, type Folder } from './samples.js';

const DATA = Uint8Array.of(1, 2, 3, 4, 5);

describe('forEachFrame on pcapng', function () {
  this.timeout(60_000);
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  const read = (...blocks: Uint8Array[]): ReturnType<typeof readAll> =>
    readAll(folder.file('x.pcapng', Buffer.concat(blocks)));

  for (const littleEndian of [true, false]) {
    it(`reads all packet blocks in ${littleEndian ? 'little' : 'big'} endian`, () => {
      const blocks = new PcapngBlocks(littleEndian);
      const { frames, summary } = read(
        blocks.section(),
        blocks.interface({ snaplen: 4 }),
        blocks.block(4, DATA),
        blocks.enhanced(1_700_000_000_123_456n, DATA, 0, 900),
        blocks.interface({ linkType: 113 }),
        blocks.old(1_700_000_001_000_001n, DATA, 1),
        blocks.block(0x0bad, new Uint8Array(3_000_000)),
        blocks.simple(DATA.subarray(0, 4), 5),
        blocks.statistics(0, 3),
        blocks.statistics(0, 7),
        blocks.statistics(1, 1),
      );
      expect(frames).to.deep.equal([
        {
          number: 1,
          timed: true,
          seconds: 1_700_000_000,
          nanoseconds: 123_456_000,
          data: '0102030405',
          originalLength: 900,
          linkType: 1,
          interfaceIndex: 0,
        },
        {
          number: 2,
          timed: true,
          seconds: 1_700_000_001,
          nanoseconds: 1000,
          data: '0102030405',
          originalLength: 5,
          linkType: 113,
          interfaceIndex: 1,
        },
        {
          number: 3,
          timed: false,
          seconds: 0,
          nanoseconds: 0,
          data: '01020304',
          originalLength: 5,
          linkType: 1,
          interfaceIndex: 0,
        },
      ]);
      expect(summary).to.include({ format: 'pcapng', frames: 3, dropped: 8, problem: undefined });
    });
  }

  it('begins anew with each section, in its own byte order', () => {
    const little = new PcapngBlocks(true);
    const big = new PcapngBlocks(false);
    const { frames, summary } = read(
      little.section(),
      little.interface({ resolution: 9 }),
      little.interface(),
      little.enhanced(1_000_000_001n, DATA),
      big.section(),
      big.interface({ resolution: 3, linkType: 276 }),
      big.enhanced(2_001n, DATA),
      big.enhanced(2_001n, DATA, 1),
    );
    expect(frames.map(({ seconds, nanoseconds, linkType }) => [seconds, nanoseconds, linkType])).to.deep.equal([
      [1, 1, 1],
      [2, 1_000_000, 276],
    ]);
    expect(summary.problem).to.include({ kind: 'corrupt', frames: 2 });
    expect(summary.problem?.message).to.contain('a packet from interface 1, which the section does not have');
  });

  it('understands every resolution and offset exactly', () => {
    const blocks = new PcapngBlocks();
    const at = 1_700_000_000n;
    const cases: [number, bigint, bigint, number, number][] = [
      // resolution, offset, stamp, seconds, nanoseconds
      [0, 0n, at, 1_700_000_000, 0],
      [6, 0n, at * 10n ** 6n + 999_999n, 1_700_000_000, 999_999_000],
      [9, 0n, at * 10n ** 9n + 999_999_999n, 1_700_000_000, 999_999_999],
      [9, 0n, at * 10n ** 9n, 1_700_000_000, 0],
      [9, 1_600_000_000n, 5n * 10n ** 9n + 7n, 1_600_000_005, 7],
      [9, -10n, 5n * 10n ** 9n + 7n, -5, 7],
      [8, 0n, at * 10n ** 8n + 3n, 1_700_000_000, 30],
      [9, 0n, 2n ** 64n - 1n, 18_446_744_073, 709_551_615],
      [10, 0n, at * 10n ** 10n + 19n, 1_700_000_000, 1],
      [12, 0n, 9_999n * 10n ** 12n + 123_456_789_012n, 9_999, 123_456_789],
      [0x80 | 1, 0n, at * 2n + 1n, 1_700_000_000, 500_000_000],
      [0x80 | 10, 0n, at * 1024n + 1n, 1_700_000_000, 976_562],
      [0x80 | 32, 0n, (at << 32n) | 0x80000000n, 1_700_000_000, 500_000_000],
      [0x7f, 0n, 12_345n, 0, 0],
    ];
    for (const [resolution, offset, stamp, seconds, nanoseconds] of cases) {
      const { frames } = read(blocks.section(), blocks.interface({ resolution, offset }), blocks.enhanced(stamp, DATA));
      expect(frames[0], `${resolution}/${offset}/${stamp}`).to.include({ seconds, nanoseconds });
    }
    // The quick way at random places against bigints.
    let stamp = 0x9e3779b97f4a7c15n;
    for (let round = 0; round < 80; round++) {
      stamp = (stamp * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      for (const [resolution, units, shift] of [
        [9, 1_000_000_000n, 0n],
        [6, 1_000_000n, 2n],
        [3, 1000n, 12n],
      ] as const) {
        const value = stamp >> shift;
        const { frames } = read(blocks.section(), blocks.interface({ resolution }), blocks.enhanced(value, DATA));
        expect(frames[0]).to.include({
          seconds: Number(value / units),
          nanoseconds: Number((value % units) * (1_000_000_000n / units)),
        });
      }
    }
  });

  it('says how far it got in a file that is cut, wherever that is', () => {
    const blocks = new PcapngBlocks();
    const parts = [
      blocks.section(),
      blocks.interface(),
      blocks.enhanced(1n, DATA),
      blocks.block(0x0bad, DATA),
      blocks.enhanced(2n, DATA),
    ];
    const whole = Buffer.concat(parts);
    const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
    for (let length = 4; length < whole.length; length++) {
      const { frames, summary } = readAll(folder.file('cut.pcapng', whole.subarray(0, length)));
      expect(frames.length, `${length} bytes`).to.equal(length < ends[2]! ? 0 : 1);
      if (ends.includes(length)) expect(summary.problem, `${length} bytes`).to.equal(undefined);
      else expect(summary.problem, `${length} bytes`).to.include({ kind: 'cut', frames: frames.length });
    }
    const { summary } = readAll(folder.file('cut.pcapng', whole.subarray(0, whole.length - 1)));
    expect(summary.problem?.message).to.equal(
      `after frame 1, at byte ${ends[3]}, the file is cut short: only 39 bytes of a block of 40`,
    );
  });

  it('stops at a block that makes no sense', () => {
    const blocks = new PcapngBlocks();
    const start = [blocks.section(), blocks.interface(), blocks.enhanced(1n, DATA)];
    const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
      new DataView(bytes.buffer).setUint32(at, value, true);
      return bytes;
    };
    const packet = (): Uint8Array => blocks.enhanced(2n, DATA);
    const cases: [string, Uint8Array][] = [
      ['a block length of 8 bytes', patched(packet(), 4, 8)],
      ['a block length of 41 bytes', patched(packet(), 4, 41)],
      ['a block of type 6 with 4294967292 bytes', patched(packet(), 4, 0xfffffffc)],
      ['a block whose length is 40 at its start and 44 at its end', patched(packet(), 36, 44)],
      ['a block whose length is 20 at its start and 24 at its end', patched(blocks.block(77, DATA), 16, 24)],
      ['9 captured bytes in a packet block of 40', patched(packet(), 20, 9)],
      ['a captured length of 5 bytes of a frame of 4', patched(packet(), 24, 4)],
      ['100 captured bytes in a packet block of 24', blocks.simple(DATA, 100)],
      ['a section in version 2 of the format (1 is read)', blocks.section(2)],
      ['a section without its byte order mark', patched(blocks.section(), 8, 1)],
      ['an option of 300 bytes, longer than its block', patched(blocks.interface(), 16, (300 << 16) | 2)],
      ['statistics of no interface of the section', blocks.statistics(3, 1)],
    ];
    for (const [what, bad] of cases) {
      const { frames, summary } = read(...start, bad, blocks.enhanced(3n, DATA));
      expect(frames.length, what).to.equal(1);
      expect(summary.problem?.message, what).to.match(/^after frame 1, at byte \d+, the file makes no sense: /);
      expect(summary.problem?.message).to.contain(what);
    }
    expect(() => read(blocks.section(2))).not.to.throw();
    expect(() => read(Buffer.from('0a0d0d0a', 'hex'))).not.to.throw(CaptureFileError);
  });
});

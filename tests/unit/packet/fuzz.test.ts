import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '../../../src/core/random.js';
import { CaptureFileError, forEachFrame } from '../../../src/packet/capture-reader.js';
import { readGenericFlow, surveyFlows } from '../../../src/packet/generic-flow.js';
import { decodeFrame } from '../../../src/packet/layers/decode-frame.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { readCapture } from '../../../src/packet/read-capture.js';
import { PcapngBlocks, readAll, temporaryFolder, testPayload, udpFrame, type Folder, type Seen } from './samples.js';

const TAG = 7;

describe('damaged captures', function () {
  this.timeout(120_000);
  let folder: Folder;
  let originals: Buffer[];
  before(() => {
    folder = temporaryFolder();
    originals = [pcap(true, true), pcap(false, false), pcapng(true), pcapng(false)];
    for (const name of ['veth-ns.pcap', 'any-sll2.pcap']) {
      originals.push(readFileSync(fileURLToPath(new URL(`captures/${name}`, import.meta.url))));
    }
  });
  after(() => folder.remove());

  function frameOf(index: number): Uint8Array {
    return udpFrame({ payload: testPayload(1, TAG, index, index), tags: index % 3 === 0 ? [0x8100] : [] });
  }

  function pcap(littleEndian: boolean, nanoseconds: boolean): Buffer {
    const path = folder.path('original.pcap');
    const writer = new PcapWriter(path, { littleEndian, nanoseconds });
    for (let index = 0; index < 12; index++) writer.write(1_700_000_000 + index, index, frameOf(index));
    writer.close();
    return readFileSync(path);
  }

  function pcapng(littleEndian: boolean): Buffer {
    const blocks = new PcapngBlocks(littleEndian);
    const parts = [blocks.section(), blocks.interface({ resolution: 9 }), blocks.block(0x0bad, new Uint8Array(30))];
    for (let index = 0; index < 4; index++) {
      const stamp = 1_700_000_000_000_000_000n + BigInt(index);
      parts.push(
        blocks.enhanced(stamp, frameOf(index)),
        blocks.old(stamp, frameOf(index)),
        blocks.simple(frameOf(index)),
      );
      if (index === 1) parts.push(blocks.section(), blocks.interface());
    }
    return Buffer.concat([...parts, blocks.statistics(0, 0)]);
  }

  /** Reads it in every way; nothing but the documented error may come out. */
  function survey(
    path: string,
  ): { readonly frames: readonly Seen[]; readonly problem: string | undefined } | undefined {
    let result: ReturnType<typeof readAll>;
    try {
      result = readAll(path);
    } catch (error) {
      expect(error).to.be.instanceOf(CaptureFileError);
      expect(() => readCapture(path, TAG, 0n)).to.throw(CaptureFileError);
      return undefined;
    }
    const { frames, summary } = result;
    expect(summary.frames).to.equal(frames.length);
    const content = readCapture(path, TAG, 1_700_000_000_000_000_000n);
    expect(content.frames).to.equal(frames.length);
    if (summary.problem !== undefined) {
      expect(content.problems).to.include(summary.problem.message);
      expect(summary.problem.frames).to.equal(frames.length);
      expect(summary.problem.byteOffset).to.equal(summary.bytes);
    }
    const taken = Array.from(content.flows.values()).reduce((sum, flow) => sum + flow.count, 0);
    expect(taken).to.be.at.most(frames.length);
    const sequence = { kind: 'sequence', offset: 12, width: 8, byteOrder: 'big' } as const;
    expect(readGenericFlow(path, {}, sequence).packets.count).to.be.at.most(frames.length);
    expect(readGenericFlow(path, {}, { kind: 'packet' }).frames).to.equal(frames.length);
    surveyFlows(path);
    for (const { data, linkType } of frames) decodeFrame(Buffer.from(data, 'hex'), linkType);
    return { frames, problem: summary.problem?.message };
  }

  it('deliver, when cut, the frames before the cut and no other', () => {
    const random = new SeededRandom(11, 'cut');
    for (const original of originals) {
      const whole = readAll(folder.file('whole', original)).frames;
      expect(whole.length).to.be.greaterThan(10);
      for (let round = 0; round < 40; round++) {
        const length = random.below(original.length);
        const read = survey(folder.file('cut', original.subarray(0, length)));
        if (length < 4) expect(read).to.equal(undefined);
        else expect(read?.frames).to.deep.equal(whole.slice(0, read?.frames.length));
      }
    }
  });

  it('never deliver more than is there, and always come to an end, whatever bytes are wrong', () => {
    const random = new SeededRandom(12, 'flip');
    const outcomes = { refused: 0, problem: 0, read: 0 };
    for (let round = 0; round < 600; round++) {
      const bytes = Buffer.from(originals[round % originals.length]!);
      for (let flips = 1 + random.below(round % 3 === 0 ? 40 : 3); flips > 0; flips--) {
        bytes[random.below(bytes.length)] = random.below(2) === 0 ? random.below(256) : 0xff;
      }
      const path = folder.file('flipped', bytes);
      const read = survey(path);
      if (read === undefined) outcomes.refused++;
      else if (read.problem !== undefined) outcomes.problem++;
      else outcomes.read++;
      if (read === undefined) continue;
      // Every frame lies in the file, after the one before, and holds the file's bytes.
      let from = 0;
      for (const { data, number, originalLength, nanoseconds } of read.frames) {
        const at = bytes.indexOf(Buffer.from(data, 'hex'), from);
        expect(at, `frame ${number}`).to.be.at.least(from);
        from = at + data.length / 2;
        expect(originalLength).to.be.at.least(data.length / 2);
        expect(nanoseconds).to.be.within(0, 999_999_999);
      }
      expect(from).to.be.at.most(bytes.length);
    }
    for (const [outcome, count] of Object.entries(outcomes)) expect(count, outcome).to.be.greaterThan(20);
  });

  it('give the same in every read', () => {
    const random = new SeededRandom(13, 'noise');
    for (let round = 0; round < 100; round++) {
      const start = originals[round % originals.length]!.subarray(0, 24 + random.below(60));
      const noise = Buffer.from(Array.from({ length: random.below(3000) }, () => random.below(256)));
      const path = folder.file('noise', Buffer.concat([start, noise]));
      let visits = 0;
      const read = survey(path);
      if (read === undefined) continue;
      const { frames } = forEachFrame(path, () => visits++);
      expect([visits, frames]).to.deep.equal([read.frames.length, read.frames.length]);
    }
  });
});

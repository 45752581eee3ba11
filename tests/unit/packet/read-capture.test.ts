import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CaptureFileError } from '../../../src/packet/capture-reader.js';
import { encodeIgmp, IGMP_TYPE } from '../../../src/packet/layers/igmp.js';
import { encodeIpv4 } from '../../../src/packet/layers/ipv4.js';
import { decodePayload } from '../../../src/packet/payload.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { readCapture } from '../../../src/packet/read-capture.js';
import { etherFrame, PcapngBlocks, readAll, temporaryFolder, testPayload, udpFrame, type Folder } from './samples.js';

const TAG = 0xdeadbeef;
const BASE = 1_700_000_000_500_000_000n;
const real = (name: string): string => fileURLToPath(new URL(`captures/${name}`, import.meta.url));

describe('readCapture', function () {
  this.timeout(60_000);
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  function capture(
    snaplen: number,
    frames: readonly (readonly [seconds: number, ns: number, frame: Uint8Array])[],
  ): string {
    const path = folder.path('x.pcap');
    const writer = new PcapWriter(path, { snaplen });
    for (const [seconds, ns, frame] of frames) writer.write(seconds, ns, frame);
    writer.close();
    return path;
  }

  it('gives the columns of each flow of its own run', () => {
    const flow = (id: number, tag: number, sequence: number): Uint8Array =>
      udpFrame({ payload: testPayload(id, tag, sequence), tags: id === 2 ? [0x88a8, 0x8100] : [] });
    const path = capture(128, [
      [1_700_000_000, 500_000_001, flow(1, TAG, 0)],
      [1_700_000_001, 0, flow(65_535, TAG, 2 ** 40 + 3)],
      [1_700_000_000, 499_999_999, flow(1, TAG, 1)],
      [1_700_000_002, 0, flow(1, TAG - 1, 7)],
      [1_700_000_002, 0, udpFrame({ payload: new Uint8Array(100) })],
      [1_700_000_003, 0, flow(2, TAG, 9)],
      [1_700_000_003, 0, udpFrame({ payload: testPayload(1, TAG, 8), ip: { fragmentOffset: 8 } })],
      [1_700_000_003, 1, udpFrame({ payload: testPayload(1, TAG, 9), ip: { moreFragments: true } })],
    ]);
    const { base, flows, frames, memberships, problems } = readCapture(path, TAG, BASE);
    expect({ base, frames, memberships, problems }).to.deep.equal({
      base: BASE,
      frames: 8,
      memberships: [],
      problems: [],
    });
    expect([...flows.keys()].sort()).to.deep.equal([1, 2, 65_535]);
    expect(flows.get(1)).to.deep.equal({
      base: BASE,
      count: 3,
      frame: Uint32Array.of(1, 3, 8),
      atNs: Float64Array.of(1, -1, 2_500_000_001),
      sequence: Float64Array.of(0, 1, 9),
    });
    expect(flows.get(2)).to.deep.include({ count: 1, sequence: Float64Array.of(9) });
    expect(flows.get(65_535)).to.deep.include({ atNs: Float64Array.of(5e8), sequence: Float64Array.of(2 ** 40 + 3) });
  });

  it('grows with the flow', () => {
    const frame = udpFrame({ payload: testPayload(1, TAG, 0, 0) });
    const view = new DataView(frame.buffer);
    const path = folder.path('many.pcap');
    const writer = new PcapWriter(path);
    for (let index = 0; index < 50_000; index++) {
      view.setUint32(42 + 16, index);
      expect(decodePayload(view, 42)?.sequence).to.equal(index);
      writer.write(1_700_000_000, index, frame);
    }
    writer.close();
    const flow = readCapture(path, TAG, BASE).flows.get(1)!;
    expect(flow.count).to.equal(50_000);
    for (const column of [flow.frame, flow.atNs, flow.sequence]) expect(column.length).to.equal(50_000);
    expect(flow.sequence.every((sequence, index) => sequence === index)).to.equal(true);
    expect(flow.frame.every((number, index) => number === index + 1)).to.equal(true);
    expect(flow.atNs.every((atNs, index) => atNs === index - 500_000_000)).to.equal(true);
  });

  it('sees joins and leaves as Linux sends them, under Ethernet and both cooked headers', () => {
    const expected = [
      'join 232.1.1.1 10.0.0.9',
      'join 239.1.1.1 null',
      'leave 232.1.1.1 10.0.0.9',
      'leave 239.1.1.1 null',
      'join 239.1.1.2 null',
      'leave 239.1.1.2 null',
    ];
    for (const name of ['veth-ns.pcap', 'any-sll.pcap', 'any-sll2.pcap']) {
      const captured = readAll(real(name)).frames;
      const base = BigInt(captured[0]!.seconds) * 1_000_000_000n;
      const { memberships, problems } = readCapture(real(name), TAG, base);
      expect(problems).to.deep.equal([]);
      for (const { frame, atNs } of memberships) {
        const { seconds, nanoseconds } = captured[frame - 1]!;
        expect(base + BigInt(atNs)).to.equal(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
      }
      const seen = memberships.map(({ action, group, source }) => `${action} ${group} ${source}`);
      expect([...new Set(seen)], name).to.have.members(expected);
      expect(new Set(memberships.map(({ from }) => from)), name).to.deep.equal(new Set(['10.0.0.1']));
    }
  });

  it('says what could make a figure wrong', () => {
    const frame = udpFrame({ payload: testPayload(1, TAG, 0) });
    const records = Array.from({ length: 20 }, () => ({ type: 4, group: '239.1.1.1', sources: [] }));
    const message = encodeIgmp({ protocol: 'igmp', type: IGMP_TYPE.reportV3, records, cut: false });
    const report = etherFrame(
      encodeIpv4({ payloadProtocol: 2, source: '10.0.0.7', destination: '224.0.0.22' }, message),
    );
    const short = readCapture(
      capture(60, [
        [1_700_000_000, 0, report],
        [1_700_000_000, 0, frame],
        [1_700_000_000, 0, frame],
      ]),
      TAG,
      BASE,
    );
    expect(short.flows.size).to.equal(0);
    expect(short.memberships.length).to.equal(2);
    expect(short.problems).to.deep.equal([
      'frame 1: a membership report was captured too short: joins or leaves in it are missing',
      '2 frames, the first is 2: a UDP packet was captured too short to tell whether it is a test packet',
    ]);

    const far = readCapture(capture(128, [[1, 0, frame]]), TAG, BASE);
    expect(far.problems).to.deep.equal([
      'frame 1: it is stamped more than 104 days away from the others and was left out',
    ]);

    const blocks = new PcapngBlocks();
    const pcapng = [
      blocks.section(),
      blocks.interface(),
      blocks.simple(frame),
      blocks.interface({ linkType: 147 }),
      blocks.enhanced(1n, frame, 1),
      blocks.statistics(0, 12),
      frame.subarray(0, 20),
    ];
    const { problems, frames } = readCapture(folder.file('x.pcapng', Buffer.concat(pcapng)), TAG, BASE);
    expect(frames).to.equal(2);
    expect(problems[0]).to.match(/^after frame 2, at byte \d+, the file makes no sense: /);
    expect(problems.slice(1)).to.deep.equal([
      'the capturing program says that it lost 12 packets',
      'frame 1: it has no time stamp and was left out',
      'frame 2: link type 147 is not known',
    ]);
  });

  it('gives what stands before the place where a file is cut', () => {
    const frame = udpFrame({ payload: testPayload(1, TAG, 5) });
    const path = capture(128, [
      [1_700_000_001, 0, frame],
      [1_700_000_001, 1, frame],
    ]);
    const cut = folder.file('cut.pcap', readFileSync(path).subarray(0, -1));
    const { flows, frames, problems } = readCapture(cut, TAG, BASE);
    expect(frames).to.equal(1);
    expect(flows.get(1)?.count).to.equal(1);
    expect(problems.length).to.equal(1);
    expect(() => readCapture(folder.file('x.txt', Buffer.from('not one')), TAG, BASE)).to.throw(CaptureFileError);
  });
});

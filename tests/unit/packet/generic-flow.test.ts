import { expect } from 'chai';
import { CaptureFileError } from '../../../src/packet/capture-reader.js';
import { MOLD_UDP64, readGenericFlow, surveyFlows } from '../../../src/packet/generic-flow.js';
import { alignSequences, matchIdentities } from '../../../src/packet/match-flows.js';
import { PcapWriter } from '../../../src/packet/pcap-writer.js';
import { GROUP, SOURCE, temporaryFolder, udpFrame, type Folder, type UdpSample } from './samples.js';

const BASE_SECONDS = 1_700_000_000;
const BASE = BigInt(BASE_SECONDS) * 1_000_000_000n;
const FILTER = { destination: GROUP };

type Stamped = readonly [atNs: number, sample: UdpSample];

describe('flows without a payload of our own', () => {
  let folder: Folder;
  before(() => (folder = temporaryFolder()));
  after(() => folder.remove());

  function capture(name: string, packets: readonly Stamped[], snaplen = 262_144): string {
    const path = folder.path(name);
    const writer = new PcapWriter(path, { snaplen });
    for (const [atNs, sample] of packets)
      writer.write(BASE_SECONDS + Math.floor(atNs / 1e9), atNs % 1e9, udpFrame(sample));
    writer.close();
    return path;
  }

  const numbered = (write: (view: DataView) => void): UdpSample => {
    const payload = new Uint8Array(32);
    write(new DataView(payload.buffer));
    return { payload };
  };

  describe('readGenericFlow', () => {
    it('takes the packets that the filter names', () => {
      const samples: UdpSample[] = [
        { payload: Uint8Array.of(0) },
        { payload: Uint8Array.of(1), ip: { destination: '239.1.1.2' } },
        { payload: Uint8Array.of(2), ip: { source: '10.0.0.2' } },
        { payload: Uint8Array.of(3), destinationPort: 5001 },
        { payload: Uint8Array.of(4), sourcePort: 40_001 },
      ];
      const path = capture(
        'filter.pcap',
        samples.map((sample, index) => [index, sample]),
      );
      const frames = (filter: object): number[] => [...readGenericFlow(path, filter, { kind: 'rate' }).packets.frame];
      expect(frames({})).to.deep.equal([1, 2, 3, 4, 5]);
      expect(frames({ destination: GROUP })).to.deep.equal([1, 3, 4, 5]);
      expect(frames({ source: SOURCE })).to.deep.equal([1, 2, 4, 5]);
      expect(frames({ destinationPort: 5000 })).to.deep.equal([1, 2, 3, 5]);
      expect(frames({ sourcePort: 40_000 })).to.deep.equal([1, 2, 3, 4]);
      expect(frames({ destination: GROUP, source: SOURCE, destinationPort: 5000, sourcePort: 40_001 })).to.deep.equal([
        5,
      ]);
      expect(readGenericFlow(path, { destination: GROUP }, { kind: 'rate' }).problems).to.deep.equal([
        '2 frames, the first is 3: the filter takes packets of more than one flow',
      ]);
      expect(() => readGenericFlow(path, { destination: '239.1' }, { kind: 'rate' })).to.throw(RangeError);
      expect(() => readGenericFlow(folder.path('none'), {}, { kind: 'rate' })).to.throw(CaptureFileError);
      expect(surveyFlows(path)).to.deep.equal([
        { source: SOURCE, destination: GROUP, destinationPort: 5000, packets: 2, frame: 1 },
        { source: SOURCE, destination: '239.1.1.2', destinationPort: 5000, packets: 1, frame: 2 },
        { source: '10.0.0.2', destination: GROUP, destinationPort: 5000, packets: 1, frame: 3 },
        { source: SOURCE, destination: GROUP, destinationPort: 5001, packets: 1, frame: 4 },
      ]);
    });

    it('counts from the second of the first frame, or from the base it is given', () => {
      const sample = { payload: Uint8Array.of(1) };
      const path = capture('base.pcap', [
        [3_000_000_007, sample],
        [4_000_000_000, sample],
      ]);
      const own = readGenericFlow(path, FILTER, { kind: 'rate' });
      expect(own.packets).to.deep.equal({
        base: BASE + 3_000_000_000n,
        count: 2,
        frame: Uint32Array.of(1, 2),
        atNs: Float64Array.of(7, 1e9),
      });
      const told = readGenericFlow(path, FILTER, { kind: 'rate' }, BASE + 4_000_000_000n);
      expect([...told.packets.atNs]).to.deep.equal([-999_999_993, 0]);
    });

    it('reads sequence fields of every width and byte order, over their end', () => {
      const put: Record<number, (view: DataView, at: number, value: number, little: boolean) => void> = {
        1: (view, at, value) => view.setUint8(at, value % 256),
        2: (view, at, value, little) => view.setUint16(at, value % 65_536, little),
        4: (view, at, value, little) => view.setUint32(at, value % 2 ** 32, little),
        8: (view, at, value, little) => view.setBigUint64(at, BigInt(value), little),
      };
      // Across the end of the field, one missing, two out of order, one twice.
      const steps = [-3, -2, 0, -1, 1, 1, 2];
      for (const width of [1, 2, 4, 8] as const) {
        const round = width === 8 ? 2 ** 40 : 256 ** width;
        for (const byteOrder of ['big', 'little'] as const) {
          const path = capture(
            'sequence.pcap',
            steps.map((step, index) => [
              index,
              numbered((view) => put[width]!(view, 5, round + step, byteOrder === 'little')),
            ]),
          );
          const flow = readGenericFlow(path, FILTER, { kind: 'sequence', offset: 5, width, byteOrder });
          expect(flow.problems).to.deep.equal([]);
          expect(flow.modulus).to.equal(width === 8 ? Infinity : round);
          expect([...flow.packets.sequence], `${width} ${byteOrder}`).to.deep.equal(steps.map((step) => round + step));
        }
      }
    });

    it('takes a late packet for late, and goes on from the highest', () => {
      const numbers = [200, 80, 210, 300, 199];
      const path = capture(
        'late.pcap',
        numbers.map((number, index) => [index, numbered((view) => view.setUint8(0, number % 256))]),
      );
      const flow = readGenericFlow(path, FILTER, { kind: 'sequence', offset: 0, width: 1, byteOrder: 'big' });
      expect([...flow.packets.sequence]).to.deep.equal(numbers);
    });

    it('says where the field is not there or not exact', () => {
      const path = capture('odd.pcap', [
        [0, { payload: new Uint8Array(11) }],
        [1, numbered((view) => view.setBigUint64(4, 2n ** 60n))],
        [2, numbered((view) => view.setBigUint64(4, 17n))],
      ]);
      const flow = readGenericFlow(path, FILTER, { kind: 'sequence', offset: 4, width: 8, byteOrder: 'big' });
      expect([...flow.packets.frame]).to.deep.equal([2, 3]);
      expect(flow.problems).to.deep.equal([
        'frame 1: it is too short for the sequence field and was left out',
        'frame 2: its sequence number is beyond 2^53 and not exact',
      ]);
    });

    it('knows MoldUDP64', () => {
      const mold = (sequence: number, count: number): UdpSample =>
        numbered((view) => {
          view.setBigUint64(10, BigInt(sequence));
          view.setUint16(18, count);
        });
      const path = capture('mold.pcap', [
        [0, mold(1, 3)],
        [1, mold(4, 0)],
        [2, mold(4, 1)],
        [3, mold(9, 2)],
        [4, mold(11, 0xffff)],
      ]);
      const flow = readGenericFlow(path, FILTER, MOLD_UDP64);
      expect(flow).to.deep.include({ kind: 'sequence', problems: [], counts: Float64Array.of(3, 1, 2) });
      expect(flow.packets).to.deep.include({ frame: Uint32Array.of(1, 3, 4) });
      expect([...flow.packets.sequence]).to.deep.equal([1, 4, 9]);
    });
  });

  describe('alignSequences', () => {
    const byte = { kind: 'sequence', offset: 0, width: 1, byteOrder: 'big' } as const;
    const sent = (count: number): Stamped[] =>
      Array.from({ length: count }, (_, index) => [index * 1e6, numbered((view) => view.setUint8(0, index % 256))]);

    it('finds the round by the time: a late start, and an outage longer than a round', () => {
      const tx = readGenericFlow(capture('tx.pcap', sent(2000)), FILTER, byte, BASE);
      const survivors = sent(2000)
        .map(([atNs, sample], index): Stamped & { index?: number } => [atNs + 40e6 + (index % 7) * 1e5, sample])
        .filter((_, index) => index >= 300 && (index < 600 || index >= 1500));
      const rx = readGenericFlow(capture('rx.pcap', survivors), FILTER, byte, BASE + 723_456_789n);
      // By itself the receiver's capture cannot tell.
      expect(rx.packets.sequence[0]).to.equal(300 - 256);
      const aligned = alignSequences(tx, rx);
      const expected = Array.from({ length: 2000 }, (_, index) => index).filter(
        (index) => index >= 300 && (index < 600 || index >= 1500),
      );
      expect([...aligned.sequence]).to.deep.equal(expected);
      expect(aligned.atNs).to.equal(rx.packets.atNs);
    });

    it('leaves fields alone that are never full, and empty captures', () => {
      const long = { kind: 'sequence', offset: 0, width: 8, byteOrder: 'big' } as const;
      const path = capture('tx.pcap', sent(3));
      const tx = readGenericFlow(path, FILTER, long, BASE);
      expect(alignSequences(tx, tx)).to.equal(tx.packets);
      const none = readGenericFlow(path, { destination: '239.9.9.9' }, byte, BASE);
      expect(alignSequences(none, none).count).to.equal(0);
    });
  });

  describe('matchIdentities', () => {
    const identity = { kind: 'packet' } as const;
    const packet = (id: number, ttl: number, content: number, bytes = 100): UdpSample => ({
      payload: new Uint8Array(bytes).fill(content),
      ip: { identification: id, ttl },
    });

    it('finds packets again after TTL and checksums changed, under another tag, lost, twice and out of order', () => {
      const count = 500;
      const tx = capture(
        'tx.pcap',
        Array.from({ length: count }, (_, i): Stamped => [i * 1e6, packet(i, 64, i % 256)]),
      );
      const order = Array.from({ length: count }, (_, index) => index).filter((index) => index < 100 || index >= 150);
      order.splice(20, 2, 21, 20);
      order.splice(30, 0, 30);
      const rx = capture(
        'rx.pcap',
        order.map((index, place): Stamped => [place * 1e6, { ...packet(index, 61, index % 256), tags: [0x8100] }]),
        122,
      );
      const sent = readGenericFlow(tx, FILTER, identity, BASE);
      const received = readGenericFlow(rx, FILTER, identity, BASE);
      const matched = matchIdentities(sent, received);
      expect(matched).to.include({ unmatched: 0, ambiguous: 0 });
      expect(matched.problems).to.deep.equal([]);
      expect([...matched.sent.sequence]).to.deep.equal(Array.from({ length: count }, (_, index) => index));
      expect([...matched.received.sequence]).to.deep.equal(order);
      expect(matched.received.count).to.equal(order.length);
    });

    it('tells packets that look alike by when they were sent, and says where it cannot', () => {
      const alike = packet(0, 64, 7);
      const tx = capture(
        'tx.pcap',
        [0, 1e9, 2e9, 2.1e9].map((atNs): Stamped => [atNs, alike]),
      );
      const rx = capture(
        'rx.pcap',
        [1.04e9, 2.15e9, 5e9, 6e9].map((atNs, index): Stamped => [atNs, index === 3 ? packet(9, 1, 1) : alike]),
      );
      const sent = readGenericFlow(tx, FILTER, identity, BASE);
      const received = readGenericFlow(rx, FILTER, identity, BASE + 500_000_000n);
      const matched = matchIdentities(sent, received);
      expect([...matched.received.sequence]).to.deep.equal([1]);
      expect([...matched.received.frame]).to.deep.equal([1]);
      expect(matched).to.include({ unmatched: 2, ambiguous: 1 });
      expect(matched.problems).to.deep.equal([
        "2 received packets are not in the sender's capture",
        '1 received packets look like several that were sent within 250 ms and cannot be told apart',
      ]);
      expect([...matchIdentities(sent, received, { withinNs: 60e6 }).received.sequence]).to.deep.equal([1, 3]);
    });

    it('compares the same bytes in captures of different length, or says that it cannot', () => {
      const long = packet(5, 64, 1, 1000);
      const cut = capture('cut.pcap', [[0, long]], 14 + 20 + 8 + 63);
      const short = readGenericFlow(cut, FILTER, identity, BASE);
      expect(short.packets.count).to.equal(0);
      expect(short.problems).to.deep.equal([
        'frame 1: less than 64 bytes of its payload were captured and it was left out',
      ]);
      const fewer = { kind: 'packet', payloadBytes: 60 } as const;
      const whole = readGenericFlow(capture('whole.pcap', [[0, long]]), FILTER, fewer, BASE);
      expect([...readGenericFlow(cut, FILTER, fewer, BASE).identity]).to.deep.equal([...whole.identity]);
      const others = [packet(6, 64, 1, 1000), packet(5, 64, 2, 1000), packet(5, 64, 1, 999)];
      const different = readGenericFlow(
        capture(
          'x.pcap',
          others.map((one): Stamped => [0, one]),
        ),
        FILTER,
        fewer,
        BASE,
      );
      expect(new Set([...different.identity, ...whole.identity]).size).to.equal(4);
    });
  });
});

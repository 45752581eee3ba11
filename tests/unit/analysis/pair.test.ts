import { expect } from 'chai';
import { analyzePair } from '../../../src/analysis/pair.js';
import type { ForeignPair, PairMeasurement } from '../../../src/analysis/pair-types.js';
import { UsageError } from '../../../src/core/errors.js';
import { addNs, instantToText } from '../../../src/core/instant.js';
import { SeededRandom } from '../../../src/core/random.js';
import { columns, MS, paced, S, through, ZERO, type Row } from './synthetic.js';

const sent = paced({ count: 3000, intervalNs: MS, firstSequence: 70_000 });
const pair = (more: Partial<ForeignPair> = {}): ForeignPair => ({
  sequenceFrom: 'field',
  tx: { name: 'a.pcap', packets: columns(sent) },
  rx: { name: 'b.pcap', packets: columns(through(sent, [[S, 1.4 * S]])) },
  intervalNs: MS,
  sameClock: true,
  window: undefined,
  ...more,
});
const rx = (rows: readonly Row[]): ForeignPair['rx'] => ({ name: 'b.pcap', packets: columns(rows) });
const text = (ns: number): string => instantToText(addNs(ZERO, ns));
const OUTAGE = { valueNs: 400 * MS, lowNs: 399 * MS, highNs: 401 * MS };

describe('two captures made elsewhere', () => {
  it('by sequence number', () => {
    const found = analyzePair(pair());
    expect(found).to.include({ method: 'sequence', intervalFrom: 'given', sent: 3000, received: 2600, lost: 400 });
    expect(found).to.include({ duplicates: 0, reordered: 0, blindNs: MS });
    expect(found.periods).to.have.length(1);
    expect(found.periods[0]).to.deep.include({ firstLostSeq: 71_000, lastLostSeq: 71_399, outage: OUTAGE });
    expect(found.periods[0]!.lastGood).to.include({ capture: 'b.pcap', frame: 1000 });
    expect(found.largest).to.deep.equal(OUTAGE);
    expect(found.delay!.medianNs).to.equal(50_000);
    expect(found.doubts).to.deep.equal([]);
  });

  it('find the packet interval where it is not named', () => {
    const found = analyzePair(pair({ intervalNs: undefined }));
    expect(found).to.include({ intervalNs: MS, intervalFrom: 'median' });
    expect(found.largest).to.deep.equal(OUTAGE);
  });

  it('need not have the same base, and no delay is told of two clocks', () => {
    const later = columns(sent, addNs(ZERO, 7 * S));
    const found = analyzePair(pair({ tx: { name: 'a.pcap', packets: later } }));
    expect(found.delay!.medianNs).to.equal(50_000);
    const hours = through(sent, [[S, 1.4 * S]], -3600 * S);
    const elsewhere = analyzePair(pair({ rx: rx(hours), sameClock: false }));
    expect(elsewhere.delay).to.equal(null);
    expect(elsewhere.largest).to.deep.equal(OUTAGE);
    expect(elsewhere.doubts).to.deep.equal([]);
  });

  it('by packet identity: numbers are places in the sender’s capture', () => {
    const places = sent.map(([, at], k): Row => [k, at]);
    const rows = through(places, [[S, 1.4 * S]]);
    rows.splice(500, 0, [-1, 0.5 * S]);
    const found = analyzePair(pair({ sequenceFrom: 'identity', tx: { name: 'a.pcap', packets: columns(places) }, rx: rx(rows) })); // prettier-ignore
    expect(found).to.include({ method: 'identity', sent: 3000, lost: 400 });
    expect(found.largest).to.deep.equal(OUTAGE);
    expect(found.doubts).to.deep.equal(['1 packet arrived that a.pcap did not see leave']);
  });

  it('judge from the first to the last arrival, for who knows when the capture ran; in a window all of it', () => {
    const rows = through(sent, [[-1, 0.5 * S], [S, 1.4 * S], [2.9 * S, 9 * S]]); // prettier-ignore
    const found = analyzePair(pair({ rx: rx(rows) }));
    expect(found).to.include({ sent: 2400, lost: 400 });
    expect(found.doubts.join()).to.match(/600 packets sent before the first or after the last arrival not judged/);
    const all = analyzePair(pair({ rx: rx(rows), window: { from: text(0), to: text(3 * S) } }));
    expect(all).to.include({ sent: 3000, lost: 1000 });
    expect(all.periods.map((period) => period.outage.open)).to.deep.equal([true, undefined, true]);
    expect(all.doubts).to.deep.equal([]);
  });

  it('where nothing at all arrived', () => {
    const found = analyzePair(pair({ rx: rx([]) }));
    expect(found).to.include({ sent: 3000, received: 0, lost: 3000, delay: null });
    expect(found.largest!.open).to.equal(true);
  });

  it('count packets where each takes several numbers', () => {
    const random = new SeededRandom(1, 'mold');
    const counts: number[] = [];
    let next = 1;
    const messages = sent.map(([, at]): Row => {
      const first = next;
      counts.push(1 + random.below(5));
      next += counts[counts.length - 1]!;
      return [first, at];
    });
    const arrived = through(messages, [[S, 1.4 * S]]);
    const countOf = new Map(messages.map(([sequence], i) => [sequence, counts[i]!]));
    const side = (name: string, rows: readonly Row[]): ForeignPair['rx'] => ({
      name,
      packets: columns(rows),
      counts: Float64Array.from(rows, ([sequence]) => countOf.get(sequence)!),
    });
    const found = analyzePair(pair({ tx: side('a.pcap', messages), rx: side('b.pcap', arrived), intervalNs: undefined })); // prettier-ignore
    expect(found).to.include({ intervalNs: MS, sent: 3000, lost: 400 });
    expect(found.periods[0]).to.deep.include({ firstLostSeq: messages[1000]![0], outage: OUTAGE });
    expect(found.doubts).to.deep.equal([]);

    const holed = messages.filter((_, i) => i !== 500);
    const incomplete = analyzePair(pair({ tx: side('a.pcap', holed), rx: side('b.pcap', arrived) }));
    expect(incomplete.doubts.join()).to.match(
      new RegExp(`lacks ${counts[500]} sequence numbers.*1 packet arrived that a.pcap did not see leave`),
    );

    const alone = analyzePair(pair({ tx: undefined, rx: side('b.pcap', arrived), intervalNs: undefined }));
    expect(alone).to.include({ method: 'receiver-sequence', sent: null, lost: 400, intervalNs: MS });
    expect(alone.periods).to.have.length(1);
    expect(alone.largest).to.deep.equal({ valueNs: 400 * MS, lowNs: 398 * MS, highNs: 402 * MS });
  });

  it('carry the problems of their files into the doubts', () => {
    const found = analyzePair(pair({ rx: { ...pair().rx, problems: ['cut after frame 9'] } }));
    expect(found.doubts).to.deep.equal(['b.pcap: cut after frame 9']);
  });
});

describe('a receiver’s capture alone', () => {
  it('by missing sequence numbers', () => {
    const rows = through(sent, [[S, 1.4 * S]]);
    rows.splice(100, 0, rows[99]!);
    [rows[500], rows[501]] = [rows[501]!, rows[500]!];
    const found = analyzePair(pair({ tx: undefined, rx: rx(rows), intervalNs: undefined }));
    expect(found).to.include({ method: 'receiver-sequence', sent: 3000, received: 2600, lost: 400, duplicates: 1 });
    expect(found).to.include({ reordered: 1, reorderingExtentMax: 1, delay: null, blindNs: null, intervalNs: MS });
    expect(found.largest).to.deep.equal(OUTAGE);
    expect(found.periods[0]).to.deep.include({ firstLostSeq: 71_000, lastLostSeq: 71_399, senderStallNs: null });
    expect(found.periods[0]!.lastGood).to.include({ frame: 1001 });
    expect(found.doubts.join()).to.match(/no sender-side capture/);
  });

  it('widens to the gap that was seen: a sender that paused cannot be told from the outage', () => {
    const stalled = paced({
      count: 3000,
      intervalNs: MS,
      stalls: [{ atNs: 1.2 * S, forNs: 300 * MS, catchUp: false }],
    });
    const found = analyzePair(pair({ tx: undefined, rx: rx(through(stalled, [[S, 1.7 * S]])) }));
    expect(found.largest).to.deep.include({ valueNs: 400 * MS, lowNs: 399 * MS, highNs: 701 * MS });
  });

  it('by rate only', () => {
    const found = analyzePair(pair({ sequenceFrom: 'none', intervalNs: undefined }));
    expect(found).to.include({ method: 'rate', sent: null, received: 2600, lost: 400, duplicates: null, reordered: null }); // prettier-ignore
    expect(found.largest).to.deep.equal({ valueNs: 400 * MS, lowNs: 398 * MS, highNs: 402 * MS });
    expect(found.periods[0]!.lastGood).to.include({ frame: 1000 });
    expect(found.methodText).to.match(/longer than 3 packet intervals.*RFC 6413/);
  });

  it('by rate only, sees no gap of up to three intervals, and judges in the window', () => {
    const rows = through(sent, [[S, 1.002 * S], [2 * S, 2.003 * S], [2.5 * S, 2.6 * S]]); // prettier-ignore
    const gaps = (window: ForeignPair['window']): number[] =>
      analyzePair(pair({ sequenceFrom: 'none', rx: rx(rows), window })).periods.map((period) => period.lost);
    expect(gaps(undefined)).to.deep.equal([3, 100]);
    expect(gaps({ from: text(0), to: text(2.2 * S) })).to.deep.equal([3]);
  });

  it('holds for random outages, by either method', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new SeededRandom(seed, 'pair');
      const steady = paced({ count: 3000, intervalNs: MS, jitterNs: 100_000, random });
      const fromNs = S + random.next() * S;
      const lengthNs = 4 * MS + random.next() * 0.4 * S;
      const rows = through(steady, [[fromNs, fromNs + lengthNs]], () => 50_000 + random.next() * 20_000);
      for (const sequenceFrom of ['field', 'none'] as const) {
        const found = analyzePair(pair({ tx: undefined, rx: rx(rows), sequenceFrom, intervalNs: undefined }));
        expect(found.periods, `seed ${seed}`).to.have.length(1);
        expect(found.largest!.lowNs, `seed ${seed}`).to.be.at.most(lengthNs);
        // Arrivals tell the sends only to within the change of delay.
        expect(found.largest!.highNs + 20_000 + MS / 10, `seed ${seed}`).to.be.at.least(lengthNs);
      }
    }
  });
});

describe('what cannot be measured', () => {
  const refused =
    (more: Partial<ForeignPair>): (() => PairMeasurement) =>
    () =>
      analyzePair(pair(more));
  it('no packets', () => {
    const none = { name: 'a.pcap', packets: columns([]) };
    expect(refused({ tx: none, rx: none })).to.throw(UsageError, 'no packet of the flow in the captures');
    expect(refused({ tx: none })).to.throw(UsageError, 'no packet of the flow in a.pcap');
    expect(refused({ sequenceFrom: 'none', rx: none })).to.throw(UsageError, 'no packet of the flow in a.pcap');
  });
  it('identity without a sender', () =>
    expect(refused({ tx: undefined, sequenceFrom: 'identity' })).to.throw(
      UsageError,
      /only with the sender's capture/,
    ));
  it('no interval', () =>
    expect(refused({ tx: undefined, rx: rx([[1, 0]]), intervalNs: undefined })).to.throw(UsageError, /name it/));
});

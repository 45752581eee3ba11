import { expect } from 'chai';
import { delayFigures } from '../../../src/analysis/delay.js';
import { formatBounded, formatDurationDown, formatDurationUp } from '../../../src/analysis/format.js';
import { chooseBinNs, rateSeries } from '../../../src/analysis/rate.js';
import { reordering } from '../../../src/analysis/reordering.js';
import { indexOfSequence, senderSide } from '../../../src/analysis/sender-side.js';
import { parseDuration } from '../../../src/core/duration.js';
import { SeededRandom } from '../../../src/core/random.js';
import { columns, MS, paced, S, through } from './synthetic.js';

describe('reordering (RFC 4737)', () => {
  // The examples of the RFC, §9 of it: who is reordered, and by what extent.
  for (const [arrivals, reordered, extents] of [
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [], []],
    [[1, 2, 3, 5, 6, 7, 8, 4, 9, 10], [4], [4]],
    [
      [1, 2, 3, 4, 7, 5, 6, 8, 9, 10],
      [5, 6],
      [1, 2],
    ],
    [
      [1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11],
      [4, 5, 6],
      [4, 5, 6],
    ],
    [
      [5, 1, 2, 9, 3],
      [1, 2, 3],
      [1, 2, 4],
    ],
    [
      [1, 9, 2, 10, 3, 11],
      [2, 3],
      [1, 3],
    ],
    [[], [], []],
  ] as const) {
    it(`of ${arrivals.join(' ')}`, () => {
      const found = reordering(arrivals);
      expect(found.positions.map((position) => arrivals[position])).to.deep.equal(reordered);
      expect(found.extents).to.deep.equal(extents);
    });
  }

  it('agrees with the definition taken word by word', () => {
    const random = new SeededRandom(1, 'reordering');
    for (let round = 0; round < 200; round++) {
      const arrivals = Array.from({ length: 30 }, (_, i) => i).sort(() => random.next() - 0.5);
      const positions = arrivals.flatMap((s, i) => (arrivals.slice(0, i).some((earlier) => earlier > s) ? [i] : []));
      const extents = positions.map((i) => i - arrivals.findIndex((earlier) => earlier > arrivals[i]!));
      expect(reordering(arrivals)).to.deep.equal({ positions, extents });
    }
  });
});

describe('delays', () => {
  it('none without samples', () => expect(delayFigures(new Float64Array(0))).to.equal(null));
  it('by nearest rank, PDV from the least, jitter smoothed', () => {
    const delays = Float64Array.from({ length: 200 }, (_, i) => 1000 + ((i * 7) % 200));
    const figures = delayFigures(delays)!;
    expect(figures).to.include({ samples: 200, minNs: 1000, medianNs: 1099, p99Ns: 1197, maxNs: 1199, pdvP99Ns: 197 });
    let jitter = 0;
    for (let i = 1; i < 200; i++) jitter += (Math.abs(delays[i]! - delays[i - 1]!) - jitter) / 16;
    expect(figures.jitterNs).to.equal(Math.round(jitter));
  });
  it('of one packet', () =>
    expect(delayFigures(Float64Array.of(5))).to.include({ minNs: 5, medianNs: 5, p99Ns: 5, pdvP99Ns: 0, jitterNs: 0 }));
});

describe('the rate', () => {
  it('has at most 600 bins of whole 1-2-5 steps of the interval', () => {
    expect(chooseBinNs(0.5 * S, MS)).to.equal(MS);
    expect(chooseBinNs(0.6 * S, MS)).to.equal(MS);
    expect(chooseBinNs(0.601 * S, MS)).to.equal(2 * MS);
    expect(chooseBinNs(60 * S, MS)).to.equal(100 * MS);
    expect(chooseBinNs(61 * S, MS)).to.equal(200 * MS);
    expect(chooseBinNs(3600 * S, 100_000)).to.equal(10 * S);
  });
  it('counts arrivals, in whole bins only', () => {
    const rows = through(paced({ count: 2000, intervalNs: MS }), [[S, 1.5 * S]], 0);
    const series = rateSeries(columns(rows), 0, 2 * S + 3 * MS, MS);
    expect(series.binNs).to.equal(5 * MS);
    expect(series.counts).to.have.length(400);
    expect(series.counts.slice(0, 200).every((count) => count === 5)).to.equal(true);
    expect(series.counts.slice(200, 300).every((count) => count === 0)).to.equal(true);
    expect(series.counts.slice(300).every((count) => count === 5)).to.equal(true);
  });
  it('does not lose a bin to an interval that is no whole number of nanoseconds', () =>
    expect(rateSeries(columns([]), 0, 300 * (S / 3000), S / 3000).counts).to.have.length(300));
  it('has a bin even for no time', () => expect(rateSeries(columns([]), 0, 0, MS).counts).to.deep.equal([0]));
});

describe('finding a sequence number', () => {
  it('among numbers with gaps', () => {
    const side = senderSide(columns([10, 11, 15, 16, 90].map((sequence, i) => [sequence, i])));
    const found = [9, 10, 11, 12, 15, 16, 17, 89, 90, 91].map((sequence) => indexOfSequence(side, sequence));
    expect(found).to.deep.equal([-1, 0, 1, -3, 2, 3, -5, -5, 4, -6]);
  });
  it('among none', () => expect(indexOfSequence(senderSide(columns([])), 5)).to.equal(-1));
});

describe('figures for people', () => {
  for (const [valueNs, lowNs, highNs, text] of [
    [1_032 * MS, 1_031 * MS, 1_033 * MS, '1.032 s ± 1 ms'],
    [1_032 * MS, 1_031 * MS, 1_033_012_300, '1.032 s ± 1.02 ms'],
    [1_032 * MS, 900 * MS, 1_033 * MS, '1.032 s ± 132 ms'],
    [400 * MS, 399 * MS, 701 * MS, '400 ms ± 301 ms'],
    [333_333, 0, 666_667, '333 µs ± 334 µs'],
    [MS, 0, 2 * MS, '1 ms ± 1 ms'],
    [0, 0, MS, '0 ms ± 1 ms'],
    [0, 0, 0, '0 s'],
    [1_234_567_891, 1_234_567_891, 1_234_567_891, '1.234567891 s'],
  ] as const) {
    it(text, () => expect(formatBounded({ valueNs, lowNs, highNs })).to.equal(text));
  }
  it('say what was not seen to end', () =>
    expect(formatBounded({ valueNs: 2 * S, lowNs: 1_999_999_999, highNs: 2 * S, open: true })).to.equal(
      'at least 1.999 s',
    ));
  it('are rounded to the safe side', () => {
    expect(formatDurationDown(1_999_999)).to.equal('1.999 ms');
    expect(formatDurationUp(1_999_001)).to.equal('2 ms');
    expect(formatDurationUp(1_020_000)).to.equal('1.02 ms');
    expect(formatDurationUp(0)).to.equal('0 s');
  });
  it('always print an interval that contains the true one', () => {
    const random = new SeededRandom(3, 'format');
    for (let round = 0; round < 5000; round++) {
      const valueNs = Math.floor(10 ** (random.next() * 12));
      const lowNs = Math.floor(valueNs * random.next());
      const highNs = valueNs + Math.floor(10 ** (random.next() * 10));
      const [value, half] = formatBounded({ valueNs, lowNs, highNs })
        .split(' ± ')
        .map((part) => parseDuration(part)!);
      expect(value! - half!, `${valueNs} ${lowNs} ${highNs}`).to.be.at.most(lowNs);
      expect(value! + half!, `${valueNs} ${lowNs} ${highNs}`).to.be.at.least(highNs);
    }
  });
});

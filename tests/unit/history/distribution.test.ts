import { expect } from 'chai';
import { outageDistributions } from '../../../src/history/distribution.js';
import { histogram } from '../../../src/history/histogram.js';
import type { RunResult } from '../../../src/run/result.js';
import { seeded } from './seeded.js';

const MS = 1_000_000;

describe('the distribution of outages over seeds', () => {
  it('has percentiles by nearest rank with their intervals, and names the worst seed', () => {
    // Seed n loses n packets; in what order the runs come in makes no difference.
    const runs = Array.from({ length: 20 }, (_, index) => seeded(index + 1, { lost: index + 1 })).reverse();
    const [first] = outageDistributions(runs);
    const around = (ms: number): object => ({ valueNs: ms * MS, lowNs: (ms - 1) * MS, highNs: (ms + 1) * MS });
    expect(first).to.deep.include({ flow: 'publish', receiver: 'desk1', event: 'initial', n: 20, without: 0, open: 0 });
    expect(first!.min).to.deep.equal(around(1));
    expect(first!.median).to.deep.equal(around(10));
    expect(first!.p95).to.deep.equal(around(19));
    expect(first!.max).to.deep.equal(around(20));
    expect(first!.worst).to.deep.include({ seed: 20, runId: seeded(20, {}).run.id });
  });

  it('leaves out what came to no verdict, and counts what lost nothing', () => {
    const inconclusive: RunResult = { ...seeded(3, { lost: 900 }), verdict: { outcome: 'inconclusive', reasons: [] } };
    const error: RunResult = { ...seeded(4, { lost: 900 }), verdict: { outcome: 'error', reasons: [] } };
    const [first] = outageDistributions([seeded(1, { lost: 0 }), seeded(2, { lost: 5 }), inconclusive, error]);
    expect(first).to.deep.include({ n: 2, without: 1 });
    expect(first!.max.valueNs).to.equal(5 * MS);
    expect(first!.min).to.deep.equal({ valueNs: 0, lowNs: 0, highNs: 1_240_000 });
  });

  it('takes an outage whose end was not seen for the worst, and gives only its lower end', () => {
    const open = seeded(2, { lost: 500, neverRecovers: true });
    const [first] = outageDistributions([seeded(1, { lost: 700 }), open, seeded(3, { lost: 1 })]);
    expect(first).to.deep.include({ n: 3, open: 1 });
    expect(first!.worst.seed).to.equal(2);
    expect(first!.max.open).to.equal(true);
    expect(first!.histogram!.counts.reduce((sum, count) => sum + count)).to.equal(2);
  });

  it('refuses runs that must not be in one statistic', () => {
    const one = seeded(1, { lost: 1 });
    const other = seeded(2, { lost: 2 });
    const refused = (changed: RunResult): Chai.Assertion => expect(() => outageDistributions([one, changed]));
    refused({ ...other, clock: { ...other.clock, kind: 'real' } }).to.throw(
      RangeError,
      'differ in their clock: virtual, real',
    );
    refused({ ...other, clock: { ...other.clock, readNs: 256 } }).to.throw(RangeError, 'price of reading the clock');
    refused({ ...other, scenario: { ...other.scenario, sha256: 'x' } }).to.throw(RangeError, 'their scenario');
    refused({ ...other, lab: { ...other.lab, topologySha256: 'x' } }).to.throw(RangeError, 'their topology');
    const kernel = { hash: 'a', release: '7', source: 's', sha256: 'b' };
    refused({ ...other, record: { programSha256: '', inputs: [], outside: [], kernel } }).to.throw(
      RangeError,
      'kernel',
    );
    refused(seeded(1, { lost: 2 })).to.throw(RangeError, 'one seed twice');
    refused(other).to.not.throw();
  });
});

describe('a histogram', () => {
  it('holds every value once, in bins of a nice width that no packet interval is wider than', () => {
    const values = Array.from({ length: 97 }, (_, index) => 30_000 * MS + index * 103 * MS);
    const { fromNs, binNs, counts } = histogram(values, MS)!;
    expect(binNs).to.equal(500 * MS);
    expect(fromNs).to.equal(30_000 * MS);
    expect(counts.reduce((sum, count) => sum + count)).to.equal(97);
    expect(counts.length).to.be.at.most(24);
    expect(counts[0]).to.equal(5); // 0, 103, 206, 309, 412 ms
    expect(histogram([5 * MS, 5 * MS], 20 * MS)).to.deep.equal({ fromNs: 0, binNs: 20 * MS, counts: [2] });
    expect(histogram([], MS)).to.equal(null);
  });
});

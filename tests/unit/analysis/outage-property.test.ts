import { expect } from 'chai';
import { SeededRandom } from '../../../src/core/random.js';
import { measure, MS, paced, S, through, type Row } from './synthetic.js';

/**
 * The promise on which every report rests: whatever the sender's pace, the true length of an outage lies in the interval,
 * and the estimate is n·T.
 */
describe('a random outage [a, b)', () => {
  const between = (random: SeededRandom, from: number, to: number): number => from + random.next() * (to - from);

  function stalls(random: SeededRandom, aNs: number, bNs: number): { atNs: number; forNs: number; catchUp: boolean }[] {
    return Array.from({ length: random.below(5) }, () => {
      // Near the edges of the outage a stall hurts most.
      const near = [aNs, bNs, between(random, 0, 2 * S), between(random, aNs, bNs)][random.below(4)]!;
      const forNs = between(random, 0, random.below(2) === 0 ? 3 * MS : 400 * MS);
      return { atNs: near - random.next() * forNs, forNs, catchUp: random.below(2) === 0 };
    });
  }

  for (let batch = 0; batch < 12; batch++) {
    it(`lies in its interval (seeds ${batch * 50 + 1} to ${batch * 50 + 50})`, () => {
      for (let seed = batch * 50 + 1; seed <= batch * 50 + 50; seed++) holds(seed);
    }).timeout(120_000);
  }

  function holds(seed: number): void {
    const random = new SeededRandom(seed, 'outage');
    const intervalNs = [MS, 100_000, 333_333.25, 10 * MS][random.below(4)]!;
    const count = Math.ceil((2 * S) / intervalNs);
    const aNs = between(random, 0.2 * S, 1 * S);
    const bNs = aNs + between(random, 0, [0.5 * intervalNs, 5 * intervalNs, 700 * MS][random.below(3)]!);
    const sent = paced({
      count,
      intervalNs,
      firstSequence: random.below(2) === 0 ? 0 : 2 ** 40 + random.below(1000),
      jitterNs: [0, 30_000, intervalNs / 2, 3 * intervalNs][random.below(4)]!,
      stalls: stalls(random, aNs, bNs),
      random,
    });
    const lastNs = sent[sent.length - 1]![1];
    // The path may get slower or faster in the outage: the figure must not care.
    const delays = [between(random, 0, 5 * MS), between(random, 0, 80 * MS)];
    const rows = through(sent, [[aNs, bNs]], (k) => delays[sent[k]![1] < aNs ? 0 : 1]! + random.next() * 50_000);
    const lost = sent.length - rows.length;
    const measurement = measure({
      sent,
      intervalNs,
      receivers: { desk1: { rows: shuffledBySequence(rows, random) } },
      window: [-1, lastNs + 1],
      fault: [aNs, aNs],
    });
    expect(measurement.lost, `seed ${seed}: lost`).to.equal(lost);
    if (lost === 0) {
      expect(measurement.periods).to.deep.equal([]);
      expect(bNs - aNs, 'an outage without loss hides where nothing was sent').to.be.at.most(
        measurement.events.initial.blindNs,
      );
      return;
    }
    const [period, ...others] = measurement.periods;
    expect(others).to.deep.equal([]);
    expect(period!.event).to.equal('initial');
    expect(period!.lost).to.equal(lost);
    expect(period!.outage.valueNs).to.equal(Math.round(lost * intervalNs));
    expect(period!.outage.lowNs, `seed ${seed}: low`).to.be.at.most(bNs - aNs);
    expect(period!.outage.lowNs).to.be.at.most(period!.outage.valueNs);
    expect(period!.outage.highNs).to.be.at.least(period!.outage.valueNs);
    if (period!.firstGood === null) expect(period!.outage.open).to.equal(true);
    else expect(period!.outage.highNs, `seed ${seed}: high`).to.be.at.least(bNs - aNs);
    expect(measurement.events.initial.largest).to.deep.equal(period!.outage);
    const rate = measurement.events.initial.rateDerived;
    if (rate !== null) {
      expect(rate.lowNs, 'rate-derived low').to.be.at.most(bNs - aNs);
      expect(rate.highNs, 'rate-derived high').to.be.at.least(bNs - aNs);
    }
  }

  /** Arrivals in an order of their own: neighbours change places. */
  function shuffledBySequence(rows: Row[], random: SeededRandom): Row[] {
    if (random.below(3) > 0) return rows;
    const shuffled = [...rows];
    for (let i = 1; i < shuffled.length; i++) {
      if (random.below(10) > 0) continue;
      [shuffled[i - 1], shuffled[i]] = [shuffled[i]!, shuffled[i - 1]!];
    }
    return shuffled;
  }

  it('keeps its promise for several outages, each and in sum', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new SeededRandom(seed, 'several');
      const sent = paced({ count: 4000, intervalNs: MS, jitterNs: 200_000, stalls: stalls(random, S, 2 * S), random });
      const outages: [number, number][] = [];
      for (let from = 0.2 * S; from < 3 * S; from += between(random, 300 * MS, 900 * MS)) {
        outages.push([from, from + between(random, 2.5 * MS, 250 * MS)]);
      }
      const rows = through(sent, outages);
      const measurement = measure({
        sent,
        receivers: { desk1: { rows } },
        window: [-1, sent[sent.length - 1]![1] + 1],
      });
      const hit = outages.filter(([from, to]) => sent.some(([, at]) => at >= from && at < to));
      // A stall over a whole healthy time joins two outages: then only the counts can be compared.
      if (measurement.periods.length !== hit.length) continue;
      const { largest, sum, lost } = measurement.events.initial;
      const lengths = hit.map(([from, to]) => to - from);
      hit.forEach(([from, to], i) => {
        expect(measurement.periods[i]!.outage.lowNs).to.be.at.most(to - from);
        expect(measurement.periods[i]!.outage.highNs).to.be.at.least(to - from);
      });
      const longest = Math.max(...lengths);
      const all = lengths.reduce((a, b) => a + b, 0);
      expect(largest!.lowNs).to.be.at.most(longest);
      expect(largest!.highNs).to.be.at.least(longest);
      expect(sum!.lowNs).to.be.at.most(all);
      expect(sum!.highNs).to.be.at.least(all);
      expect(sum!.valueNs).to.equal(lost * MS);
    }
  }).timeout(120_000);
});

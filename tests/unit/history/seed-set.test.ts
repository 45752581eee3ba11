import { expect } from 'chai';
import { parseSeeds } from '../../../src/core/seeds.js';
import { rangesText, verdictOverSeeds, type SeedOutcome, type SeedRun } from '../../../src/history/seed-set.js';
import { shownVerdict } from '../../../src/report/verdict.js';
import { setOf } from './build-set.js';
import { seeded } from './seeded.js';

const outcome = (seed: number, of: SeedOutcome['outcome'], reason = of as string): SeedOutcome => ({
  ...{ seed, runId: `r${seed}`, outcome: of, reasons: [reason], guestS: 1, realS: 1 },
});

describe('the verdict over seeds', () => {
  it('passes only where every seed passes', () => {
    expect(verdictOverSeeds([outcome(1, 'pass'), outcome(2, 'pass')])).to.deep.equal({
      ...{ outcome: 'pass', reasons: ['all 2 seeds pass'] },
    });
    expect(verdictOverSeeds([]).outcome).to.equal('inconclusive');
  });

  it('is the worst of them, and names each seed that did not pass', () => {
    const seeds = [outcome(1, 'pass'), outcome(2, 'inconclusive', 'no steady state'), outcome(3, 'pass')];
    expect(verdictOverSeeds(seeds)).to.deep.equal({
      outcome: 'inconclusive',
      reasons: ['inconclusive: seed 2 (1 of 3)', 'seed 2: no steady state'],
    });
    expect(verdictOverSeeds([...seeds, outcome(4, 'fail')]).outcome).to.equal('fail');
    expect(verdictOverSeeds([...seeds, outcome(4, 'fail'), outcome(5, 'error')]).outcome).to.equal('error');
  });

  it('names all of many, and tells the first ten', () => {
    const { reasons } = verdictOverSeeds(Array.from({ length: 30 }, (_, index) => outcome(index + 1, 'fail')));
    expect(reasons[0]).to.equal('fail: seeds 1–30 (30 of 30)');
    expect(reasons).to.have.length(12);
    expect(reasons.at(-1)).to.equal('and 20 more');
  });
});

describe('a set of seeds', () => {
  it('takes a run without a result for an error, and a pass that its result does not carry for inconclusive', () => {
    const passed = seeded(1, { lost: 5, limitNs: 1e9 });
    const hollow = {
      ...seeded(2, { lost: 900_000 }),
      analysis: null,
      verdict: { outcome: 'pass' as const, reasons: [] },
    };
    const run = (seed: number, result: SeedRun['result'], error: string | null = null): SeedRun => ({
      ...{ seed, result, error, guestS: null, realS: null },
    });
    const set = setOf([run(3, null, 'the guest was ended by SIGKILL'), run(2, hollow), run(1, passed)]);
    expect(set.seeds.map((each) => [each.seed, each.outcome])).to.deep.equal([
      [1, shownVerdict(passed).outcome],
      [2, 'inconclusive'],
      [3, 'error'],
    ]);
    expect(set.verdict.outcome).to.equal('error');
    expect(set.verdict.reasons.join()).to.contain('seed 3: the guest was ended by SIGKILL');
    expect(set.outages.every(({ n }) => n === 1)).to.equal(true);
  });

  it('cannot be made from runs by different clocks', () => {
    const real = { ...seeded(2, { lost: 5 }) };
    const mixed = { ...real, clock: { ...real.clock, kind: 'real' as const } };
    const runs = [seeded(1, { lost: 5 }), mixed].map((result) => ({
      ...{ seed: result.clock.seed, result, error: null, guestS: 1, realS: 1 },
    }));
    expect(() => setOf(runs)).to.throw(RangeError, 'clock');
  });
});

describe('seeds in words', () => {
  it('are read from ranges and lists, each once', () => {
    expect(parseSeeds('1..3')).to.deep.equal([1, 2, 3]);
    expect(parseSeeds('7')).to.deep.equal([7]);
    expect(parseSeeds('9, 1..3 ,2')).to.deep.equal([1, 2, 3, 9]);
    for (const wrong of ['', '1..', '3..1', 'a', '-1', '1.5', '1..999999999', '1,,2']) {
      expect(parseSeeds(wrong), wrong).to.equal(undefined);
    }
  });

  it('are told as ranges', () => {
    expect(rangesText([3, 1, 2, 7, 9, 10])).to.equal('1–3, 7, 9–10');
  });
});

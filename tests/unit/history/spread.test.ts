import { expect } from 'chai';
import { outageSpread } from '../../../src/history/spread.js';
import type { RunResult } from '../../../src/run/result.js';
import { buildResult } from '../report/build-result.js';

const MS = 1_000_000;

describe('the spread of outages over repeats', () => {
  it('has smallest, median and largest, each with its interval', () => {
    const [first] = outageSpread([30, 10, 20].map((lost) => buildResult({ lost })));
    expect(first).to.deep.equal({
      scenario: 'The RP dies',
      clock: 'real',
      flow: 'publish',
      receiver: 'desk1',
      runs: 3,
      smallest: { valueNs: 10 * MS, lowNs: 9 * MS, highNs: 11 * MS },
      median: { valueNs: 20 * MS, lowNs: 19 * MS, highNs: 21 * MS },
      largest: { valueNs: 30 * MS, lowNs: 29 * MS, highNs: 31 * MS },
    });
  });

  it('never mixes clocks, and leaves out what came to no verdict and what ran once', () => {
    const real = buildResult({ lost: 10 });
    const virtual: RunResult = { ...real, clock: { ...real.clock, kind: 'virtual' } };
    const inconclusive: RunResult = { ...real, verdict: { outcome: 'inconclusive', reasons: [] } };
    expect(outageSpread([real, virtual, inconclusive])).to.deep.equal([]);
    expect(outageSpread([real, virtual, real, virtual]).map((each) => [each.clock, each.runs])).to.deep.equal([
      ['real', 2],
      ['real', 2],
      ['virtual', 2],
      ['virtual', 2],
    ]);
  });

  it('knows an outage without an end only from below, and no loss only as far as the sender was heard', () => {
    const open = buildResult({ lost: 500, neverRecovers: true });
    const [first] = outageSpread([open, buildResult({ lost: 0 })]);
    expect(first!.largest).to.deep.equal({ valueNs: 500 * MS, lowNs: 499 * MS, highNs: 500 * MS, open: true });
    expect(first!.smallest).to.deep.equal({ valueNs: 0, lowNs: 0, highNs: 1_240_000 });
  });
});

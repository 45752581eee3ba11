import { expect } from 'chai';
import { Lateness } from '../../../src/traffic/lateness.js';
import { SequenceCounter } from '../../../src/traffic/sequence-counter.js';

function counted(sequences: readonly number[], windowSize?: number): ReturnType<SequenceCounter['snapshot']> {
  const counter = new SequenceCounter(windowSize);
  for (const sequence of sequences) counter.add(sequence);
  return counter.snapshot();
}

describe('SequenceCounter', () => {
  it('has seen nothing at first', () => {
    expect(counted([])).to.deep.equal({ received: 0, missing: 0, duplicates: 0, highest: -1 });
  });

  it('counts gaps, what fills them later, and duplicates', () => {
    expect(counted([0, 1, 5])).to.deep.equal({ received: 3, missing: 3, duplicates: 0, highest: 5 });
    expect(counted([0, 1, 5, 3, 3, 5])).to.deep.equal({ received: 4, missing: 2, duplicates: 2, highest: 5 });
  });

  it('forgets what left the window: bits of old sequence numbers do not pass for new ones', () => {
    const all = Array.from({ length: 100 }, (_, sequence) => sequence);
    expect(counted(all, 8)).to.deep.equal({ received: 100, missing: 0, duplicates: 0, highest: 99 });
    // 8 gets the place of 0, which was seen; a jump over the whole window clears it all.
    expect(counted([0, 9, 8], 8)).to.deep.equal({ received: 3, missing: 7, duplicates: 0, highest: 9 });
    expect(counted([0, 1, 2, 3, 4, 5, 6, 7, 30, 24], 8).received).to.equal(10);
  });

  it('takes what is older than the window for a duplicate', () => {
    expect(counted([20, 12], 8)).to.deep.equal({ received: 1, missing: 20, duplicates: 1, highest: 20 });
    expect(counted([20, 13], 8)).to.include({ received: 2, duplicates: 0 });
  });

  it('holds sequence numbers beyond 32 bits', () => {
    const base = 2 ** 33;
    expect(counted([base, base + 1, base + 1])).to.include({ received: 2, duplicates: 1, highest: base + 1 });
  });
});

describe('Lateness', () => {
  it('gives quantiles within a step, and the exact maximum', () => {
    const lateness = new Lateness();
    for (let us = 1; us <= 1000; us += 1) lateness.add(us * 1000);
    expect(lateness.quantileNs(0.5)).to.be.within(500_000, 550_000);
    expect(lateness.quantileNs(0.99)).to.be.within(990_000, 1_000_000);
    expect(lateness.maxNs).to.equal(1_000_000);
    expect(lateness.quantileNs(1)).to.equal(1_000_000);
  });

  it('takes zero, and nothing at all', () => {
    const lateness = new Lateness();
    expect(lateness.quantileNs(0.5)).to.equal(0);
    lateness.add(0);
    lateness.add(-5);
    expect(lateness.quantileNs(0.5)).to.equal(0);
  });
});

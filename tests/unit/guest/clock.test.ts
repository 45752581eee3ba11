import { expect } from 'chai';
import { epochNs, startOffsetMs } from '../../../src/guest/clock.js';

describe('what a seed decides', () => {
  it('is the same every time, and another thing for another seed', () => {
    expect(epochNs(7)).to.equal(epochNs(7));
    const epochs = new Set(Array.from({ length: 100 }, (_, seed) => epochNs(seed)));
    expect(epochs.size).to.equal(100);
    expect(startOffsetMs(7, 'core1')).to.equal(startOffsetMs(7, 'core1'));
  });

  it('spreads the start of daemons over a hello interval, for each node by itself', () => {
    const offsets = Array.from({ length: 200 }, (_, seed) => startOffsetMs(seed, 'core1'));
    expect(Math.min(...offsets)).to.be.within(0, 1000);
    expect(Math.max(...offsets)).to.be.within(9000, 9999);
    expect(startOffsetMs(1, 'core1')).to.not.equal(startOffsetMs(1, 'core2'));
  });
});

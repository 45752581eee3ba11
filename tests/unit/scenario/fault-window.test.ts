import { resolve } from 'node:path';
import { expect } from 'chai';
import { FAULTS } from '../../../src/fault/index.js';
import { PROBES } from '../../../src/probe/index.js';
import { loadPlan } from '../../../src/scenario/make-plan.js';

const HELLO_NS = 10e9;
const BINS = 10;

describe('the instant of the fault', () => {
  const delayOf = (seed: number): number => {
    const file = resolve('tests/fixtures/labs/triangle/blackhole.yml');
    return loadPlan(file, { faults: FAULTS, probes: PROBES }, { overrides: { seed } }).faultDelayNs!;
  };

  it('is drawn by the seed from the stated window, and 20 seeds cover at least 70 % of a hello interval', () => {
    const delays = Array.from({ length: 20 }, (_, index) => delayOf(index + 1));
    for (const delay of delays) expect(delay).to.be.within(5e9, 15e9 - 1);
    const phases = delays.map((delay) => (delay % HELLO_NS) / HELLO_NS);
    expect(new Set(phases.map((phase) => Math.floor(phase * BINS))).size).to.be.at.least(0.7 * BINS);
    expect(delayOf(7)).to.equal(delayOf(7));
  });
});

import { expect } from 'chai';
import { formatDuration, parseDuration } from '../../../src/core/duration.js';
import { ConfigError } from '../../../src/core/errors.js';
import { instantFromText, instantToIso, instantToText, nsBetween } from '../../../src/core/instant.js';
import { SeededRandom } from '../../../src/core/random.js';

describe('durations', () => {
  for (const [text, ns] of [
    ['1.5 s', 1_500_000_000],
    ['50ms', 50_000_000],
    ['300 us', 300_000],
    ['300 µs', 300_000],
    ['2 min', 120_000_000_000],
    ['1 h', 3_600_000_000_000],
    ['7 ns', 7],
    ['0', 0],
  ] as const) {
    it(`reads ${text}`, () => expect(parseDuration(text)).to.equal(ns));
  }
  for (const text of ['5', '-1 s', '1,5 s', 's', '', '1 sec', '1e3 s', '99999999 h']) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseDuration(text)).to.equal(undefined));
  }
  for (const [ns, text] of [
    [1_032_000_000, '1.032 s'],
    [50_000_000, '50 ms'],
    [0, '0 s'],
    [1_500, '1.5 µs'],
    [999, '999 ns'],
    [-2_000_000, '-2 ms'],
  ] as const) {
    it(`prints ${text}`, () => expect(formatDuration(ns)).to.equal(text));
  }
});

describe('instants', () => {
  it('keep every nanosecond through JSON', () => {
    const at = 1_700_000_000_123_456_789n;
    expect(instantFromText(instantToText(at))).to.equal(at);
    expect(nsBetween(at, at + 5n)).to.equal(5);
    expect(instantToIso(at)).to.equal('2023-11-14T22:13:20.123456789Z');
  });
  it('refuse what is not digits', () => expect(() => instantFromText('-1')).to.throw(RangeError));
});

describe('SeededRandom', () => {
  const draw = (seed: number, label: string): number[] => {
    const random = new SeededRandom(seed, label);
    return Array.from({ length: 1000 }, () => random.next());
  };
  it('repeats by seed and label, and differs by each', () => {
    expect(draw(1, 'fault')).to.deep.equal(draw(1, 'fault'));
    expect(draw(1, 'fault')).to.not.deep.equal(draw(2, 'fault'));
    expect(draw(1, 'fault')).to.not.deep.equal(draw(1, 'start'));
  });
  it('fills [0, 1) evenly', () => {
    const numbers = draw(7, 'x');
    expect(Math.min(...numbers)).to.be.at.least(0);
    expect(Math.max(...numbers)).to.be.below(1);
    const tenths = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => Math.floor(n * 10) === i).length);
    for (const count of tenths) expect(count).to.be.within(60, 140);
  });
  it('differs between neighbouring seeds in the first draw', () => {
    const firsts = Array.from({ length: 100 }, (_, seed) => new SeededRandom(seed, 'fault').next());
    expect(Math.min(...firsts)).to.be.below(0.1);
    expect(Math.max(...firsts)).to.be.above(0.9);
  });
});

describe('ConfigError', () => {
  it('prints all issues with their places', () => {
    const error = new ConfigError([
      { file: 'a.yml', line: 3, column: 5, message: 'unknown key `outtage`', hint: 'did you mean `outage`?' },
      { file: 'b.yml', line: 0, column: 0, message: 'no such file' },
    ]);
    expect(error.message).to.equal('a.yml:3:5: unknown key `outtage` (did you mean `outage`?)\nb.yml: no such file');
  });
});

import { expect } from 'chai';
import { lastWords } from '../../../src/guest/launch.js';
import { looksHung } from '../../../src/guest/watchdog.js';

describe('looksHung', () => {
  it('takes a guest for hung that spun for the limit, or waited for it', () => {
    expect(looksHung(70_000, 60_000, 60_000)).to.equal(true);
    expect(looksHung(60_000, 10, 60_000)).to.equal(true);
  });

  it('waits for one that a busy machine gives little time', () => {
    expect(looksHung(59_000, 10, 60_000)).to.equal(false);
    expect(looksHung(300_000, 30_000, 60_000)).to.equal(false);
  });
});

describe('lastWords', () => {
  it('are the last lines, or all from a panic on', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    expect(lastWords(lines)).to.match(/last lines:\nline 70\n.*line 99$/s);
    lines[40] = '[ 1.0] Kernel panic - not syncing: out of memory';
    expect(lastWords(lines)).to.match(/last lines:\n\[ 1\.0\] Kernel panic.*line 69$/s);
    expect(lastWords([])).to.equal('its console said nothing');
  });
});

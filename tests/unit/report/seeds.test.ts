import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { renderSeedConsole, parseSeedSet, SEED_REPORTS } from '../../../src/report/seeds/index.js';
import type { RunResult } from '../../../src/run/result.js';
import { setOf } from '../history/build-set.js';
import { seeded } from '../history/seeded.js';
import { HOSTILE } from './build-result.js';

const runOf = (result: RunResult): Parameters<typeof setOf>[0][number] => ({
  ...{ seed: result.clock.seed, result, error: null, guestS: 231, realS: 20.5 },
});
const SET = setOf([5, 30, 20].map((lost, index) => runOf(seeded(index + 1, { lost, limitNs: 1e9 }))));

describe('reports of a set of seeds', () => {
  it('say clock and seeds, each figure of the distribution, and which seed gave the worst', () => {
    const texts = { console: renderSeedConsole(SET, { colour: false }), md: '', html: '', junit: '' };
    texts.md = SEED_REPORTS.markdown.render(SET);
    texts.html = SEED_REPORTS.html.render(SET);
    texts.junit = SEED_REPORTS.junit.render(SET);
    for (const [kind, text] of Object.entries(texts)) {
      for (const word of ['virtual clock, seeds 1–3', '5 ms ± 1 ms', '20 ms ± 1 ms', '30 ms ± 1 ms', 'seed 2']) {
        expect(text.replaceAll('&#64;', '@'), `${kind}: ${word}`).to.contain(word);
      }
    }
    expect(texts.console).to.match(/PASS over 3 seeds/);
    expect(texts.console).to.contain('--clock virtual --seed 2');
    expect(texts.html).to.contain('<rect class="bar"');
    expect(texts.junit).to.contain('tests="3" failures="0"');
  });

  it('say where the instant of the fault was drawn from, and where it was not drawn at all', () => {
    expect(renderSeedConsole(SET, { colour: false })).to.contain('from 5 s to 15 s after the steady state');
    const fixed = { ...SET, fault: { summary: 'x', atNs: 5e9, windowNs: 0 } };
    expect(renderSeedConsole(fixed, { colour: false })).to.contain('the scenario states no window');
  });

  it('show text of others as text', () => {
    for (const hostile of HOSTILE) {
      const set = setOf([{ ...runOf(seeded(1, { lost: 5, rename: () => hostile })), error: hostile }], () => hostile);
      const bad = { ...set, seeds: [{ ...set.seeds[0]!, outcome: 'fail' as const, reasons: [hostile] }] };
      const html = SEED_REPORTS.html.render(bad);
      expect(html).to.not.match(/<script|<img|\u202e(?!.*\u202c)/);
      expect(SEED_REPORTS.junit.render(bad)).to.not.contain(']]>');
      // eslint-disable-next-line no-control-regex
      expect(renderSeedConsole(bad, { colour: false })).to.not.match(/[\u0000-\u0009\u000b-\u001f\u009b]/);
    }
  });

  it('keep everything in distribution.json, which is checked when it is read', () => {
    const text = SEED_REPORTS.json.render(SET);
    expect(parseSeedSet(text, 'x')).to.deep.equal(JSON.parse(text));
    expect(() => parseSeedSet(text.replace('"n": 3', '"n": "3"'), 'x')).to.throw('outages.0.n');
    expect(() => parseSeedSet('{', 'x')).to.throw('is not JSON');
  });

  it('have a style for their bars', () => {
    expect(readFileSync('reports/report.css', 'utf8')).to.contain('.rate .bar');
  });
});

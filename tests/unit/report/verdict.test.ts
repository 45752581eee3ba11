import { expect } from 'chai';
import type { RunResult } from '../../../src/run/result.js';
import { summaryTable } from '../../../src/report/summary.js';
import { exitCodeOf, shownVerdict, worstExitCode } from '../../../src/report/verdict.js';
import { buildResult } from './build-result.js';

const PASS = buildResult();
const FAIL = buildResult({ lost: 2210 });
const INCONCLUSIVE: RunResult = {
  ...PASS,
  verdict: { outcome: 'inconclusive', reasons: ['a capture dropped packets'] },
};
const ERROR: RunResult = { ...PASS, analysis: null, verdict: { outcome: 'error', reasons: ['no lab'] } };

describe('the verdict that is shown', () => {
  it('is the result’s own', () => {
    for (const result of [PASS, FAIL, INCONCLUSIVE, ERROR]) expect(shownVerdict(result)).to.equal(result.verdict);
    expect([PASS, FAIL, INCONCLUSIVE, ERROR].map(exitCodeOf)).to.deep.equal([0, 1, 3, 4]);
  });

  const passing = { outcome: 'pass' as const, reasons: [] };
  const contradicted: readonly (readonly [string, RunResult, RegExp])[] = [
    ['no analysis', { ...ERROR, verdict: passing }, /no analysis/],
    ['a limit that failed', { ...FAIL, verdict: passing }, /2 of its limits did not pass/],
    [
      'an inconclusive analysis',
      { ...PASS, analysis: { ...PASS.analysis!, verdict: { outcome: 'inconclusive', reasons: ['a stall'] } } },
      /a stall/,
    ],
    [
      'no steady state before',
      { ...PASS, steady: { ...PASS.steady, before: { ...PASS.steady.before!, reached: false } } },
      /steady state before/,
    ],
    [
      'no steady state after',
      { ...PASS, steady: { ...PASS.steady, after: { ...PASS.steady.after!, reached: false } } },
      /steady state after/,
    ],
  ];
  for (const [what, result, reason] of contradicted) {
    it(`is never pass with ${what}`, () => {
      expect(shownVerdict(result).outcome).to.equal('inconclusive');
      expect(shownVerdict(result).reasons.join()).to.match(reason);
      expect(exitCodeOf(result)).to.equal(3);
    });
  }
});

describe('several runs', () => {
  it('exit with 4 over 1, 1 over 3, 3 over 0', () => {
    expect(worstExitCode([0, 3, 1, 4])).to.equal(4);
    expect(worstExitCode([3, 1, 0])).to.equal(1);
    expect(worstExitCode([0, 3])).to.equal(3);
    expect(worstExitCode([0, 0])).to.equal(0);
    expect(worstExitCode([4, 130])).to.equal(130);
  });

  it('are a line each and a final line', () => {
    const summary = summaryTable([PASS, FAIL, INCONCLUSIVE, ERROR], { colour: false });
    const lines = summary.text.trimEnd().split('\n');
    expect(lines).to.have.length(13);
    expect(lines[1]).to.contain('1.033 s ± 1 ms at desk2').and.to.match(/pass$/);
    expect(lines[2]).to.contain('2.211 s ± 1 ms at desk2').and.to.match(/fail$/);
    expect(lines[4]).to.match(/error$/);
    expect(lines[5]).to.equal(
      '  The RP dies: publish at desk1 · 2 runs by the real clock · smallest 1.032 s ± 1 ms, median 1.032 s ± 1 ms, largest 2.21 s ± 1 ms',
    );
    expect(lines[12]).to.equal('4 runs · 1 pass · 1 fail · 1 inconclusive · 1 error');
    expect(summary.exitCode).to.equal(4);
  });

  it('end with event × service: the worst of receivers and runs, initial and reversion', () => {
    const { text } = summaryTable([PASS, FAIL], { colour: false });
    const from = text.split('\n').findIndex((line) => line.startsWith('event'));
    const cells = text.split('\n')[from + 1]!.split(/ {3,}/);
    expect(cells).to.deep.equal([
      ...['The RP dies', 'publish', '2', '2.211 s ± 1 ms at desk2', '1.5 s', 'nothing lost', '0 s', 'fail'],
    ]);
  });

  it('let no service pass in a run that is not whole', () => {
    const unsteady = { ...PASS, steady: { ...PASS.steady, after: { ...PASS.steady.after!, reached: false } } };
    const last = (result: typeof PASS): string => summaryTable([PASS, result], { colour: false }).text;
    expect(last(unsteady)).to.match(/publish .* inconclusive\n/);
    expect(last(ERROR)).to.match(/– .* error\n/);
    expect(last(PASS)).to.match(/publish .* pass\n/);
  });
});

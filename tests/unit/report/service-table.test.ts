import { expect } from 'chai';
import { serviceTable } from '../../../src/report/service-table.js';
import type { RunResult } from '../../../src/run/result.js';
import { buildResult } from './build-result.js';

const table = (...results: readonly RunResult[]): string => serviceTable(results, { colour: false }).join('\n');

describe('event × service', () => {
  it('shows the worst of receivers and repeats, initial and reversion', () => {
    const text = table(buildResult({ lost: 300 }), buildResult({ lost: 700, lostOnReturn: 5 }));
    expect(text).to.match(/ 2 +701 ms ± 1 ms at desk2 +1\.5 s +5 ms ± 1 ms at desk1 +0 s +fail$/m);
    expect(text).not.to.match(/30[01] ms/);
  });

  it('passes in no line where the run is not whole', () => {
    const whole = buildResult();
    expect(table(whole)).to.match(/pass$/m);
    const clouded = { ...whole, verdict: { outcome: 'inconclusive' as const, reasons: ['no steady state'] } };
    expect(table(clouded))
      .to.match(/inconclusive$/m)
      .and.not.to.match(/pass$/m);
  });

  it('has no line for a layer-2 matrix, which has no services', () => {
    const measured = buildResult();
    const matrix = {
      ...measured,
      analysis: { ...measured.analysis!, flows: [], judged: [] },
      l2cp: {} as NonNullable<RunResult['l2cp']>,
    };
    expect(serviceTable([matrix], { colour: false })).to.deep.equal([]);
  });
});

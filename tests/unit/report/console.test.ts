import { expect } from 'chai';
import { renderConsole } from '../../../src/report/console.js';
import { ProgressReporter } from '../../../src/report/progress.js';
import { wantsColour } from '../../../src/report/text/colour.js';
import { displayWidth } from '../../../src/report/text/visible.js';
import type { RunResult } from '../../../src/run/result.js';
import { at, buildResult, hostileResult } from './build-result.js';

const plain = (result: RunResult): string => renderConsole(result, { colour: false, reportPath: 'runs/x/report.html' });
const thin = (text: string): string => text.replaceAll(' ', '\u202f');

describe('the console summary', () => {
  it('of a passed run is the whole story in a few lines', () => {
    const result = buildResult();
    expect(plain(result)).to.equal(
      [
        'The RP dies · trading-floor · netns · FRR 8.4.4, Linux · real clock, seed 1',
        '  note: src1, src2, core1 and 3 more: the topology names frrouting/frr:10.3, what ran is FRR 8.4.4',
        '  up 2.4 s   steady after 3.1 s   fault: core1 killed (RP of 239.1.1.1 for edge1), applied within 3 ms',
        '  flow      receiver     sent    lost   outage           limit   source',
        `  publish   desk1      ${thin('30 000')}   ${thin('1 032')}   1.032 s ± 1 ms   1.5 s   rx-desk1.pcap #10417–#10418   pass`,
        `  publish   desk2      ${thin('30 000')}   ${thin('1 033')}   1.033 s ± 1 ms   1.5 s   rx-desk2.pcap #10417–#10418   pass`,
        '  return                            0   –                0 s                                   pass',
        '  report  runs/x/report.html',
        'PASS in 71 s',
        '',
      ].join('\n'),
    );
  });

  it('of a failed run gives the way back per receiver, and the reasons', () => {
    const text = plain(buildResult({ lost: 2210, lostOnReturn: 34 }));
    expect(text).to.match(/^ {2}return publish {3}desk2 .* 34 ms ± 1 ms .* fail$/m);
    expect(text).to.match(/^FAIL in 71 s\n {2}publish at desk1: 2\.21 s ± 1 ms, limit 1\.5 s/m);
  });

  it('never calls an outage measured whose end was not seen', () => {
    const text = plain(buildResult({ lost: 29_990, neverRecovers: true }));
    expect(text).to.contain('at least 29.98 s, never recovered').and.to.contain('#10417–none after');
    expect(text).not.to.contain('±');
  });

  it('of a control, of an inconclusive run and of an error say so', () => {
    const control = plain(buildResult({ fault: null }));
    expect(control)
      .to.contain('no fault was applied')
      .and.to.match(/60.000 +0 +– +0 s +rx-desk1\.pcap +pass/);
    const base = buildResult();
    const inconclusive = plain({ ...base, verdict: { outcome: 'inconclusive', reasons: ['core2 never became full'] } });
    expect(inconclusive).to.match(/^INCONCLUSIVE in 71 s\n {2}core2 never became full$/m);
    const error = plain({
      ...base,
      analysis: null,
      fault: null,
      steady: { before: { reached: false, elapsedMs: 30_000, probes: [] }, after: null },
      verdict: { outcome: 'error', reasons: ['ospfd did not start'] },
    });
    expect(error)
      .to.contain('not steady within 30 s')
      .and.to.match(/^ERROR in 71 s\n {2}ospfd did not start$/m);
    expect(error).not.to.contain('receiver');
  });

  it('shows loss before the fault, and joins', () => {
    const base = buildResult();
    const first = base.analysis!.flows[0]!;
    const frame = (number: number) => ({ capture: 'rx-desk1', frame: number, at: at(0) });
    const result: RunResult = {
      ...base,
      analysis: {
        ...base.analysis!,
        flows: [
          {
            ...first,
            events: { ...first.events, before: { ...first.events.initial, sent: 10_000, lost: 3 } },
            join: {
              delayNs: 12_000_000,
              uncertaintyNs: 1_000_000,
              report: frame(5),
              firstData: frame(9),
              method: 'A',
            },
          },
        ],
      },
    };
    expect(plain(result)).to.match(/^ {2}before publish +desk1 +10.000 +3 /m);
    expect(plain(result)).to.match(
      /^ {2}publish +desk1 +joined in 12 ms ± 1 ms +– +rx-desk1\.pcap #5–#9 +not judged$/m,
    );
  });

  it('cannot be taken over by text of a device', () => {
    const text = plain(hostileResult());
    // eslint-disable-next-line no-control-regex
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e]/);
    const table = text.split('\n').filter((line) => /^ {2}(return )?publish /.test(line));
    expect(table).to.have.length(4);
    expect(new Set(table.map((line) => displayWidth(line))).size).to.equal(1);
  });

  it('is coloured only on a terminal that wants it', () => {
    const terminal = { write: () => undefined, isTTY: true };
    expect(wantsColour(terminal, {})).to.equal(true);
    expect(wantsColour(terminal, { NO_COLOR: '1' })).to.equal(false);
    expect(wantsColour(terminal, { TERM: 'dumb' })).to.equal(false);
    expect(wantsColour({ write: () => undefined }, {})).to.equal(false);
    const coloured = renderConsole(buildResult(), { colour: true });
    expect(coloured).to.contain('\u001b[32mPASS\u001b[0m');
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001b\[\d+m/g, '')).to.equal(renderConsole(buildResult(), { colour: false }));
  });
});

describe('progress', () => {
  function run(isTTY: boolean): string {
    let text = '';
    const reporter = new ProgressReporter({ write: (part) => (text += part), isTTY, columns: 40 });
    reporter.onEvent({ type: 'begin', at: at(0) });
    reporter.onEvent({ type: 'phase', at: at(100_000_000), text: 'bringing up trading-floor' });
    reporter.onEvent({
      type: 'wait',
      at: at(2_500_000_000),
      text: 'waiting for ospf-neighbors: core1 2 of 4 full',
      transient: true,
    });
    reporter.onEvent({ type: 'phase', at: at(3_100_000_000), text: 'steady \u001b[2J' });
    reporter.onEvent({ type: 'wait', at: at(4_000_000_000), text: 'watching', transient: true });
    reporter.onEnd();
    return text;
  }

  it('is plain lines where there is no terminal', () => {
    expect(run(false)).to.equal('    0.1 s  bringing up trading-floor\n    3.1 s  steady ⟨U+001B⟩[2J\n');
  });

  it('updates one line on a terminal, never wider than it, and leaves none behind', () => {
    const clear = '\r\u001b[2K';
    expect(run(true)).to.equal(
      `    0.1 s  bringing up trading-floor\n    2.5 s  waiting for ospf-neighbors:…${clear}    3.1 s  steady ⟨U+001B⟩[2J\n    4.0 s  watching${clear}`,
    );
  });
});

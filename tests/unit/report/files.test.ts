import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../../../src/process/command.js';
import { createReporters, type ReporterProblem } from '../../../src/report/multiplex.js';
import { consoleReporter, fileReporters, pdfCommand, REPORTS } from '../../../src/report/index.js';
import { renderConsole } from '../../../src/report/console.js';
import { renderJunit } from '../../../src/report/junit.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { topologyDrawing } from '../../../src/report/html/topology.js';
import { layoutColumns } from '../../../src/report/html/topology-layout.js';
import type { RunResult } from '../../../src/run/result.js';
import { buildResult, hostileResult } from './build-result.js';

interface JunitCase {
  readonly name: string;
  readonly outcome: string;
  readonly message: string | null;
}

/** What an XML parser that is not ours makes of it. */
async function parseJunit(xml: string): Promise<{ counts: Record<string, string>; cases: JunitCase[] }> {
  const program = `
import json, sys, xml.etree.ElementTree as tree
suite = tree.fromstring(sys.stdin.buffer.read()).find('testsuite')
cases = []
for case in suite.findall('testcase'):
    child = case[0] if len(case) else None
    cases.append({'name': case.get('name'), 'outcome': 'pass' if child is None else child.tag,
                  'message': None if child is None else child.get('message')})
json.dump({'counts': suite.attrib, 'cases': cases}, sys.stdout)`;
  const parsed = await runCommand(['python3', '-c', program], { input: xml });
  return JSON.parse(parsed.stdout) as { counts: Record<string, string>; cases: JunitCase[] };
}

describe('junit.xml', () => {
  it('has a test case per judged limit, none skipped', async () => {
    const { counts, cases } = await parseJunit(renderJunit(buildResult({ lostOnReturn: 34 })));
    expect(counts).to.include({
      tests: '4',
      failures: '2',
      errors: '0',
      skipped: '0',
      timestamp: '2026-09-21T14:13:20',
    });
    expect(cases.map((each) => each.outcome)).to.deep.equal(['pass', 'failure', 'pass', 'failure']);
    expect(cases[0]!.name).to.equal('publish at desk1, initial event: outage ≤ 1.5 s');
    expect(cases[1]!.message).to.contain('34 ms ± 1 ms, limit 0 s');
  });

  it('is red for a run that is inconclusive or failed to run, even where every limit passed or none was judged', async () => {
    const base = buildResult();
    const inconclusive = await parseJunit(
      renderJunit({ ...base, verdict: { outcome: 'inconclusive', reasons: ['a sender stalled'] } }),
    );
    expect(inconclusive.counts).to.include({ tests: '5', failures: '0', errors: '1' });
    expect(inconclusive.cases.at(-1)).to.include({ outcome: 'error', message: 'a sender stalled' });
    const error = await parseJunit(
      renderJunit({ ...base, analysis: null, verdict: { outcome: 'error', reasons: ['no lab'] } }),
    );
    expect(error.counts).to.include({ tests: '1', errors: '1' });
  });

  it('marks an inconclusive limit as an error', async () => {
    const base = buildResult();
    const judged = base.analysis!.judged.map((each, index) =>
      index === 0 ? { ...each, outcome: 'inconclusive' as const, reason: 'too close to call' } : each,
    );
    const { cases } = await parseJunit(
      renderJunit({
        ...base,
        analysis: { ...base.analysis!, judged },
        verdict: { outcome: 'inconclusive', reasons: ['too close to call'] },
      }),
    );
    expect(cases.map((each) => each.outcome)).to.deep.equal(['error', 'pass', 'pass', 'pass']);
  });

  it('has an error for an expectation that matches nothing, and the other reports show it', async () => {
    const base = buildResult();
    const unmatched = {
      ...base.analysis!.judged[0]!,
      receiver: '*',
      what: 'expectation',
      measured: null,
      low: null,
      high: null,
      unit: 'packets' as const,
      outcome: 'inconclusive' as const,
      reason: 'the expectation matches nothing',
    };
    const analysis = { ...base.analysis!, judged: [...base.analysis!.judged, unmatched] };
    const result: RunResult = { ...base, analysis, verdict: { outcome: 'inconclusive', reasons: [unmatched.reason] } };
    const { cases } = await parseJunit(renderJunit(result));
    expect(cases.at(-1)).to.include({ outcome: 'error', message: unmatched.reason });
    expect(renderConsole(result, { colour: false })).to.match(/^ {2}publish +\* +not measured .*inconclusive$/m);
    expect(renderMarkdown(result)).to.match(/^\| publish \| \\\* .*inconclusive \|$/m);
  });

  it('is valid XML with hostile text, and gives every case a name of its own', async () => {
    const { cases } = await parseJunit(renderJunit(hostileResult()));
    expect(cases).to.have.length(4);
    expect(new Set(cases.map((each) => each.name)).size).to.equal(4);
    expect(cases[0]!.message).to.contain('<script>alert(1)</script> ]]><!--').and.to.contain('⟨U+0000⟩');
    const twice = buildResult();
    const doubled = { ...twice.analysis!, judged: [...twice.analysis!.judged, ...twice.analysis!.judged] };
    const names = (await parseJunit(renderJunit({ ...twice, analysis: doubled }))).cases.map((each) => each.name);
    expect(new Set(names).size).to.equal(8);
  });
});

describe('report.md', () => {
  it('says the verdict, the figures with their uncertainty, the method and the hashes', () => {
    const text = renderMarkdown(buildResult());
    expect(text).to.match(/^# PASS: The RP dies\n/);
    expect(text).to.contain('1.032 s ± 1 ms').and.to.contain('rx-desk1.pcap \\#10417–\\#10418');
    expect(text).to.contain('RFC 6413').and.to.contain('2'.repeat(64));
    expect(text).to.contain('`faultline analyze runs/2026-09-21T13-33-20-rp-death`');
  });

  it('keeps hostile text out of the markup', () => {
    const text = renderMarkdown(hostileResult()).replace(/^Every figure.*`$/m, ''); // a code span is literal
    expect(text).not.to.match(/<script|<img|<style/);
    expect(text).not.to.match(/[^\\]\]\(javascript/);
    const tables = text.split('\n\n').filter((block) => block.startsWith('| '));
    expect(tables.length).to.be.at.least(3);
    for (const table of tables) {
      const widths = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(widths).size, table.slice(0, 80)).to.equal(1);
    }
  });
});

describe('the topology drawing', () => {
  it('puts senders first and receivers last, with links between neighbouring columns', () => {
    const columns = layoutColumns(
      ['desk', 'core2', 'feed', 'core1'],
      [
        { a: 'feed', b: 'core1' },
        { a: 'feed', b: 'core2' },
        { a: 'core1', b: 'desk' },
        { a: 'core2', b: 'desk' },
      ],
      ['feed'],
    );
    expect(columns.map((column) => [...column].sort())).to.deep.equal([['feed'], ['core1', 'core2'], ['desk']]);
  });

  it('takes loops, islands and unknown roots', () => {
    expect(layoutColumns(['a', 'b'], [{ a: 'a', b: 'a' }], ['nobody'])).to.deep.equal([['a', 'b']]);
    expect(layoutColumns([], [], [])).to.deep.equal([]);
  });

  it('marks what the fault broke, and nothing where that is not known', () => {
    const broken = topologyDrawing(buildResult())!.text;
    expect(broken.match(/class="node router broken"/g)).to.have.length(1);
    const base = buildResult();
    const cut = topologyDrawing({
      ...base,
      fault: { ...base.fault!, broken: { nodes: [], endpoints: ['core1:eth4'] } },
    })!;
    expect(cut.text.match(/class="link broken"/g)).to.have.length(1);
    expect(cut.text).to.contain('core1:eth4--edge1:eth1 (broken by the fault)');
    const unsaid = { ...base.fault! };
    delete (unsaid as { broken?: unknown }).broken;
    expect(topologyDrawing({ ...base, fault: unsaid })!.text).not.to.contain('broken');
  });
});

describe('the files of a run', () => {
  it('are the same bytes each time', () => {
    for (const make of [buildResult, hostileResult] as (() => RunResult)[]) {
      for (const kind of Object.values(REPORTS)) expect(kind.render(make()) === kind.render(make())).to.equal(true);
    }
  });

  it('are written by reporters that cannot harm each other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-files-'));
    try {
      const problems: ReporterProblem[] = [];
      let printed = '';
      let events = 0;
      const reporters = createReporters(
        [
          {
            name: 'bad',
            onEvent: () => {
              throw new Error('first');
            },
            onEnd: () => {
              throw new Error('last');
            },
          },
          { name: 'late', onEvent: () => Promise.reject(new Error('later')) },
          ...fileReporters(),
          {
            name: 'good',
            onEvent: () => {
              events += 1;
            },
          },
          consoleReporter({ write: (text) => (printed += text) }, { colour: false }),
        ],
        (problem) => {
          problems.push(problem);
          throw new Error('nobody listens');
        },
      );
      for (let i = 0; i < 3; i++) {
        reporters.onEvent({ type: 'x', at: '1' });
        await new Promise((resolve) => setImmediate(resolve));
      }
      await reporters.onEnd(buildResult(), folder);
      expect(events).to.equal(3);
      expect((await readdir(folder)).sort()).to.deep.equal(['junit.xml', 'report.html', 'report.md', 'result.json']);
      expect(await readFile(join(folder, 'report.html'), 'utf8')).to.contain('<h1><bdi>The RP dies</bdi></h1>');
      expect(printed).to.contain(join(folder, 'report.html')).and.to.contain('PASS');
      expect(problems.map((each) => `${each.reporter} ${each.hook}`)).to.deep.equal([
        'bad onEvent',
        'late onEvent',
        'bad onEnd',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('can be printed to a PDF by a command without a shell', () => {
    const argv = pdfCommand({ html: '/runs/a b/report.html', pdf: '/runs/a b/report.pdf', profileDir: '/tmp/p' });
    expect(argv[0]).to.equal('chromium');
    expect(argv).to.include('--print-to-pdf=/runs/a b/report.pdf').and.to.include('file:///runs/a%20b/report.html');
  });
});

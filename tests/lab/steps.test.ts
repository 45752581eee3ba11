import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { readCapture } from '../../src/packet/read-capture.js';
import { analyzeRun } from '../../src/run/analyze-run.js';
import { readJournal } from '../../src/run/journal.js';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from './cli.js';

describe('the steps of an outage in a lab', function () {
  this.timeout(400_000);
  let place: Workplace;
  let dir: string;
  let result: RunResult;
  before(async () => {
    place = new Workplace();
    const end = await place.run(['run', resolve('tests/fixtures/labs/triangle/steps.yml'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.be.oneOf([0, 3]);
    [dir] = place.runDirs() as [string];
    [result] = place.results() as [RunResult];
  });
  after(() => place.remove());

  it('are found on their own evidence: kernels, captures', () => {
    const { steps, problems } = result.analysis!.timeline!;
    expect(problems).to.deep.equal([]);
    const kinds = (source: string): string[] => steps.filter((one) => one.source === source).map(({ kind }) => kind);
    expect(kinds('netlink')).to.include.members(['link', 'route', 'mroute']);
    expect(kinds('capture')).to.include.members(['ospf', 'pim']);
    // What a monitor tells comes when it is read: only what lies timers apart has an order.
    const link = steps.findIndex((one) => one.kind === 'link' && one.node === 'r1' && one.what === 'eth3 went down');
    const rerouted = steps.findLastIndex((one) => one.kind === 'route' && one.node === 'r3');
    expect(link).to.be.at.least(0);
    expect(rerouted).to.be.above(link);
  });

  it('account for the outage; without the journal’s and the captures’ evidence nothing does', () => {
    const [outage] = result.analysis!.timeline!.outages;
    expect(outage).to.include({ flow: 'publish', receiver: 'desk', event: 'initial' });
    const entries = readJournal(join(dir, 'journal.jsonl'));
    const without = (...types: string[]): number => {
      const left = entries
        .filter((entry) => !types.includes(entry.type))
        .map((entry) => (entry.type === 'plan' ? withoutReach(entry) : entry));
      return analyzeRun(dir, left, readCapture).analysis!.timeline!.outages[0]!.unexplainedNs;
    };
    // Nothing of the captures reaches anything, so that each record of the journal counts for itself.
    const withoutReach = (entry: Extract<(typeof entries)[number], { type: 'plan' }>): typeof entry => {
      const { scenario } = entry.plan;
      const withinNs = { ...scenario.steps!.withinNs, ospf: 0, pim: 0 };
      return { ...entry, plan: { ...entry.plan, scenario: { ...scenario, steps: { ...scenario.steps!, withinNs } } } };
    };
    const all = without();
    const noForwarding = without('control-step');
    const nothing = without('control-step', 'link-event');
    expect(noForwarding).to.be.at.least(all);
    // What is left to account for anything is that the fault itself was being applied.
    expect(nothing).to.be.above(all).and.to.be.at.most(outage!.lengthNs);
    expect(nothing).to.be.above(outage!.lengthNs / 2);
  });

  it('stand in every report', () => {
    for (const file of ['report.md', 'report.html']) {
      expect(readFileSync(join(dir, file), 'utf8'), file).to.include('Steps of the control plane');
    }
  });
});

import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { OutageAccount, Step, StepKind } from '../../src/analysis/steps/types.js';
import { instantFromText, nsBetween, type InstantText } from '../../src/core/instant.js';
import { readCapture } from '../../src/packet/read-capture.js';
import { analyzeRun } from '../../src/run/analyze-run.js';
import type { JournalEntry } from '../../src/run/events.js';
import { readJournal } from '../../src/run/journal.js';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from '../lab/cli.js';

const SCENARIO = resolve('topologies/stock-exchange-wan/scenarios/esi-link-loss-forwarder.yml');
const MS = 1_000_000;

describe('the steps of an Ethernet Segment’s link loss', function () {
  this.timeout(900_000);
  let place: Workplace;
  let dir: string;
  let entries: readonly JournalEntry[];
  let result: RunResult;
  before(async () => {
    place = new Workplace();
    const end = await place.run(['run', SCENARIO, '--seed', '1', '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    [dir] = place.runDirs() as [string];
    [result] = place.results() as [RunResult];
    entries = readJournal(join(dir, 'journal.jsonl'));
  });
  after(() => place.remove());

  it('are each found on their own evidence', () => {
    const { steps, problems } = result.analysis!.timeline!;
    expect(problems).to.deep.equal([]);
    const found = new Set(steps.map(({ kind, source, node }) => `${kind} ${source} ${node}`));
    expect([...found]).to.include.members([
      ...['link netlink we1', 'bundle netlink we1', 'es log we1', 'df log we2', 'helper log we2'],
      ...['bgp-withdraw capture we1', 'bgp-withdraw capture we2', 'nexthop netlink we3', 'mac netlink we2'],
    ]);
    const what = steps.map((one) => one.what).join('\n');
    expect(what).to.match(/eth1 of es1 is out of use, its link is down/);
    expect(what).to.match(/withdraws to 10\.255\.0\.1[12]: .*EVPN/);
    expect(what).to.match(/df-change es \S+ non-df to df/);
  });

  it('tell the helper’s own share apart: no more than it says itself', () => {
    const { steps, outages } = result.analysis!.timeline!;
    const flood = outages.find(({ flow, event }) => flow === 'flood' && event === 'initial')!;
    const shares = flood.parts.flatMap(({ step, fromNs, toNs }) => {
      const by = typeof step === 'number' ? steps[step]! : undefined;
      return by?.kind === 'helper' && by.withinNs !== null ? [{ by, ns: toNs - fromNs }] : [];
    });
    expect(shares.map(({ by }) => by.node)).to.include('we2');
    for (const { by, ns } of shares) {
      expect(ns).to.be.at.most(by.withinNs!);
      expect(by.what).to.match(/filter (?:opened|closed) .* ms after zebra said so/);
    }
  });

  /** The run computed again with evidence of these kinds left out, wherever it came from: what was flooded, initial event. */
  const without = (...kinds: StepKind[]): { readonly flood: OutageAccount; readonly steps: readonly Step[] } => {
    const left = entries.flatMap((entry): JournalEntry[] => {
      if (entry.type === 'control-step' && kinds.includes(entry.step.kind)) return [];
      if (entry.type === 'link-event' && kinds.includes('link')) return [];
      if (entry.type !== 'plan') return [entry];
      // Captures stay: what they show of these kinds reaches nothing but the time that its own messages took.
      const { scenario } = entry.plan;
      const withinNs = { ...scenario.steps!.withinNs, ...Object.fromEntries(kinds.map((kind) => [kind, 0])) };
      return [
        { ...entry, plan: { ...entry.plan, scenario: { ...scenario, steps: { ...scenario.steps!, withinNs } } } },
      ];
    });
    const { outages, steps } = analyzeRun(dir, left, readCapture).analysis!.timeline!;
    return { flood: outages.find(({ flow, event }) => flow === 'flood' && event === 'initial')!, steps };
  };

  it('account for what is flooded; without the evidence of BGP, or of the links, time is left unexplained', () => {
    expect(without().flood.unexplainedNs).to.be.at.most(50 * MS);
    // LACP at the edge gives up in the same time, and its ticks reach back over BGP's: BGP has to account for it alone.
    const noLacp = without('lacp').flood.unexplainedNs;
    expect(noLacp).to.be.at.most(50 * MS);
    const noBgp = without('lacp', 'bgp-withdraw', 'bgp-update').flood.unexplainedNs;
    expect(noBgp).to.be.above(noLacp + 20 * MS);
    const { flood, steps } = without(
      ...(['link', 'bundle', 'lacp', 'bgp-withdraw', 'bgp-update', 'ospf', 'pim', 'bfd'] as const),
      ...(['es', 'df', 'helper', 'nexthop', 'route', 'mroute', 'mac'] as const),
    );
    expect(flood.unexplainedNs).to.be.above(noBgp);
    // What still is accounted for: the last packet interval, and the time that captured messages themselves took.
    const after = (text: InstantText): number => nsBetween(instantFromText(flood.from), instantFromText(text));
    for (const { fromNs, toNs, step } of flood.parts) {
      if (step === null) continue;
      if (step === 'sampling') expect(fromNs).to.be.at.least(flood.lengthNs - 11 * MS);
      else {
        const { source, at, until, what } = steps[step]!;
        expect(source, what).to.equal('capture');
        expect(fromNs, what).to.be.at.least(after(at));
        expect(toNs, what).to.be.at.most(after(until));
      }
    }
  });
});

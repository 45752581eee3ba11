import { expect } from 'chai';
import type { Analysis, Judged, Outcome } from '../../../src/analysis/types.js';
import type { Limits } from '../../../src/scenario/types.js';
import { expectation, MS, paced, run, S, through, type Row, type Scene } from './synthetic.js';

const sent = paced({ count: 10_000, intervalNs: MS });
const windowed = { window: [0, 10 * S - 1], fault: [3 * S, 3.003 * S], revert: [6 * S, 6.003 * S] } as const;
type Outages = readonly (readonly [number, number])[];

const scene = (outages: Outages, initial: Partial<Limits>, more: Partial<Scene> = {}): Scene => ({
  sent,
  receivers: { desk1: { rows: through(more.sent ?? sent, outages) } },
  ...windowed,
  expect: [expectation({ initial })],
  ...more,
});
const judgeOne = (outages: Outages, initial: Partial<Limits>, more: Partial<Scene> = {}): Judged => {
  const { judged } = run(scene(outages, initial, more));
  expect(judged).to.have.length(1);
  return judged[0]!;
};
function expectRow(row: Judged, outcome: Outcome, reason: RegExp): void {
  expect(row.reason).to.match(reason);
  expect(row.outcome, row.reason).to.equal(outcome);
}
const stalledBy = (atNs: number, forNs: number): Row[] =>
  paced({ count: 10_000, intervalNs: MS, stalls: [{ atNs, forNs, catchUp: true }] });

/** 400 packets: 399 … 401 ms. */
const OUTAGE: Outages = [[3.1 * S, 3.5 * S]];

describe('an outage limit', () => {
  it('holds where the whole interval is within it', () => {
    const row = judgeOne(OUTAGE, { outageNs: 401 * MS });
    expectRow(row, 'pass', /^400 ms ± 1 ms, limit 401 ms$/);
    expect(row).to.deep.include({ flow: 'publish', receiver: 'desk1', event: 'initial', what: 'outage', unit: 'ns' });
    expect(row).to.include({ measured: 400 * MS, low: 399 * MS, high: 401 * MS, limit: 401 * MS });
    expect(row.because).to.equal('dead interval 1 s');
  });
  it('is inconclusive where it lies inside the interval', () => {
    expectRow(judgeOne(OUTAGE, { outageNs: 401 * MS - 1 }), 'inconclusive', /may be over by up to 1 ns$/);
    expectRow(judgeOne(OUTAGE, { outageNs: 399 * MS }), 'inconclusive', /may be over by up to 2 ms$/);
  });
  it('is violated where the whole interval is above it', () =>
    expectRow(judgeOne(OUTAGE, { outageNs: 399 * MS - 1 }), 'fail', /limit 398.999999 ms: over by at least 1 ns/));
  it('is for the largest outage', () =>
    expectRow(judgeOne([...OUTAGE, [4 * S, 4.5 * S]], { outageNs: 450 * MS }), 'fail', /500 ms ± 1 ms/));
  it('says how much of the uncertainty is the sender', () => {
    const late = paced({ count: 9000, intervalNs: MS, stalls: [{ atNs: 3.2 * S, forNs: 0.3 * S, catchUp: false }] });
    const row = judgeOne([[3.1 * S, 3.8 * S]], { outageNs: 500 * MS }, { sent: late, window: [0, 9 * S] });
    expectRow(row, 'inconclusive', /400 ms ± 301 ms.*300 ms of the interval come from a stalled sender/);
  });
  it('holds without loss where the sender never paused longer', () => {
    const row = judgeOne([], { outageNs: MS });
    expectRow(row, 'pass', /^nothing was lost$/);
    expect(row).to.include({ measured: 0, low: 0, high: MS });
  });
  it('is inconclusive where nothing was lost because the flow went past what broke', () => {
    const past = { beside: ['desk1'] };
    expectRow(
      judgeOne([], { outageNs: 500 * MS }, past),
      'inconclusive',
      /did not go over what broke \(its way: src1, core2\)/,
    );
    expectRow(judgeOne([], { outageNs: 500 * MS }, { beside: ['desk2'] }), 'pass', /^nothing was lost$/);
    expectRow(judgeOne(OUTAGE, { outageNs: 500 * MS }, past), 'pass', /^400 ms/);
    expectRow(judgeOne(OUTAGE, { outageNs: 300 * MS }, past), 'fail', /^400 ms/);
    for (const limits of [{ lost: 0 }, { outageNs: 0 }]) expect(judgeOne([], limits, past).outcome).to.equal('pass');
  });
  it('is inconclusive without loss where an outage could hide in a pause', () => {
    const row = judgeOne([], { outageNs: 50 * MS }, { sent: stalledBy(4 * S, 60 * MS) });
    expectRow(row, 'inconclusive', /sent nothing for .*longer than the limit 50 ms could hide/);
    expectRow(judgeOne([], { outageNs: 70 * MS }, { sent: stalledBy(4 * S, 60 * MS) }), 'pass', /nothing was lost/);
  });
  it('does not mind a pause before the fault', () =>
    expectRow(judgeOne([], { outageNs: 50 * MS }, { sent: stalledBy(S, 60 * MS) }), 'pass', /nothing was lost/));
  it('is inconclusive with loss, too, where a longer outage could hide in a pause', () =>
    expectRow(
      judgeOne(OUTAGE, { outageNs: 450 * MS }, { sent: stalledBy(4.5 * S, 600 * MS) }),
      'inconclusive',
      /400 ms ± 1 ms, limit 450 ms, but the sender sent nothing for .* a longer outage could hide in it/,
    ));
  it('cannot be held by an outage that never ended', () => {
    const row = judgeOne([[4 * S, 11 * S]], { outageNs: 1000 * S });
    expectRow(row, 'inconclusive', /at least 5.999 s, limit 1000 s: how long it lasted was not seen/);
    expect(row.high).to.equal(null);
    expectRow(judgeOne([[4 * S, 11 * S]], { outageNs: S }), 'fail', /over by at least 4.999 s/);
  });
});

describe('an outage limit of 0', () => {
  it('holds where not one packet was lost', () => expectRow(judgeOne([], { outageNs: 0 }), 'pass', /nothing was lost/));
  it('holds with pauses that any machine makes', () =>
    expectRow(judgeOne([], { outageNs: 0 }, { sent: stalledBy(4 * S, 18.2 * MS) }), 'pass', /nothing was lost/));
  it('is inconclusive where the sender paused for longer', () =>
    expectRow(judgeOne([], { outageNs: 0 }, { sent: stalledBy(4 * S, 25 * MS) }), 'inconclusive', /sent nothing for/));
  it('is violated by a single packet', () =>
    expectRow(judgeOne([[4 * S, 4.0005 * S]], { outageNs: 0 }), 'fail', /^1 packet lost \(1 ms ± 1 ms\), limit 0$/));
  it('is violated by what never ended', () =>
    expectRow(judgeOne([[4 * S, 11 * S]], { outageNs: 0 }), 'fail', /^6000 packets lost/));
});

describe('an outage that must be at least so long', () => {
  it('holds where the whole interval is', () =>
    expectRow(judgeOne(OUTAGE, { outageAtLeastNs: 399 * MS }), 'pass', /at least 399 ms was expected/));
  it('is inconclusive where it lies inside the interval', () => {
    expectRow(judgeOne(OUTAGE, { outageAtLeastNs: 400 * MS }), 'inconclusive', /may be as short as 399 ms/);
    expectRow(judgeOne(OUTAGE, { outageAtLeastNs: 401 * MS }), 'inconclusive', /may be as short as 399 ms/);
  });
  it('is violated where it was shorter', () =>
    expectRow(judgeOne(OUTAGE, { outageAtLeastNs: 402 * MS }), 'fail', /but at least 402 ms was expected/));
  it('is violated where nothing was lost', () =>
    expectRow(judgeOne([], { outageAtLeastNs: 50 * MS }), 'fail', /^nothing was lost, but at least 50 ms/));
  it('is inconclusive where nothing was lost but the sender paused for as long', () =>
    expectRow(judgeOne([], { outageAtLeastNs: 50 * MS }, { sent: stalledBy(4 * S, 60 * MS) }), 'inconclusive', /may be as short as 0 s/)); // prettier-ignore
  it('holds for one that never ended, as far as it was seen', () => {
    expectRow(judgeOne([[4 * S, 11 * S]], { outageAtLeastNs: 5.9 * S }), 'pass', /at least 5.999 s/);
    expectRow(judgeOne([[4 * S, 11 * S]], { outageAtLeastNs: 8 * S }), 'inconclusive', /its end was not seen/);
  });
});

describe('limits of counts', () => {
  it('lost', () => {
    expectRow(judgeOne(OUTAGE, { lost: 400 }), 'pass', /^400 packets lost, limit 400$/);
    expectRow(judgeOne(OUTAGE, { lost: 399 }), 'fail', /^400 packets lost, limit 399$/);
  });
  it('lost: inconclusive where more could have been lost in a pause', () => {
    const more = { sent: stalledBy(4 * S, 100 * MS) };
    expectRow(judgeOne([], { lost: 0 }, more), 'inconclusive', /100 packets more could have been lost/);
    expectRow(judgeOne([], { lost: 200 }, more), 'pass', /0 packets lost/);
  });
  it('duplicates', () => {
    const rows = through(sent).flatMap((row): Row[] => (row[0] >= 4000 && row[0] < 4003 ? [row, row] : [row]));
    const receivers = { desk1: { rows } };
    expectRow(judgeOne([], { duplicates: 3 }, { receivers }), 'pass', /^3 duplicates, limit 3$/);
    expectRow(judgeOne([], { duplicates: 2 }, { receivers }), 'fail', /^3 duplicates, limit 2$/);
  });
  it('reordered', () => {
    const rows = through(sent);
    [rows[4000], rows[4001]] = [rows[4001]!, rows[4000]!];
    expectRow(judgeOne([], { reordered: 1 }, { receivers: { desk1: { rows } } }), 'pass', /^1 reordered, limit 1$/);
    expectRow(judgeOne([], { reordered: 0 }, { receivers: { desk1: { rows } } }), 'fail', /^1 reordered, limit 0$/);
  });
});

describe('the reversion event', () => {
  const reversion = (outages: Outages, limits: Partial<Limits>, more: Partial<Scene> = {}): Judged => {
    const { judged } = run({ ...scene(outages, {}), expect: [expectation({ reversion: limits })], ...more });
    expect(judged).to.have.length(1);
    return judged[0]!;
  };
  it('has limits of its own', () => {
    expectRow(reversion(OUTAGE, { outageNs: 0 }), 'pass', /nothing was lost/);
    expectRow(reversion([[7 * S, 7.1 * S]], { outageNs: 0 }), 'fail', /100 packets lost/);
  });
  it('is inconclusive without a revert or a fault', () => {
    expectRow(reversion([], { lost: 0 }, { revert: undefined as never }), 'inconclusive', /fault was not reverted/);
    const without = { revert: undefined as never, fault: undefined as never };
    expectRow(reversion([], { lost: 0 }, without), 'inconclusive', /there was no fault to revert/);
  });
  it('is inconclusive where next to nothing was sent in it', () => {
    expectRow(reversion([], { lost: 0 }, { window: [0, 6.0035 * S] }), 'inconclusive', /only 4 packets of this event/);
    expectRow(reversion([], { lost: 0 }, { window: [0, 6.0045 * S] }), 'pass', /0 packets lost/);
  });
  it('is inconclusive where nothing was sent in it, also for a least length', () => {
    const early = { sent: sent.slice(0, 5900), window: [0, 6.001 * S] as const };
    expectRow(reversion([], { outageAtLeastNs: S }, early), 'inconclusive', /no packet of this event/);
    expectRow(reversion([], { duplicates: 0 }, early), 'inconclusive', /no packet of this event/);
  });
});

describe('loss before the fault', () => {
  it('makes all limits of the pair inconclusive, violated ones too', () => {
    const { judged, verdict } = run(scene([[S, 1.002 * S], ...OUTAGE], { outageNs: 100 * MS, duplicates: 0 }));
    expect(judged.map((row) => [row.what, row.outcome])).to.deep.equal([
      ['before', 'inconclusive'],
      ['outage', 'inconclusive'],
      ['duplicates', 'inconclusive'],
    ]);
    expect(judged[0]).to.include({ event: 'before', measured: 2, limit: 0, unit: 'packets' });
    expect(judged[1]!.reason).to.match(/in doubt: the lab was not loss-free before the fault \(2 packets lost\)/);
    expect(verdict.outcome).to.equal('inconclusive');
  });
  it('concerns that pair alone, and is told once', () => {
    const { judged } = run({
      ...scene([], {}),
      receivers: { desk1: { rows: through(sent, [[S, 1.1 * S]]) }, desk2: { rows: through(sent) } },
      expect: [expectation({ initial: { lost: 0 } }), expectation({ initial: { duplicates: 0 } })],
    });
    expect(judged.filter((row) => row.what === 'before').map((row) => row.receiver)).to.deep.equal(['desk1']);
    expect(judged.filter((row) => row.receiver === 'desk2').map((row) => row.outcome)).to.deep.equal(['pass', 'pass']);
  });
  it('without a fault is judged as anything else', () => {
    const more = { fault: undefined as never, revert: undefined as never };
    expectRow(judgeOne([[S, 1.1 * S]], { outageNs: 0 }, more), 'fail', /100 packets lost/);
    expectRow(judgeOne([], { outageNs: 0 }, more), 'pass', /nothing was lost/);
  });
});

describe('doubts', () => {
  const receiverDrops = (outages: Outages): Partial<Scene> => ({
    receivers: { desk1: { rows: through(sent, outages), report: { droppedByKernel: 3 } } },
  });
  it('let nothing pass', () => {
    const { judged, verdict } = run(
      scene([], { outageNs: 0, lost: 0, duplicates: 0, reordered: 0, outageAtLeastNs: 0 }, receiverDrops([])),
    );
    expect(judged).to.have.length(5);
    for (const row of judged)
      expectRow(row, 'inconclusive', /in doubt: capture rx-desk1: the kernel dropped 3 packets/);
    expect(verdict.outcome).to.equal('inconclusive');
  });
  it('that explain a violation make it inconclusive', () => {
    expectRow(judgeOne(OUTAGE, { outageNs: MS }, receiverDrops(OUTAGE)), 'inconclusive', /in doubt: .*kernel dropped/);
    expectRow(judgeOne(OUTAGE, { lost: 0 }, receiverDrops(OUTAGE)), 'inconclusive', /in doubt/);
  });
  it('that cannot explain a violation leave it', () => {
    expectRow(judgeOne([], { outageAtLeastNs: S }, receiverDrops([])), 'fail', /nothing was lost, but at least 1 s/);
    const sender = { sender: { report: { droppedByKernel: 3 } } };
    expectRow(judgeOne(OUTAGE, { outageNs: MS }, sender), 'fail', /^400 ms ± 1 ms, limit 1 ms: over by/);
    expectRow(judgeOne(OUTAGE, { outageNs: S }, sender), 'inconclusive', /in doubt: capture tx-feed-a/);
    expectRow(judgeOne([], { outageAtLeastNs: S }, sender), 'inconclusive', /in doubt: capture tx-feed-a/);
    const rows = through(sent).flatMap((row): Row[] => (row[0] === 4000 ? [row, row] : [row]));
    const doubled = { receivers: { desk1: { rows, report: { droppedByKernel: 1 } } } };
    expectRow(judgeOne([], { duplicates: 0 }, doubled), 'fail', /^1 duplicate, limit 0$/);
  });
  it('of a capture that says it is broken explain anything', () => {
    const sender = { sender: { report: { problems: ['ended early'] } } };
    expectRow(judgeOne(OUTAGE, { outageNs: MS }, sender), 'inconclusive', /in doubt: capture tx-feed-a: ended early/);
  });
  it('are counted where there are several', () => {
    const more = { sender: { report: { problems: ['ended early', 'cut'] } } };
    expectRow(judgeOne([], { lost: 0 }, more), 'inconclusive', /ended early \(and 1 more\)$/);
  });
  it('of one receiver do not concern another', () => {
    const { judged } = run({
      ...scene([], { lost: 0 }),
      receivers: { desk1: { rows: through(sent), report: { droppedByKernel: 1 } }, desk2: { rows: through(sent) } },
    });
    expect(judged.map((row) => row.outcome)).to.deep.equal(['inconclusive', 'pass']);
  });
});

describe('an expectation', () => {
  const rows = (expect: Scene['expect']): readonly Judged[] =>
    run({
      ...scene([], {}),
      receivers: { desk1: { rows: through(sent) }, desk2: { rows: through(sent) } },
      expect: expect!,
    }).judged;
  it('is for all receivers, or for those it names', () => {
    expect(rows([expectation({ initial: { lost: 0 } })]).map((row) => row.receiver)).to.deep.equal(['desk1', 'desk2']);
    expect(rows([expectation({ initial: { lost: 0 }, receivers: ['desk2'] })]).map((row) => row.receiver)).to.deep.equal(['desk2']); // prettier-ignore
  });
  it('that matches no flow is inconclusive', () => {
    const [row] = rows([expectation({ initial: { lost: 0 }, item: 'publsh' })]);
    expectRow(row!, 'inconclusive', /the expectation matches nothing: there is no flow of publsh/);
    expect(row!.what).to.equal('expectation');
  });
  it('that names a receiver the flow has not is inconclusive, and judges the others', () => {
    const both = rows([expectation({ initial: { lost: 0 }, receivers: ['desk1', 'desk9'] })]);
    expect(both.map((row) => [row.receiver, row.outcome])).to.deep.equal([
      ['desk9', 'inconclusive'],
      ['desk1', 'pass'],
    ]);
  });
  it('of a join delay is inconclusive where nobody joins late', () =>
    expectRow(rows([expectation({ joinDelayNs: S })])[0]!, 'inconclusive', /no receiver of it joins late/));
});

describe('the verdict', () => {
  const verdictOf = (analysis: Analysis): Analysis['verdict'] => analysis.verdict;
  it('passes where every limit held', () => {
    expect(verdictOf(run(scene([], { lost: 0, outageNs: 0 })))).to.deep.equal({
      outcome: 'pass',
      reasons: ['all 2 limits were held'],
    });
  });
  it('fails where one did not, and tells failures before doubts', () => {
    const { outcome, reasons } = verdictOf(run(scene(OUTAGE, { outageNs: 400 * MS, lost: 3 })));
    expect(outcome).to.equal('fail');
    expect(reasons).to.deep.equal([
      'publish at desk1, initial lost: 400 packets lost, limit 3',
      'publish at desk1, initial outage: 400 ms ± 1 ms, limit 400 ms: may be over by up to 1 ms',
    ]);
  });
  it('is inconclusive where one is', () =>
    expect(verdictOf(run(scene(OUTAGE, { outageNs: 400 * MS, duplicates: 0 }))).outcome).to.equal('inconclusive'));
  it('is inconclusive where nothing was expected', () => {
    expect(verdictOf(run(scene([], {})))).to.deep.equal({
      outcome: 'inconclusive',
      reasons: ['nothing was expected, so nothing can pass'],
    });
    expect(verdictOf(run({ ...scene([], {}), expect: [] })).outcome).to.equal('inconclusive');
  });
  it('is inconclusive with an impediment, whatever was measured', () => {
    for (const limits of [{ lost: 0 }, { lost: 0, outageAtLeastNs: S }]) {
      const { outcome, reasons } = verdictOf(run(scene([], limits, { impediments: ['pimd died on core1'] })));
      expect(outcome).to.equal('inconclusive');
      expect(reasons[0]).to.equal('pimd died on core1');
    }
  });
  it('measures a flow without expectation, but does not judge it', () => {
    const { flows, judged } = run({
      ...scene([], {}),
      receivers: { desk1: { rows: through(sent) }, desk2: { rows: through(sent, OUTAGE) } },
      expect: [expectation({ initial: { lost: 0 }, receivers: ['desk1'] })],
    });
    expect(flows[1]!.lost).to.equal(400);
    expect(judged.map((row) => [row.receiver, row.outcome])).to.deep.equal([['desk1', 'pass']]);
  });
});

import { expect } from 'chai';
import type { MembershipMessage } from '../../../src/analysis/packets.js';
import type { FlowMeasurement, Judged } from '../../../src/analysis/types.js';
import {
  expectation,
  measure,
  MS,
  paced,
  run,
  S,
  through,
  type Row,
  type Scene,
  type SceneReceiver,
} from './synthetic.js';

/** Fault at 3 s; desk3 asks at 4 s and gets data from the packet of 4.25 s on. */
const sent = paced({ count: 10_000, intervalNs: MS });
const report = (more: Partial<MembershipMessage> = {}): Omit<MembershipMessage, 'frame'> => ({
  atNs: 4 * S,
  from: '10.0.1.1',
  action: 'join',
  group: '239.1.1.1',
  source: null,
  ...more,
});
const since = (fromNs: number, outages: readonly (readonly [number, number])[] = []): Row[] =>
  through(sent, [[-1, fromNs], ...outages]);
const scene = (desk3: Partial<SceneReceiver> = {}, more: Partial<Scene> = {}): Scene => ({
  sent,
  receivers: { desk3: { rows: since(4.25 * S), joinsLate: true, memberships: [report()], ...desk3 } },
  window: [0, 10 * S - 1],
  fault: [3 * S, 3.003 * S],
  ...more,
});
const judgeOne = (joinDelayNs: number, desk3: Partial<SceneReceiver> = {}, more: Partial<Scene> = {}): Judged => {
  const { judged } = run(scene(desk3, { expect: [expectation({ joinDelayNs })], ...more }));
  expect(judged).to.have.length(1);
  expect(judged[0]).to.include({ event: 'join', what: 'join-delay', unit: 'ns' });
  return judged[0]!;
};

describe('a receiver that joins late', () => {
  it('is judged from its first packet on', () => {
    const flow = measure(scene({ rows: since(4.25 * S, [[5 * S, 5.1 * S]]) }));
    expect(flow).to.include({ sent: 5750, received: 5650, lost: 100 });
    expect(flow.events.before).to.include({ sent: 0, lost: 0, blindNs: 0 });
    expect(flow.events.initial).to.include({ sent: 5750, lost: 100, blindNs: MS });
    expect(flow.periods).to.have.length(1);
    expect(flow.doubts).to.deep.equal([]);
  });

  it('has a join delay from its report to its first packet, with their frames', () => {
    const { join } = measure(scene());
    expect(join).to.deep.include({ delayNs: 0.25 * S + 50_000, uncertaintyNs: MS });
    expect(join!.report).to.include({ capture: 'rx-desk3', frame: 1 });
    expect(join!.firstData).to.include({ capture: 'rx-desk3', frame: 2 });
  });

  it('is uncertain by the pause of a sender just before', () => {
    const stalled = paced({
      count: 10_000,
      intervalNs: MS,
      stalls: [{ atNs: 4.2 * S, forNs: 50 * MS, catchUp: true }],
    });
    const rows = through(stalled, [[-1, 4.25 * S]]);
    const { join } = measure(scene({ rows }, { sent: stalled }));
    expect(join!.uncertaintyNs / MS).to.be.closeTo(51, 1);
  });

  it('takes its own report for the group only, and the last one that it did not take back', () => {
    const memberships = [
      report({ atNs: 3.1 * S, from: '10.0.1.9' }),
      report({ atNs: 3.2 * S, group: '239.1.1.2' }),
      report({ atNs: 3.3 * S, source: '10.0.0.77' }),
      report({ atNs: 3.4 * S }),
      report({ atNs: 3.5 * S, action: 'leave' }),
      report({ atNs: 4.1 * S }),
      report({ atNs: 4.2 * S }),
      report({ atNs: 8 * S, action: 'leave' }),
    ];
    expect(measure(scene({ memberships })).join!.delayNs).to.be.closeTo(0.15 * S + 50_000, 1e-3);
  });

  it('has no join delay by the report of somebody else', () => {
    const flow = measure(scene({ memberships: [report({ from: '10.0.1.9' })] }));
    expect(flow.join).to.equal(null);
    expect(flow.doubts.join()).to.match(/no IGMP report by 10.0.1.1/);
  });

  it('needs a report for the source where the flow is source-specific', () => {
    const ssm = (source: string | null): FlowMeasurement =>
      measure(scene({ memberships: [report({ source })] }, { ssm: true }));
    expect(ssm('10.0.0.1').join).to.not.equal(null);
    expect(ssm(null).join).to.equal(null);
    expect(ssm(null).doubts.join()).to.match(/no IGMP report by 10.0.1.1 for 239.1.1.1 was captured/);
  });

  describe('method (RFC 3918)', () => {
    const withOther = (rows: readonly Row[], memberships = [report({ from: '10.0.1.2' })]): FlowMeasurement =>
      measure(
        scene({ memberships: [report()] }, { receivers: { ...scene().receivers, desk1: { rows, memberships } } }),
      );
    it('A where nobody in the run had the group', () => {
      expect(measure(scene()).join).to.include({ method: 'A' });
      expect(measure(scene()).join!.methodReason).to.match(/no receiver of this run had got the group/);
      expect(withOther(since(4.1 * S)).join).to.include({ method: 'A' });
    });
    it('unknown where somebody else had', () => {
      const { join } = withOther(since(0));
      expect(join).to.include({ method: 'unknown' });
      expect(join!.methodReason).to.match(/^desk1 already got the group/);
    });
    it('B where it was on its link already', () => {
      const { join } = measure(scene({ rows: since(3 * S) }));
      expect(join).to.include({ method: 'B', delayNs: 50_000 });
    });
  });
});

describe('a join delay limit', () => {
  it('is held by delay and uncertainty together', () => {
    const row = judgeOne(251.05 * MS);
    expect(row).to.include({ outcome: 'pass', measured: 250.05 * MS, low: 249.05 * MS, high: 251.05 * MS });
    expect(row.reason).to.equal('250.05 ms ± 1 ms, limit 251.05 ms');
  });
  it('is inconclusive inside the uncertainty', () => {
    expect(judgeOne(251 * MS)).to.include({ outcome: 'inconclusive' });
    expect(judgeOne(251 * MS).reason).to.match(/may be over by up to 50 µs/);
    expect(judgeOne(249.05 * MS)).to.include({ outcome: 'inconclusive' });
  });
  it('is violated above', () => expect(judgeOne(249 * MS)).to.include({ outcome: 'fail' }));
  it('is inconclusive where the group was there before', () => {
    const row = judgeOne(S, { rows: since(3 * S) });
    expect(row.outcome).to.equal('inconclusive');
    expect(row.reason).to.match(/on its link before it asked/);
  });
  it('is inconclusive without a report', () => {
    const row = judgeOne(S, { memberships: [] });
    expect(row.outcome).to.equal('inconclusive');
    expect(row.reason).to.match(/no IGMP report by 10.0.1.1/);
  });
  it('is violated where no data ever came', () => {
    const row = judgeOne(2 * S, { rows: [] });
    expect(row).to.include({ outcome: 'fail', measured: null });
    expect(row.reason).to.match(/^no data ever came after its report \(6000 packets sent in 5.999 s\), limit 2 s/);
  });
  it('is inconclusive where none came but it was not watched for so long, or nothing was sent', () => {
    expect(judgeOne(8 * S, { rows: [] }).reason).to.match(/no data came, but only 5.999 s were watched/);
    expect(judgeOne(8 * S, { rows: [] }).outcome).to.equal('inconclusive');
    const early = judgeOne(2 * S, { rows: [] }, { sent: sent.slice(0, 4000) });
    expect(early).to.include({ outcome: 'inconclusive' });
    expect(early.reason).to.match(/but nothing was sent after its report/);
  });
  it('is not violated by silence where its capture dropped packets', () => {
    const row = judgeOne(2 * S, { rows: [], report: { droppedByKernel: 9 } });
    expect(row.outcome).to.equal('inconclusive');
  });
});

describe('other limits of a late joiner that never got data', () => {
  const judged = (limits: Parameters<typeof expectation>[0]): readonly Judged[] =>
    run(scene({ rows: [] }, { expect: [expectation(limits)] })).judged;
  it('are violated where it went without for longer', () => {
    expect(judged({ initial: { outageNs: 0, lost: 10 } }).map((row) => row.outcome)).to.deep.equal(['fail', 'fail']);
    expect(judged({ initial: { outageNs: 9 * S } })[0]).to.include({ outcome: 'inconclusive' });
  });
  it('are inconclusive where there is nothing to count', () =>
    expect(
      judged({ initial: { duplicates: 0, reordered: 0, outageAtLeastNs: S } }).map((row) => row.outcome),
    ).to.deep.equal(['inconclusive', 'inconclusive', 'inconclusive']));
});

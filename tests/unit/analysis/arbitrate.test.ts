import { expect } from 'chai';
import { analyze } from '../../../src/analysis/analyze.js';
import type { CaptureContent, FlowPackets } from '../../../src/analysis/packets.js';
import type { Analysis, Evidence } from '../../../src/analysis/types.js';
import { columns, evidenceOf, expectation, MS, paced, through, type Row } from './synthetic.js';

const INTERVAL = 10 * MS;
const WINDOW = [0, 5000 * MS] as const;
const FAULT = [1000 * MS, 1000 * MS] as const;
const REVERT = [3000 * MS, 3000 * MS] as const;

interface Feed {
  readonly sent: readonly Row[];
  readonly got: readonly Row[];
}

/** Feeds a and b to one receiver, and limits for both together. */
function arbitrated(a: Feed, b: Feed, limits: Parameters<typeof expectation>[0]['initial']): Analysis {
  const { evidence } = evidenceOf({
    ...{ sent: a.sent, intervalNs: INTERVAL, receivers: { desk1: { rows: a.got } }, window: WINDOW },
    ...{ fault: FAULT, revert: REVERT, expect: [expectation({ item: 'quotes', initial: limits ?? {} })] },
  });
  const [flow] = evidence.flows;
  const [tap] = evidence.taps;
  const [report] = evidence.captures;
  const captures = ['tx-b', 'rx-b'].map((id) => ({ ...report!, id, path: `/run/${id}.pcap` }));
  const all: Evidence = {
    ...evidence,
    captures: [...evidence.captures, ...captures],
    flows: [flow!, { ...flow!, id: 8, name: 'publish-b', item: 'publish-b', group: '239.1.1.2' }],
    taps: [tap!, { flow: 'publish-b', senderCapture: 'tx-b', receiverCaptures: { desk1: 'rx-b' } }],
    arbitrations: [{ name: 'quotes', item: 'quotes', feeds: ['publish', 'publish-b'], receivers: ['desk1'] }],
  };
  const files: Readonly<Record<string, readonly [number, readonly Row[]]>> = {
    '/run/tx-feed-a.pcap': [7, a.sent],
    '/run/rx-desk1.pcap': [7, a.got],
    '/run/tx-b.pcap': [8, b.sent],
    '/run/rx-b.pcap': [8, b.got],
  };
  return analyze(all, (path, _tag, base): CaptureContent => {
    const [id, rows] = files[path]!;
    const packets: FlowPackets = columns(rows, base);
    return { base, flows: new Map([[id, packets]]), memberships: [], frames: rows.length, problems: [] };
  });
}

const SENT = paced({ count: 500, intervalNs: INTERVAL });
const LATER = paced({ count: 500, intervalNs: INTERVAL, startNs: 3 * MS });

function quotes(analysis: Analysis): Analysis['flows'][number] {
  return analysis.flows.find(({ flow }) => flow === 'quotes')!;
}

describe('redundant feeds together', () => {
  it('lose nothing where one of them is whole, and each feed keeps its own figures', () => {
    const analysis = arbitrated(
      { sent: SENT, got: through(SENT, [[1200 * MS, 2000 * MS]]) },
      { sent: LATER, got: through(LATER) },
      { lost: 0, outageNs: 0 },
    );
    expect(analysis.flows.map(({ flow, lost }) => [flow, lost])).to.deep.equal([
      ['publish', 80],
      ['publish-b', 0],
      ['quotes', 0],
    ]);
    expect(analysis.verdict.outcome).to.equal('pass');
    expect(quotes(analysis).arbitrates).to.deep.equal(['publish', 'publish-b']);
  });

  it('lose what both lose: the messages of the overlap, as one outage with its frames', () => {
    const analysis = arbitrated(
      { sent: SENT, got: through(SENT, [[1200 * MS, 2000 * MS]]) },
      { sent: LATER, got: through(LATER, [[1500 * MS, 2500 * MS]]) },
      { lost: 49, outageNs: 300 * MS },
    );
    const both = quotes(analysis);
    // A sends 120…199 into its outage, B (3 ms later) 150…249: both lose 150…199.
    expect(both.lost).to.equal(50);
    expect(both.periods).to.have.length(1);
    const [period] = both.periods;
    expect([period!.firstLostSeq, period!.lastLostSeq]).to.deep.equal([150, 199]);
    // Message 149 came by B alone, message 200 by A first.
    expect([period!.lastGood!.capture, period!.firstGood!.capture]).to.deep.equal(['rx-b', 'rx-desk1']);
    expect(period!.lastGood!.frame).to.equal(150);
    // Send times are open by the 3 ms between the feeds.
    expect(period!.outage).to.deep.equal({ valueNs: 500 * MS, lowNs: 487 * MS, highNs: 513 * MS });
    expect(analysis.judged.map(({ what, outcome }) => [what, outcome])).to.deep.equal([
      ['outage', 'fail'],
      ['lost', 'fail'],
    ]);
  });

  it('count a source that is dead as a feed that carried nothing', () => {
    const half = SENT.slice(0, 120);
    const analysis = arbitrated(
      { sent: half, got: through(half) },
      { sent: LATER, got: through(LATER, [[2000 * MS, 2100 * MS]]) },
      { lost: 0 },
    );
    expect(quotes(analysis)).to.include({ sent: 500, lost: 10 });
    expect(analysis.verdict.outcome).to.equal('fail');
  });

  it('take no duplicate from the other feed, but those within one', () => {
    const twice = through(SENT).flatMap((row): Row[] => (row[0] === 150 ? [row, [150, row[1] + 1000]] : [row]));
    const analysis = arbitrated({ sent: SENT, got: twice }, { sent: LATER, got: through(LATER) }, { duplicates: 0 });
    expect(quotes(analysis).duplicates).to.equal(1);
    expect(analysis.verdict.outcome).to.equal('fail');
  });
});

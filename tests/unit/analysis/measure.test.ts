import { expect } from 'chai';
import { instantFromText, nsBetween } from '../../../src/core/instant.js';
import { evidenceOf, measure, MS, paced, run, S, through, ZERO, type Row, type Scene } from './synthetic.js';
import { analyze } from '../../../src/analysis/analyze.js';

const sent = paced({ count: 3000, intervalNs: MS });
const ns = (text: string): number => nsBetween(ZERO, instantFromText(text));
/** Everything that `sent` sends, one receiver, no fault. */
const scene = (rows: readonly Row[], more: Partial<Scene> = {}): Scene => ({
  sent,
  receivers: { desk1: { rows } },
  window: [0, 3 * S - 1],
  ...more,
});

describe('a flow at a receiver', () => {
  it('is clean where everything arrived', () => {
    const flow = measure(scene(through(sent)));
    expect(flow).to.include({ sent: 3000, received: 3000, lost: 0, duplicates: 0, reordered: 0, flow: 'publish' });
    expect(flow).to.include({ source: '10.0.0.1', group: '239.1.1.1', from: 'feed-a', receiver: 'desk1' });
    expect(flow.periods).to.deep.equal([]);
    expect(flow.doubts).to.deep.equal([]);
    expect(flow.events.initial).to.deep.include({ largest: null, sum: null, rateDerived: null, blindNs: MS });
    expect(flow.delay).to.deep.include({ samples: 3000, minNs: 50_000, medianNs: 50_000, maxNs: 50_000, jitterNs: 0 });
  });

  it('has an outage of n·T ± T with the frames around it', () => {
    const flow = measure({
      ...scene(through(sent, [[S, 1.4 * S]])),
      receivers: { desk1: { rows: through(sent, [[S, 1.4 * S]]), firstFrame: 501 } },
    });
    expect(flow).to.include({ sent: 3000, received: 2600, lost: 400 });
    const [period] = flow.periods;
    expect(period).to.deep.include({ lost: 400, firstLostSeq: 1000, lastLostSeq: 1399, senderStallNs: 0 });
    expect(period!.outage).to.deep.equal({ valueNs: 400 * MS, lowNs: 399 * MS, highNs: 401 * MS });
    expect(ns(period!.firstLostSentAt)).to.equal(1000 * MS);
    expect(ns(period!.lastLostSentAt)).to.equal(1399 * MS);
    expect(period!.lastGood).to.include({ capture: 'rx-desk1', frame: 501 + 999 });
    expect(period!.firstGood).to.include({ capture: 'rx-desk1', frame: 501 + 1000 });
    expect(ns(period!.lastGood!.at)).to.equal(999 * MS + 50_000);
    expect(ns(period!.firstGood!.at)).to.equal(1400 * MS + 50_000);
    expect(flow.events.initial.lossDerived).to.deep.equal(period!.outage);
  });

  it('tells several outages apart, the largest and the sum', () => {
    const flow = measure(scene(through(sent, [[0.5 * S, 0.6 * S], [S, 1.4 * S], [2 * S, 2.001 * S]]))); // prettier-ignore
    expect(flow.periods.map((period) => period.lost)).to.deep.equal([100, 400, 1]);
    expect(flow.events.initial).to.deep.include({
      lost: 501,
      periods: 3,
      largest: { valueNs: 400 * MS, lowNs: 399 * MS, highNs: 401 * MS },
      sum: { valueNs: 501 * MS, lowNs: 498 * MS, highNs: 504 * MS },
    });
  });

  it('ends one outage and begins another at a single good packet', () => {
    const rows = through(sent, [[S, 1.1 * S], [1.101 * S, 1.2 * S]]); // prettier-ignore
    expect(measure(scene(rows)).periods.map((period) => period.lost)).to.deep.equal([100, 99]);
  });

  it('judges only what was sent in the window', () => {
    const flow = measure(scene(through(sent, [[0, 0.1 * S], [S, 1.1 * S], [2.5 * S, 2.6 * S]]), { window: [0.5 * S, 2 * S - 1] })); // prettier-ignore
    expect(flow).to.include({ sent: 1500, lost: 100 });
    expect(flow.periods).to.have.length(1);
  });

  it('takes good packets outside the window as neighbours of an outage at its edge', () => {
    const flow = measure(scene(through(sent, [[S, 1.1 * S], [1.9 * S, 2 * S]]), { window: [S, 2 * S - 1] })); // prettier-ignore
    expect(flow.periods.map((period) => period.outage)).to.deep.equal([
      { valueNs: 100 * MS, lowNs: 99 * MS, highNs: 101 * MS },
      { valueNs: 100 * MS, lowNs: 99 * MS, highNs: 101 * MS },
    ]);
  });

  it('marks an outage that runs over an edge of the window as open', () => {
    const flow = measure(scene(through(sent, [[0.9 * S, 1.1 * S], [1.9 * S, 2.1 * S]]), { window: [S, 2 * S - 1] })); // prettier-ignore
    const [first, last] = flow.periods;
    expect(first).to.deep.include({ lost: 100, lastGood: null });
    expect(first!.outage).to.deep.include({ valueNs: 100 * MS, lowNs: 99 * MS, open: true });
    expect(first!.firstGood).to.not.equal(null);
    expect(last).to.deep.include({ lost: 100, firstGood: null });
    expect(last!.outage.open).to.equal(true);
    expect(flow.events.initial.largest!.open).to.equal(true);
    expect(flow.events.initial.sum!.open).to.equal(true);
  });

  it('never recovered: open, with no rate-derived figure, and as high as it was watched', () => {
    const flow = measure(scene(through(sent, [[S, 9 * S]]), { fault: [0.99 * S, S] }));
    const [period] = flow.periods;
    expect(period).to.deep.include({ lost: 2000, firstGood: null, event: 'initial' });
    expect(period!.outage).to.deep.equal({ valueNs: 2000 * MS, lowNs: 1999 * MS, highNs: 2001 * MS, open: true });
    expect(flow.events.initial.rateDerived).to.equal(null);
    const longer = measure(scene(through(sent, [[S, 9 * S]]), { window: [0, 10 * S] }));
    expect(longer.periods[0]!.outage.highNs).to.equal(10 * S - 999 * MS);
  });

  it('lost everything: one open outage', () => {
    const flow = measure(scene([]));
    expect(flow).to.include({ sent: 3000, received: 0, lost: 3000 });
    expect(flow.delay).to.equal(null);
    expect(flow.periods).to.have.length(1);
    expect(flow.periods[0]).to.include({ lastGood: null, firstGood: null });
    expect(flow.periods[0]!.outage.open).to.equal(true);
  });

  it('reads numbers that start anywhere, beyond 32 bits too', () => {
    const far = paced({ count: 1000, intervalNs: MS, firstSequence: 2 ** 45 + 17 });
    const flow = measure({
      sent: far,
      receivers: { desk1: { rows: through(far, [[0.2 * S, 0.3 * S]]) } },
      window: [0, S],
    });
    expect(flow).to.include({ sent: 1000, lost: 100 });
    expect(flow.periods[0]!.firstLostSeq).to.equal(2 ** 45 + 217);
    expect(flow.periods[0]!.outage).to.deep.equal({ valueNs: 100 * MS, lowNs: 99 * MS, highNs: 101 * MS });
  });

  it('takes duplicates out before anything else', () => {
    const rows = through(sent, [[S, 1.1 * S]]).flatMap((row): Row[] => (row[0] % 10 === 0 ? [row, [row[0], row[1] + 10]] : [row])); // prettier-ignore
    const flow = measure(scene(rows));
    expect(flow).to.include({ sent: 3000, received: 2900, lost: 100, duplicates: 290, reordered: 0 });
    expect(flow.delay!.maxNs).to.equal(50_000);
  });

  it('counts a late arrival as reordered, not as lost', () => {
    const rows = through(sent);
    const [late] = rows.splice(1000, 1);
    rows.splice(1004, 0, [late![0], late![1] + 5 * MS]);
    const flow = measure(scene(rows));
    expect(flow).to.include({ lost: 0, reordered: 1, reorderingExtentMax: 4 });
    expect(flow.events.initial.reordered).to.equal(1);
  });

  it('gives each receiver its own figures and reads each capture once', () => {
    const two: Scene = {
      sent,
      receivers: {
        desk1: { rows: through(sent, [[S, 1.1 * S]]) },
        desk2: { rows: through(sent, [[S, 1.2 * S]]) },
      },
      window: [0, 3 * S],
    };
    const { evidence, readCapture, reads } = evidenceOf(two);
    const analysis = analyze(evidence, readCapture);
    expect(analysis.flows.map((flow) => [flow.receiver, flow.lost])).to.deep.equal([
      ['desk1', 100],
      ['desk2', 200],
    ]);
    expect(reads.sort()).to.deep.equal(['/run/rx-desk1.pcap', '/run/rx-desk2.pcap', '/run/tx-feed-a.pcap']);
  });

  it('keeps its identity: sent = received + lost, in every event and in all', () => {
    const flow = measure(scene(through(sent, [[0.4 * S, 0.41 * S], [S, 2.1 * S]]), { fault: [S, S], revert: [2 * S, 2 * S] })); // prettier-ignore
    for (const figures of [flow, ...Object.values(flow.events)]) {
      expect(figures.sent).to.equal(figures.received + figures.lost);
    }
    expect(flow.sent).to.equal(3000);
  });
});

describe('a stalled sender', () => {
  const stall = (atNs: number, forNs: number, catchUp: boolean): Row[] =>
    paced({ count: 3000, intervalNs: MS, stalls: [{ atNs, forNs, catchUp }] });

  for (const catchUp of [false, true]) {
    it(`is no outage (${catchUp ? 'catches up' : 'goes on later'})`, () => {
      const stalled = stall(S, 300 * MS, catchUp);
      const flow = measure({ ...scene(through(stalled)), sent: stalled, window: [0, 4 * S] });
      expect(flow).to.include({ lost: 0 });
      expect(flow.events.initial.blindNs).to.be.at.least(300 * MS);
    });
  }

  it('widens an outage in which it stalls by the stall', () => {
    const stalled = stall(1.2 * S, 300 * MS, false);
    const flow = measure({ ...scene(through(stalled, [[S, 1.8 * S]])), sent: stalled });
    const [period] = flow.periods;
    expect(period!.lost).to.equal(500);
    expect(period!.outage).to.deep.equal({ valueNs: 500 * MS, lowNs: 499 * MS, highNs: 801 * MS });
    expect(period!.senderStallNs).to.equal(300 * MS);
  });

  it('widens an outage before which it stalled', () => {
    const stalled = stall(0.8 * S, 200 * MS, false);
    const flow = measure({ ...scene(through(stalled, [[0.9 * S, 1.1 * S]])), sent: stalled });
    const [period] = flow.periods;
    expect(period!.lost).to.equal(100);
    // The last good packet was sent at 799 ms, the first good one at 1100 ms: T more than the stall at the front.
    expect(period!.outage).to.deep.equal({ valueNs: 100 * MS, lowNs: 99 * MS, highNs: 301 * MS });
  });

  it('does not make a burst of late packets a long outage', () => {
    const stalled = stall(S, 300 * MS, true);
    // The 300 packets that were due leave within 150 µs, and an outage of 1 ms takes them all.
    const flow = measure({ ...scene(through(stalled, [[1.2999 * S, 1.3005 * S]])), sent: stalled });
    const [period] = flow.periods;
    expect(period!.lost).to.be.at.least(300);
    expect(period!.outage.lowNs).to.be.at.most(MS);
  });
});

describe('stamps that step back', () => {
  it('do not change what was lost, and only widen its interval', () => {
    // Every third stamp is 5 µs early, against the order of the numbers.
    const noisy = sent.map(([sequence, at], k): Row => [sequence, at - (k % 3 === 0 ? 1_005_000 : 0)]);
    const flow = measure({ ...scene(through(sent, [[S, 1.1 * S]])), sent: noisy, window: [-2 * MS, 3 * S] });
    expect(flow).to.include({ sent: 3000, lost: 100 });
    expect(flow.periods[0]!.outage.lowNs).to.be.at.most(99 * MS);
    expect(flow.periods[0]!.outage.highNs).to.be.within(101 * MS, 103 * MS);
  });

  it("are found out where the sender's file is not in the order of its numbers", () => {
    const swapped = sent.map((row) => row);
    for (let k = 1; k < swapped.length; k += 7) [swapped[k - 1], swapped[k]] = [swapped[k]!, swapped[k - 1]!];
    const flow = measure({ ...scene(through(sent, [[S, 1.1 * S]])), sent: swapped });
    expect(flow).to.include({ sent: 3000, lost: 100, reordered: 0 });
    expect(flow.doubts).to.deep.equal([]);
  });

  it('are a doubt where the clock was set', () => {
    const set = sent.map(([sequence, at]): Row => [sequence, sequence < 1500 ? at : at - 40 * MS]);
    const flow = measure({ ...scene(through(set)), sent: set, window: [0, 3 * S] });
    expect(flow.doubts.join()).to.match(/capture tx-feed-a: its clock stepped back by 39 ms/);
  });
});

describe('doubts', () => {
  const doubtsOf = (more: Partial<Scene>, rows: readonly Row[] = through(sent)): string =>
    run(scene(rows, more)).flows[0]!.doubts.join('; ');

  it('none for a good capture', () => expect(doubtsOf({})).to.equal(''));
  it('kernel drops at the receiver', () =>
    expect(doubtsOf({ receivers: { desk1: { rows: through(sent), report: { droppedByKernel: 3 } } } })).to.equal(
      'capture rx-desk1: the kernel dropped 3 packets',
    ));
  it('kernel drops at the sender', () =>
    expect(doubtsOf({ sender: { report: { droppedByKernel: 1 } } })).to.equal(
      'capture tx-feed-a: the kernel dropped 1 packet',
    ));
  it('interface drops', () =>
    expect(doubtsOf({ sender: { report: { droppedByInterface: 2 } } })).to.match(/the interface dropped 2 packets/));
  it('drops that are not known', () =>
    expect(doubtsOf({ sender: { report: { droppedByKernel: null } } })).to.match(/kernel dropped is not known/));
  it("a capture's own problems, once", () =>
    expect(doubtsOf({ sender: { report: { problems: ['ended early'] }, problems: ['ended early'] } })).to.equal(
      'capture tx-feed-a: ended early',
    ));
  it('a file that is cut', () =>
    expect(doubtsOf({ sender: { problems: ['cut after frame 12'] } })).to.equal(
      'capture tx-feed-a: cut after frame 12',
    ));
  it('a file that is no capture', () =>
    expect(doubtsOf({ receivers: { desk1: { rows: [], unreadable: 'no pcap magic' } } })).to.match(
      /capture rx-desk1: cannot be read: no pcap magic/,
    ));
  it('arrivals that nobody sent', () => {
    const incomplete = sent.filter(([sequence]) => sequence !== 1000 && sequence !== 1001);
    expect(doubtsOf({ sent: incomplete })).to.equal(
      'capture tx-feed-a lacks 2 sequence numbers: not sent, or not captured; ' +
        '2 packets arrived that capture tx-feed-a did not see leave: it is incomplete',
    );
  });
  it('a sender capture that ended before the window did', () =>
    expect(doubtsOf({ sent: sent.slice(0, 2990) })).to.match(/10 packets arrived that capture tx-feed-a did not see/));
  it('packets that the sender sent twice', () =>
    expect(doubtsOf({ sent: [...sent, [5, 2_999_500_000]] })).to.match(/saw 1 packet of the flow more than once/));
  it('a sender that nothing was seen of', () =>
    expect(doubtsOf({ sent: [] }, [])).to.equal('capture tx-feed-a saw no packet of the flow in the window'));
  it('arrivals before they were sent', () =>
    expect(doubtsOf({}, through(sent, [], -200_000))).to.match(/up to 200 µs before they were sent/));
  it('but not the skew of two processors', () => expect(doubtsOf({}, through(sent, [], -2_000))).to.equal(''));
  it('a recovery after which too little came', () =>
    expect(doubtsOf({}, through(sent, [[2 * S, 2.996 * S]]))).to.match(/only 4 packets came after the last loss/));
  it('but not one that five packets confirm', () =>
    expect(doubtsOf({}, through(sent, [[2 * S, 2.995 * S]]))).to.equal(''));
  it('but not losses close together, of which the last is confirmed', () =>
    expect(doubtsOf({}, through(sent, [[S, 1.1 * S], [1.103 * S, 1.2 * S]]))).to.equal('')); // prettier-ignore
  it('a flow that was not tapped', () => {
    const { evidence, readCapture } = evidenceOf(scene(through(sent)));
    const { doubts } = analyze({ ...evidence, taps: [] }, readCapture).flows[0]!;
    expect(doubts.join()).to.match(/there is no capture of publish at feed-a.*of publish at desk1/);
  });

  it('an arrival that the sender capture missed ends an outage all the same', () => {
    const incomplete = sent.filter(([sequence]) => sequence !== 1050);
    const rows = through(sent, [[S, 1.05 * S], [1.051 * S, 1.1 * S]]); // prettier-ignore
    const flow = measure({ ...scene(rows), sent: incomplete });
    expect(flow.periods.map((period) => period.lost)).to.deep.equal([50, 49]);
    expect(flow.periods[0]!.firstGood).to.deep.equal(flow.periods[1]!.lastGood);
    // True outages: 1000 … 1049 and 1051 … 1099.
    expect(flow.periods[0]!.outage.highNs).to.be.at.least(51 * MS);
    expect(flow.periods[1]!.outage.highNs).to.be.at.least(50 * MS);
  });
});

import { expect } from 'chai';
import type { EventName } from '../../../src/analysis/types.js';
import { measure, MS, paced, S, through, type Row } from './synthetic.js';

/** 10 s at 1000 packets/s; fault applied 3 s … 3.003 s, reverted 6 s … 6.003 s. */
const sent = paced({ count: 10_000, intervalNs: MS });
const at = (
  outages: readonly (readonly [number, number])[],
  delayNs = 50_000,
  fault: readonly [number, number] = [3 * S, 3.003 * S],
): EventName[] =>
  measure({
    sent,
    receivers: { desk1: { rows: through(sent, outages, delayNs) } },
    window: [0, 10 * S - 1],
    fault,
    revert: [6 * S, 6.003 * S],
  }).periods.map((period) => period.event);

describe('the event of a loss period', () => {
  it('is where its first lost packet was sent', () =>
    expect(at([[S, 1.1 * S], [3.2 * S, 3.5 * S], [6.1 * S, 6.2 * S]])).to.deep.equal(['before', 'initial', 'reversion'])); // prettier-ignore

  it('stays initial where it runs on past the revert', () => expect(at([[4 * S, 6.5 * S]])).to.deep.equal(['initial']));

  it('stays before where it began well before the fault, though it runs on into it', () =>
    expect(at([[2.9 * S, 3.5 * S]])).to.deep.equal(['before']));

  it('is the fault where the first lost packet was on its way when it was applied', () =>
    expect(at([[2.9991 * S, 3.5 * S]], 1.5 * MS, [2.9995 * S, 3.003 * S])).to.deep.equal(['initial']));

  it('is the fault where it began within one interval before, and lasted until the fault was applied', () =>
    // The packet of 2.999 s was sent 0.8 ms before; the path takes 50 µs.
    expect(at([[2.999 * S, 3.5 * S]], 50_000, [2.9998 * S, 3.003 * S])).to.deep.equal(['initial']));

  it('is not the fault where it began within one interval before but was over before the fault was applied', () =>
    expect(at([[2.999 * S, 2.9995 * S]], 50_000, [2.9998 * S, 3.003 * S])).to.deep.equal(['before']));

  it('is not the fault where it began more than one interval and the path before', () =>
    expect(at([[2.998 * S, 3.5 * S]], 50_000, [2.9998 * S, 3.003 * S])).to.deep.equal(['before']));

  it('is the fault where a single packet was on its way', () =>
    expect(at([[2.999 * S, 2.9995 * S]], 0.9 * MS, [2.9998 * S, 3.003 * S])).to.deep.equal(['initial']));

  it('is the reversion where its first packet was on its way when the revert began', () =>
    expect(at([[5.999 * S, 6.1 * S]], 1.2 * MS)).to.deep.equal(['reversion']));

  it('is initial where its first packet had arrived, had it not been lost, before the revert began', () =>
    expect(at([[5.999 * S, 6.1 * S]], 0.5 * MS)).to.deep.equal(['initial']));

  it('is initial for everything without a fault', () => {
    const rows = through(sent, [[0.5 * S, 0.6 * S]]);
    const flow = measure({ sent, receivers: { desk1: { rows } }, window: [0, 10 * S - 1] });
    expect(flow.periods.map((period) => period.event)).to.deep.equal(['initial']);
    expect(flow.events.before).to.include({ sent: 0, blindNs: 0 });
    expect(flow.events.reversion).to.include({ sent: 0, blindNs: 0 });
    expect(flow.events.initial.rateDerived).to.equal(null);
  });

  it('is initial after a fault that is not reverted', () => {
    const rows = through(sent, [[8 * S, 8.1 * S]]);
    const flow = measure({ sent, receivers: { desk1: { rows } }, window: [0, 10 * S - 1], fault: [3 * S, 3 * S] });
    expect(flow.periods[0]!.event).to.equal('initial');
    expect(flow.events.initial.sent).to.equal(7000);
  });
});

describe('figures of an event', () => {
  it('count what was sent in it, and lost packets where their period began', () => {
    const rows = through(sent, [[S, 1.01 * S], [5.5 * S, 6.5 * S]]).concat([[6_700, 6.71 * S]]); // prettier-ignore
    rows.sort((a, b) => a[1] - b[1]);
    const flow = measure({
      sent,
      receivers: { desk1: { rows } },
      window: [0, 10 * S - 1],
      fault: [3 * S, 3.003 * S],
      revert: [6 * S, 6.003 * S],
    });
    expect(flow.events.before).to.include({ sent: 3000, lost: 10, periods: 1, duplicates: 0 });
    expect(flow.events.initial).to.include({ sent: 3500, received: 2500, lost: 1000, periods: 1 });
    expect(flow.events.reversion).to.include({ sent: 3500, lost: 0, duplicates: 1 });
  });

  it('rate-derived: from the fault to the first packet after the last loss (RFC 6412 Eq. 2)', () => {
    const rows = through(sent, [[3.2 * S, 3.3 * S], [3.5 * S, 4 * S], [6.1 * S, 6.4 * S]]); // prettier-ignore
    const flow = measure({
      sent,
      receivers: { desk1: { rows } },
      window: [0, 10 * S - 1],
      fault: [3 * S, 3.003 * S],
      revert: [6 * S, 6.003 * S],
    });
    expect(flow.events.initial.rateDerived).to.deep.equal({
      valueNs: S + 50_000,
      lowNs: S + 50_000 - 3 * MS - 2 * MS,
      highNs: S + 50_000 + 2 * MS,
    });
    expect(flow.events.reversion.rateDerived!.valueNs).to.equal(0.4 * S + 50_000);
  });

  it('blind time: the longest pause in the event, from its begin on, and past its end', () => {
    const stalled = paced({
      count: 10_000,
      intervalNs: MS,
      stalls: [
        { atNs: S, forNs: 10 * MS, catchUp: true },
        // 40 ms of this one are before the fault, 60 ms after: an outage by the fault can hide in 60 ms.
        { atNs: 2.96 * S, forNs: 100 * MS, catchUp: true },
        // An outage that began in the last 30 ms before the revert could go on for another 50 ms unseen.
        { atNs: 5.97 * S, forNs: 80 * MS, catchUp: true },
      ],
    });
    const { events } = measure({
      sent: stalled,
      receivers: { desk1: { rows: through(stalled) } },
      window: [0, 10 * S - 1],
      fault: [3 * S, 3 * S],
      revert: [6 * S, 6 * S],
    });
    expect(events.before.blindNs / MS).to.be.closeTo(101, 1);
    expect(events.initial.blindNs / MS).to.be.closeTo(81, 1);
    expect(events.reversion.blindNs / MS).to.be.closeTo(50, 1);
  });

  it('blind time: a sender that stopped is blind until the end, one that was not running from the begin', () => {
    const short: Row[] = sent.slice(2000, 8000);
    const { events } = measure({
      sent: short,
      receivers: { desk1: { rows: through(short) } },
      window: [0, 10 * S],
      fault: [3 * S, 3 * S],
      revert: [6 * S, 6 * S],
    });
    expect(events.before.blindNs).to.equal(2 * S);
    expect(events.initial.blindNs).to.equal(MS);
    expect(events.reversion.blindNs).to.equal(10 * S - 7.999 * S);
  });

  it('blind time: all of it where nothing was sent', () => {
    const { events } = measure({
      sent: [],
      receivers: { desk1: { rows: [] } },
      window: [0, 10 * S],
      fault: [3 * S, 3 * S],
      revert: [6 * S, 6 * S],
    });
    expect([events.before.blindNs, events.initial.blindNs, events.reversion.blindNs]).to.deep.equal([10 * S, 10 * S - 3 * S, 4 * S]); // prettier-ignore
  });
});

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from './cli.js';

const SCENARIO = resolve('tests/fixtures/labs/wire/orders.yml');
/** Everything that is not a pass says that a program stood still, or that the machine lost packets of a capture. */
const STALLED = /sent nothing|stood still|placed no order|stall|kernel dropped|not whole before/;

describe('order entry and redundant feeds in a lab', function () {
  this.timeout(300_000);
  let place: Workplace;
  let result: RunResult;
  before(async () => {
    place = new Workplace();
    const end = await place.run(['run', SCENARIO, '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.be.oneOf([0, 3]);
    [result] = place.results() as [RunResult];
  });
  after(() => place.remove());

  function droppedOut(flow: string): number {
    const reading = result.fault!.readings.find((each) => (each.data as { flow?: string }).flow === flow);
    return (reading!.data as { out: number }).out;
  }

  it('passes, or says that the machine stood still', () => {
    if (result.verdict.outcome === 'pass') return;
    for (const reason of result.verdict.reasons) expect(reason).to.match(STALLED);
  });

  it('lost orders over UDP are those that the nftables counter dropped, and none of them was answered', () => {
    const orders = result.analysis!.orders!.find(({ item }) => item === 'orders')!;
    const { initial, before, reversion } = orders.events;
    const lost = initial.requests.lost! + before.requests.lost! + reversion.requests.lost!;
    expect(lost).to.equal(droppedOut('orders')).and.to.be.above(20);
    expect(initial.unanswered + before.unanswered + reversion.unanswered).to.equal(lost);
    expect(initial.replies.lost).to.equal(0);
  });

  it('a TCP session survives, sends again, and loses as many segments as the counter saw at most', () => {
    const session = result.analysis!.orders!.find(({ item }) => item === 'session')!;
    const { initial } = session.events;
    expect(initial).to.include({ sessionsLost: 0, unanswered: 0 });
    expect(initial.requests.retransmitted).to.be.above(0);
    // The counter drops bare acknowledgements as well.
    expect(initial.requests.lost).to.be.above(0).and.at.most(droppedOut('session'));
    expect(initial.silence!.length.highNs).to.be.above(600e6);
  });

  it('a receiver of both feeds loses nothing of them', () => {
    const quotes = result.analysis!.flows.find(({ flow }) => flow === 'quotes')!;
    expect(quotes).to.include({ lost: 0, receiver: 'desk1' });
    expect(quotes.arbitrates).to.deep.equal(['quotes-a', 'quotes-b']);
  });

  it('analyze computes the same figures again, and every report shows them', async () => {
    const [dir] = place.runDirs();
    const again = await place.run(['analyze', dir!]);
    expect(again.stderr).to.include('the figures are those of result.json');
    for (const file of ['report.md', 'report.html']) {
      expect(readFileSync(join(dir!, file), 'utf8'), file).to.include('Order entry');
    }
    expect(readFileSync(join(dir!, 'junit.xml'), 'utf8')).to.include('sessions lost');
  });
});

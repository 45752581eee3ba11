import { expect } from 'chai';
import { TCP_FLAG } from '../../../src/packet/layers/tcp.js';
import type { Step } from '../../../src/analysis/steps/types.js';
import type { Analysis, Judged } from '../../../src/analysis/types.js';
import { addNs, instantToText } from '../../../src/core/instant.js';
import { OrderScene } from './order-scene.js';
import { MS, ZERO } from './synthetic.js';

const T = 10 * MS;

/** Orders every 10 ms from 0 to 5 s; `lost` says what becomes of each, `engineNs` how long its answer takes. */
function udpScene(
  lost: (m: number) => 'order' | 'reply' | undefined,
  options: { readonly skip?: (m: number) => boolean; readonly engineNs?: (m: number) => number } = {},
): OrderScene {
  const scene = new OrderScene();
  let sequence = 0;
  for (let m = 0; m < 500; m++) {
    if (options.skip?.(m)) continue;
    const what = lost(m);
    scene.udp('order', sequence, m * T, what === 'order');
    if (what !== 'order') scene.udp('reply', sequence, m * T + MS + (options.engineNs?.(m) ?? 0), what === 'reply');
    sequence++;
  }
  return scene;
}

function outcomes(analysis: Analysis): Record<string, Judged['outcome']> {
  return Object.fromEntries(analysis.judged.map((one) => [`${one.event} ${one.what}`, one.outcome]));
}

describe('order entry over UDP', () => {
  it('has its longest silence laid against the steps; over TCP it has not', () => {
    const at = instantToText(addNs(ZERO, 1300 * MS));
    const nexthop: Step = {
      ...{ kind: 'nexthop', at, until: at, count: 1, node: 'pe1', what: '' },
      ...{ source: 'netlink', frame: null, withinNs: 200 * MS },
    };
    const steps = [nexthop];
    const scene = udpScene((m) => (m >= 101 && m < 131 ? 'order' : undefined));
    const judged = (unexplainedNs: number): Analysis => scene.analyze('udp', { unexplainedNs }, { steps });
    // Reply 101 was due at 1012 ms, reply 131 came at 1312 ms: the step reaches from 1100 to 1300, the last order's wait is none.
    const [outage, ...others] = judged(88 * MS).timeline!.outages;
    expect(others).to.deep.equal([]);
    expect(outage).to.include({ flow: 'orders', receiver: 'trader', event: 'initial', lengthNs: 300 * MS });
    expect(outage!.unexplainedNs).to.equal(90 * MS);
    expect(outcomes(judged(90 * MS))).to.deep.equal({ 'initial unexplained': 'pass' });
    expect(outcomes(judged(89 * MS))).to.deep.equal({ 'initial unexplained': 'fail' });
    expect(new OrderScene().analyze('tcp', {}, { steps }).timeline!.outages).to.deep.equal([]);
  });

  const within = (m: number, from: number, to: number): boolean => m >= from && m < to;

  it('tells per direction what was lost, and the silence that it made', () => {
    const scene = udpScene((m) => (within(m, 101, 121) ? 'order' : within(m, 121, 131) ? 'reply' : undefined));
    const analysis = scene.analyze('udp', { silenceNs: 400 * MS, silenceAtLeastNs: 290 * MS, unanswered: 30 });
    const { initial, reversion, before } = analysis.orders![0]!.events;
    expect(before.unanswered).to.equal(0);
    expect(initial.unanswered).to.equal(30);
    expect(initial.requests).to.include({ lost: 20, sent: 200 });
    expect(initial.replies).to.include({ lost: 10, sent: 180 });
    // Reply 100 came 2 ms after its order at 1000 ms, reply 131 at 1312 ms; order 101 waited from 1010 ms on.
    expect(initial.silence!.length).to.deep.equal({ valueNs: 310 * MS, lowNs: 302 * MS, highNs: 310 * MS });
    expect(reversion).to.include({ unanswered: 0, orders: 200 });
    expect(outcomes(analysis)).to.deep.equal({
      'initial silence': 'pass',
      'initial silence-at-least': 'pass',
      'initial unanswered': 'pass',
    });
    expect(analysis.timeline).to.equal(undefined);
    const strict = scene.analyze('udp', { silenceNs: 300 * MS, silenceAtLeastNs: 311 * MS, unanswered: 29 });
    expect(Object.values(outcomes(strict))).to.deep.equal(['fail', 'fail', 'fail']);
  });

  it('a client that places nothing for a while leaves silence and unanswered orders open', () => {
    const analysis = udpScene(() => undefined, { skip: (m) => within(m, 150, 190) }).analyze('udp', {
      ...{ silenceNs: 100 * MS, unanswered: 0 },
    });
    expect(outcomes(analysis)).to.deep.equal({
      'initial silence': 'inconclusive',
      'initial unanswered': 'inconclusive',
    });
    expect(analysis.orders![0]!.events.initial.silence!.length).to.include({ lowNs: 2 * MS, highNs: 410 * MS });
  });

  it('an engine that stands still is no fault of the network', () => {
    const engineNs = (m: number): number => (within(m, 150, 190) ? (190 - m) * T : 0);
    const analysis = udpScene(() => undefined, { engineNs }).analyze('udp', { silenceNs: 100 * MS });
    expect(outcomes(analysis)).to.deep.equal({ 'initial silence': 'inconclusive' });
    expect(analysis.judged[0]!.reason).to.match(/stood still/);
  });

  it('orders that the engine never answers make a violation doubtful', () => {
    const scene = new OrderScene();
    for (let m = 0; m < 500; m++) {
      scene.udp('order', m, m * T);
      if (!within(m, 150, 190)) scene.udp('reply', m, m * T + MS);
    }
    const analysis = scene.analyze('udp', { unanswered: 0 });
    expect(outcomes(analysis)).to.deep.equal({ 'initial unanswered': 'inconclusive' });
    expect(analysis.orders![0]!.doubts.join()).to.match(/40 orders reached the engine and were never answered/);
  });

  it('one order that gets through while its reply does not ends no silence, and leaves none in doubt', () => {
    // The fault is from 1 to 3 s; order 311 is alone among those that are lost.
    const lost = (m: number) => (m === 311 ? 'reply' : within(m, 101, 331) ? 'order' : undefined);
    const analysis = udpScene(lost).analyze('udp', { silenceNs: 2400 * MS, unanswered: 230 });
    expect(analysis.orders![0]!.events.initial).to.include({ unanswered: 230 });
    expect(outcomes(analysis)).to.deep.equal({ 'initial silence': 'pass', 'initial unanswered': 'pass' });
  });

  it('replies that come back too shortly before the next loss leave the recovery in doubt', () => {
    const lost = (m: number) => (m !== 311 && within(m, 101, 331) ? 'order' : undefined);
    const analysis = udpScene(lost).analyze('udp', { silenceNs: 2400 * MS });
    expect(outcomes(analysis)).to.deep.equal({ 'initial silence': 'inconclusive' });
    expect(analysis.judged[0]!.reason).to.match(/only 1 packet came after the last loss/);
  });

  it('a silence without an end is open, and cannot pass', () => {
    const analysis = udpScene((m) => (m > 100 ? 'order' : undefined)).analyze('udp', { silenceNs: 4900 * MS });
    const [row] = analysis.judged;
    expect(row).to.include({ outcome: 'inconclusive', high: null });
    expect(analysis.orders![0]!.events.initial.silence!.firstReply).to.equal(null);
  });

  it('trouble before the fault makes everything inconclusive', () => {
    const analysis = udpScene((m) => (m === 50 ? 'order' : undefined)).analyze('udp', { silenceNs: 400 * MS });
    expect(outcomes(analysis)).to.deep.equal({ 'before before': 'inconclusive', 'initial silence': 'inconclusive' });
  });

  it('response times are given by the real clock only', () => {
    const scene = udpScene(() => undefined);
    expect(scene.analyze('udp', { unanswered: 0 }).orders![0]!.response).to.include({ minNs: 2 * MS, maxNs: 2 * MS });
    const virtual = scene.analyze('udp', { unanswered: 0 }, { clock: 'virtual' }).orders![0]!;
    expect(virtual.response).to.equal(null);
    expect(virtual.responseNote).to.match(/virtual clock/);
  });
});

describe('order entry over TCP', () => {
  function tcpScene(until: number, from = 1, scene = new OrderScene(), session = 0): OrderScene {
    scene.handshake((from - 1) * T, session);
    for (let m = from; m < until; m++) scene.answered(m - from, m * T, session);
    return scene;
  }

  it('counts what was sent again each way, the segments lost, and the silence, across the wrap of sequence numbers', () => {
    const scene = tcpScene(101);
    // Orders 101 to 120 (message numbers 100 to 119) leave and are lost; all are sent again in one segment.
    for (let m = 101; m < 121; m++) scene.tcp('up', m * T, { first: m - 1, count: 1, acknowledged: 100, lost: true });
    scene.tcp('up', 1220 * MS, { first: 100, count: 20, acknowledged: 100 });
    scene.tcp('down', 1221 * MS, { first: 100, count: 20, acknowledged: 120, lost: true });
    scene.tcp('down', 1430 * MS, { first: 100, count: 20, acknowledged: 120 });
    for (let m = 145; m < 500; m++) scene.answered(m - 25, m * T);
    const analysis = scene.analyze('tcp', { silenceNs: 500 * MS, retransmissions: 2, sessionsLost: 0, unanswered: 0 });
    const { initial, before } = analysis.orders![0]!.events;
    expect(before.requests.retransmitted + before.replies.retransmitted).to.equal(0);
    expect(initial.requests).to.include({ lost: 20, retransmitted: 1 });
    expect(initial.replies).to.include({ lost: 1, retransmitted: 1 });
    // Reply 99 came at 1002 ms, the next at 1431 ms; order 101 waited from 1010 ms on.
    expect(initial.silence!.length).to.deep.equal({ valueNs: 429 * MS, lowNs: 421 * MS, highNs: 429 * MS });
    expect(initial.unanswered).to.equal(0);
    expect(new Set(Object.values(outcomes(analysis)))).to.deep.equal(new Set(['pass']));
    const strict = scene.analyze('tcp', { silenceNs: 420 * MS, retransmissions: 1 });
    expect(Object.values(outcomes(strict))).to.deep.equal(['fail', 'fail']);
  });

  it('a session that is reset is lost, its orders stay unanswered, and the next one is seen', () => {
    const scene = tcpScene(101);
    for (let m = 101; m < 111; m++) scene.tcp('up', m * T, { first: m - 1, count: 1, lost: true });
    scene.tcp('up', 1500 * MS, { first: 110, flags: TCP_FLAG.rst, lost: true });
    tcpScene(500, 152, scene, 1);
    const analysis = scene.analyze('tcp', { sessionsLost: 0, unanswered: 5, silenceNs: 600 * MS });
    const [orders] = analysis.orders!;
    expect(orders!.events.initial).to.include({ sessionsLost: 1, sessionsOpened: 1, unanswered: 10 });
    expect(orders!.sessions.map(({ ended, lost }) => [ended?.how, lost])).to.deep.equal([
      ['reset by the client', true],
      [undefined, false],
    ]);
    // From 1002 ms to the first reply of the second session at 1522 ms.
    expect(orders!.events.initial.silence!.length).to.deep.equal({
      valueNs: 520 * MS,
      lowNs: 512 * MS,
      highNs: 520 * MS,
    });
    expect(outcomes(analysis)).to.deep.equal({
      ...{ 'initial silence': 'pass', 'initial unanswered': 'fail', 'initial sessions-lost': 'fail' },
    });
  });

  it('what is sent again after the revert repairs a loss of the fault, and counts there', () => {
    const scene = tcpScene(290);
    scene.tcp('up', 2900 * MS, { first: 289, count: 1, lost: true });
    scene.tcp('up', 3100 * MS, { first: 289, count: 1 });
    scene.tcp('down', 3101 * MS, { first: 289, count: 1, acknowledged: 290 });
    for (let m = 312; m < 500; m++) scene.answered(m - 22, m * T);
    const { initial, reversion } = scene.analyze('tcp', { sessionsLost: 0 }).orders![0]!.events;
    expect([initial.requests.retransmitted, reversion.requests.retransmitted]).to.deep.equal([1, 0]);
    expect(initial.silence!.length.valueNs).to.equal(210 * MS);
    expect(reversion.silence!.length.valueNs).to.be.below(30 * MS);
  });

  it('segments that were cut differently on the way leave the number of lost ones open', () => {
    const scene = tcpScene(101);
    scene.tcp('up', 1010 * MS, { first: 100, count: 2, lost: true });
    scene.tcp('up', 1010 * MS, { first: 100, count: 1, fromNowhere: true });
    scene.tcp('up', 1010 * MS, { first: 101, count: 1, fromNowhere: true });
    const { requests } = scene.analyze('tcp', { sessionsLost: 0 }).orders![0]!.events.initial;
    expect(requests).to.include({ lost: null, sent: 2, arrived: 3 });
  });

  it('a capture without any session passes nothing', () => {
    const analysis = new OrderScene().analyze('tcp', { sessionsLost: 0, silenceNs: 1000 * MS });
    expect(Object.values(outcomes(analysis))).to.deep.equal(['inconclusive', 'inconclusive']);
  });
});

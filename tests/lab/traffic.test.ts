import { expect } from 'chai';
import { wallClock } from '../../src/process/wall-clock.js';
import { eventually, expectInOrder, expectWhole, pause, RUN_TAG, TrafficFixture } from './traffic-fixture.js';
import { flow, groupRecords, igmpMessages, receiver, testPackets } from './traffic-lab.js';

const SECOND = 1_000_000_000n;

describe('traffic and captures in a lab', function () {
  this.timeout(120_000);
  const fixture = new TrafficFixture('t');

  it('10,000 packets/s of one flow: both captures hold just what the log says, to the last one before the stop', async () => {
    const captures = await fixture.capture();
    const session = await fixture.begin([flow(1, 10_000, { payloadBytes: 200, ttl: 7 })]);
    await session.startSending();
    await pause(5000);
    await session.stopSending();
    const live = await eventually('the last packet', async () => {
      const count = (await session.counts())['flow1']!['desk1']!;
      return count.highest >= 10_000 ? count : undefined;
    });
    const reports = await captures.stop(); // at once: what still lies in the kernel's rings must not be lost
    const log = await session.stop();

    expect(log.problems).to.deep.equal([]);
    expectWhole(reports);
    const { sent, sendErrors } = log.flows['flow1']!;
    expect(sendErrors).to.equal(0);
    expect(live).to.deep.equal({ received: sent, missing: 0, duplicates: 0, highest: sent - 1 });
    for (const id of ['tx', 'rx1']) {
      const packets = testPackets(fixture.file(id));
      expectInOrder(packets, sent);
      expect(new Set(packets.map(({ flowId, runTag }) => `${flowId}/${runTag}`))).to.deep.equal(
        new Set([`1/${RUN_TAG}`]),
      );
      expect(new Set(packets.map(({ ttl, udpLength }) => `${ttl}/${udpLength}`))).to.deep.equal(new Set(['7/208']));
    }
    const packets = testPackets(fixture.file('tx'));
    const [first, last] = [packets[0]!, packets.at(-1)!];
    const rate = (sent - 1) / (Number(last.at - first.at) / 1e9);
    expect(rate).to.be.within(9_500, 10_500);
    for (const packet of packets)
      expect(packet.sentAt <= packet.at && packet.at - packet.sentAt < SECOND).to.equal(true);
    expect(reports.map(({ snaplen, file: name }) => [snaplen, name])).to.deep.equal([
      [256, 'pcaps/tx.pcap'],
      [256, 'pcaps/rx1.pcap'],
    ]);
  });

  it('twenty groups of one sender at 500 packets/s each, two receivers: every flow whole and at its own pace', async () => {
    const captures = await fixture.capture();
    const receivers = [receiver('desk1'), receiver('desk2')];
    const flows = Array.from({ length: 20 }, (_, index) => flow(index + 1, 500, { receivers }));
    const session = await fixture.begin(flows);
    await session.startSending();
    await pause(2000);
    await session.stopSending();
    await pause(300);
    const live = await session.counts();
    expectWhole(await captures.stop());
    const log = await session.stop();
    const packets = testPackets(fixture.file('tx'));
    const arrived = testPackets(fixture.file('rx1'));
    const firsts: bigint[] = [];
    for (const { id, name } of flows) {
      const { sent } = log.flows[name]!;
      expect(sent).to.be.greaterThan(500);
      const mine = packets.filter((packet) => packet.flowId === id);
      for (const set of [mine, arrived.filter((packet) => packet.flowId === id)]) {
        expectInOrder(set, sent);
      }
      for (const node of ['desk1', 'desk2']) {
        expect(live[name]![node]).to.deep.equal({ received: sent, missing: 0, duplicates: 0, highest: sent - 1 });
      }
      expect((sent - 1) / (Number(mine.at(-1)!.at - mine[0]!.at) / 1e9)).to.be.within(450, 550);
      firsts.push(mine[0]!.at);
    }
    expect(Number(firsts.at(-1)! - firsts[0]!) / 1e6).to.be.greaterThan(1.5); // spread over the interval of 2 ms
    expect(log.joins).to.have.length(40);
  });

  it('a late join: nothing before it, its report after the request, data from then on', async () => {
    const captures = await fixture.capture();
    const late = receiver('desk1', { join: { when: 'after-fault', offsetNs: 0 } });
    const session = await fixture.begin([flow(1, 1000, { receivers: [late, receiver('desk2')] }), flow(2, 1000)]);
    await session.startSending();
    await eventually('data at the other receiver', async () =>
      (await session.counts())['flow1']!['desk2']!.received > 500 ? true : undefined,
    );
    const before = (await session.counts())['flow1']!['desk1'];
    expect(before).to.deep.equal({ received: 0, missing: 0, duplicates: 0, highest: -1 });
    const startedAt = wallClock();
    const times = await session.join('flow1', 'desk1');
    const endedAt = wallClock();
    await eventually('data after the join', async () =>
      (await session.counts())['flow1']!['desk1']!.received > 100 ? true : undefined,
    );
    await session.leave('flow1', 'desk1');
    const left = (await session.counts())['flow1']!['desk1'];
    await pause(200);
    expect((await session.counts())['flow1']!['desk1']).to.deep.equal(left);
    expect(left!.duplicates).to.equal(0);
    expectWhole(await captures.stop());
    const log = await session.stop();

    expect(startedAt <= times.requestedAt && times.requestedAt <= times.doneAt && times.doneAt <= endedAt).to.equal(
      true,
    );
    const join = log.joins.find((each) => each.flow === 'flow1' && each.receiver === 'desk1')!;
    expect(join.requestedAt).to.equal(String(times.requestedAt));
    const group = Buffer.from([239, 9, 0, 1]);
    const reports = igmpMessages(fixture.file('rx1')).filter(
      ({ from, type, body }) => from === '10.9.0.2' && type === 0x16 && body.subarray(4, 8).equals(group),
    );
    const first = reports.find(({ at }) => at >= times.requestedAt)!;
    expect(Number(first.at - times.requestedAt) / 1e9).to.be.within(0, 2);
    expect(reports.filter(({ at }) => at < times.requestedAt)).to.deep.equal([]);
  });

  it('a source-specific join names the source in an IGMPv3 report, and other sources are not counted', async () => {
    const captures = await fixture.capture();
    const receivers = [receiver('desk1', { igmp: 3 })];
    const mine = flow(1, 200, { ssm: true, group: '232.1.1.1', receivers });
    const foreign = flow(2, 200, {
      ...{ ssm: true, group: '232.1.1.1', receivers },
      from: { node: 'desk2', interface: 'eth1', address: '' },
    });
    const session = await fixture.begin([mine, foreign]);
    await session.startSending();
    await eventually('both flows', async () => {
      const counts = await session.counts();
      return Math.min(counts['flow1']!['desk1']!.received, counts['flow2']!['desk1']!.received) > 20 ? true : undefined;
    });
    expectWhole(await captures.stop());
    await session.stop();
    const records = igmpMessages(fixture.file('rx1'))
      .filter(({ type }) => type === 0x22)
      .flatMap(({ body }) => groupRecords(body));
    const allowed = records.filter((record) => record.startsWith('5 232.1.1.1 ')); // ALLOW_NEW_SOURCES
    expect(allowed.join(' ')).to.contain('10.9.0.1').and.contain('10.9.0.3');
    expect(records.filter((record) => record.startsWith('4 232.'))).to.deep.equal([]); // never any source
    const version = await fixture.net.lab
      .node('desk1')
      .execOutside(['cat', '/proc/sys/net/ipv4/conf/eth1/force_igmp_version']);
    expect(version.stdout.trim()).to.equal('0'); // as it was before
  });

  it('a send that fails uses up its sequence number and is told', async () => {
    const captures = await fixture.capture();
    const session = await fixture.begin([flow(1, 1000)]);
    await session.startSending();
    await eventually('data', async () =>
      (await session.counts())['flow1']!['desk1']!.received > 100 ? true : undefined,
    );
    await fixture.net.ip('feed', 'link', 'set', 'eth1', 'down');
    await pause(300);
    await fixture.net.ip('feed', 'link', 'set', 'eth1', 'up');
    const down = (await session.counts())['flow1']!['desk1']!.received;
    await eventually('data again', async () =>
      (await session.counts())['flow1']!['desk1']!.received > down + 100 ? true : undefined,
    );
    await session.stopSending();
    expectWhole(await captures.stop());
    const { flows, problems } = await session.stop();
    const { sent, sendErrors, failures } = flows['flow1']!;
    expect(problems).to.deep.equal([]);
    expect(sendErrors).to.be.greaterThan(100);
    const told = failures!.flatMap(({ firstSequence, lastSequence }) =>
      Array.from({ length: lastSequence - firstSequence + 1 }, (_, index) => firstSequence + index),
    );
    expect(told).to.have.length(sendErrors);
    expect(new Set(failures!.map(({ error }) => error)).has('ENETUNREACH')).to.equal(true);
    const captured = new Set(testPackets(fixture.file('tx')).map((packet) => packet.sequence));
    expect(told.filter((sequence) => captured.has(sequence))).to.deep.equal([]);
    expect(captured.size).to.be.at.most(sent);
    expect(Math.max(...captured)).to.equal(sent + sendErrors - 1);
  });
});

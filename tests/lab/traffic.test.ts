import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCaptures, type CaptureSession } from '../../src/capture/captures.js';
import { startLinkEvents } from '../../src/capture/link-events.js';
import type { CapturePoint, CaptureReport } from '../../src/capture/types.js';
import { runCommand } from '../../src/process/command.js';
import { identify, isAlive } from '../../src/process/proc.js';
import { wallClock } from '../../src/process/wall-clock.js';
import { resolveFlowAddresses } from '../../src/traffic/addresses.js';
import { startTraffic, type TrafficSession } from '../../src/traffic/session.js';
import type { Flow } from '../../src/traffic/types.js';
import { flow, groupRecords, igmpMessages, receiver, testPackets, trafficLab, type TrafficLab } from './traffic-lab.js';

const SECOND = 1_000_000_000n;
const RUN_TAG = 0xfa017;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const startedAt = performance.now(); performance.now() - startedAt < 30_000; await pause(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`never came: ${what}`);
}

describe('traffic and captures in a lab', function () {
  this.timeout(120_000);
  let net: TrafficLab;
  let dir: string;
  let traffic: TrafficSession | undefined;
  let captures: CaptureSession | undefined;

  before(async () => {
    net = await trafficLab('t');
  });
  after(async () => {
    await net?.down();
  });
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'faultline-traffic-'));
  });
  afterEach(async () => {
    await traffic?.stop();
    await captures?.abandon();
    traffic = undefined;
    captures = undefined;
    rmSync(dir, { recursive: true });
  });

  async function capture(): Promise<void> {
    const point = (id: string, node: string, role: CapturePoint['role']): CapturePoint => ({
      ...{ id, node, interface: 'eth1', role },
    });
    const points = [point('tx', 'feed', 'sender'), point('rx1', 'desk1', 'receiver')];
    captures = await startCaptures(net.lab, points, { dir });
  }
  async function begin(flows: readonly Flow[], problems: string[] = []): Promise<TrafficSession> {
    const resolved = await resolveFlowAddresses(net.lab, flows);
    traffic = await startTraffic(net.lab, resolved, { runTag: RUN_TAG, onProblem: (text) => problems.push(text) });
    return traffic;
  }
  const file = (id: string): string => join(dir, 'pcaps', `${id}.pcap`);
  function wholeReports(reports: readonly CaptureReport[]): void {
    for (const report of reports) expect(report.problems, report.id).to.deep.equal([]);
  }
  /** Every sequence number from 0 on, once, in order. */
  function inOrder(sequences: readonly number[], count: number): void {
    expect(sequences.length).to.equal(count);
    expect(sequences.findIndex((sequence, index) => sequence !== index)).to.equal(-1);
  }

  it('10,000 packets/s of one flow: both captures hold just what the log says, to the last one before the stop', async () => {
    await capture();
    const session = await begin([flow(1, 10_000, { payloadBytes: 200, ttl: 7 })]);
    await session.startSending();
    await pause(5000);
    await session.stopSending();
    const live = await eventually('the last packet', async () => {
      const count = (await session.counts())['flow1']!['desk1']!;
      return count.highest >= 10_000 ? count : undefined;
    });
    const reports = await captures!.stop(); // at once: what still lies in the kernel's rings must not be lost
    const log = await session.stop();

    expect(log.problems).to.deep.equal([]);
    wholeReports(reports);
    const { sent, sendErrors } = log.flows['flow1']!;
    expect(sendErrors).to.equal(0);
    expect(live).to.deep.equal({ received: sent, missing: 0, duplicates: 0, highest: sent - 1 });
    for (const id of ['tx', 'rx1']) {
      const packets = testPackets(file(id));
      inOrder(
        packets.map((packet) => packet.sequence),
        sent,
      );
      expect(new Set(packets.map(({ flowId, runTag }) => `${flowId}/${runTag}`))).to.deep.equal(
        new Set([`1/${RUN_TAG}`]),
      );
      expect(new Set(packets.map(({ ttl, udpLength }) => `${ttl}/${udpLength}`))).to.deep.equal(new Set(['7/208']));
    }
    const packets = testPackets(file('tx'));
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
    await capture();
    const receivers = [receiver('desk1'), receiver('desk2')];
    const flows = Array.from({ length: 20 }, (_, index) => flow(index + 1, 500, { receivers }));
    const session = await begin(flows);
    await session.startSending();
    await pause(2000);
    await session.stopSending();
    await pause(300);
    const live = await session.counts();
    wholeReports(await captures!.stop());
    const log = await session.stop();
    const packets = testPackets(file('tx'));
    const arrived = testPackets(file('rx1'));
    const firsts: bigint[] = [];
    for (const { id, name } of flows) {
      const { sent } = log.flows[name]!;
      expect(sent).to.be.greaterThan(500);
      const mine = packets.filter((packet) => packet.flowId === id);
      for (const set of [mine, arrived.filter((packet) => packet.flowId === id)]) {
        inOrder(
          set.map((packet) => packet.sequence),
          sent,
        );
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
    await capture();
    const late = receiver('desk1', { join: { when: 'after-fault', offsetNs: 0 } });
    const session = await begin([flow(1, 1000, { receivers: [late, receiver('desk2')] }), flow(2, 1000)]);
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
    wholeReports(await captures!.stop());
    const log = await session.stop();

    expect(startedAt <= times.requestedAt && times.requestedAt <= times.doneAt && times.doneAt <= endedAt).to.equal(
      true,
    );
    const join = log.joins.find((each) => each.flow === 'flow1' && each.receiver === 'desk1')!;
    expect(join.requestedAt).to.equal(String(times.requestedAt));
    const group = Buffer.from([239, 9, 0, 1]);
    const reports = igmpMessages(file('rx1')).filter(
      ({ from, type, body }) => from === '10.9.0.2' && type === 0x16 && body.subarray(4, 8).equals(group),
    );
    const first = reports.find(({ at }) => at >= times.requestedAt)!;
    expect(Number(first.at - times.requestedAt) / 1e9).to.be.within(0, 2);
    expect(reports.filter(({ at }) => at < times.requestedAt)).to.deep.equal([]);
  });

  it('a source-specific join names the source in an IGMPv3 report, and other sources are not counted', async () => {
    await capture();
    const receivers = [receiver('desk1', { igmp: 3 })];
    const mine = flow(1, 200, { ssm: true, group: '232.1.1.1', receivers });
    const foreign = flow(2, 200, {
      ...{ ssm: true, group: '232.1.1.1', receivers },
      from: { node: 'desk2', interface: 'eth1', address: '' },
    });
    const session = await begin([mine, foreign]);
    await session.startSending();
    await eventually('both flows', async () => {
      const counts = await session.counts();
      return Math.min(counts['flow1']!['desk1']!.received, counts['flow2']!['desk1']!.received) > 20 ? true : undefined;
    });
    wholeReports(await captures!.stop());
    await session.stop();
    const records = igmpMessages(file('rx1'))
      .filter(({ type }) => type === 0x22)
      .flatMap(({ body }) => groupRecords(body));
    const allowed = records.filter((record) => record.startsWith('5 232.1.1.1 ')); // ALLOW_NEW_SOURCES
    expect(allowed.join(' ')).to.contain('10.9.0.1').and.contain('10.9.0.3');
    expect(records.filter((record) => record.startsWith('4 232.'))).to.deep.equal([]); // never any source
    const version = await net.lab.node('desk1').execOutside(['cat', '/proc/sys/net/ipv4/conf/eth1/force_igmp_version']);
    expect(version.stdout.trim()).to.equal('0'); // as it was before
  });

  it('a send that fails uses up its sequence number and is told', async () => {
    await capture();
    const session = await begin([flow(1, 1000)]);
    await session.startSending();
    await eventually('data', async () =>
      (await session.counts())['flow1']!['desk1']!.received > 100 ? true : undefined,
    );
    await net.ip('feed', 'link', 'set', 'eth1', 'down');
    await pause(300);
    await net.ip('feed', 'link', 'set', 'eth1', 'up');
    const down = (await session.counts())['flow1']!['desk1']!.received;
    await eventually('data again', async () =>
      (await session.counts())['flow1']!['desk1']!.received > down + 100 ? true : undefined,
    );
    await session.stopSending();
    wholeReports(await captures!.stop());
    const { flows, problems } = await session.stop();
    const { sent, sendErrors, failures } = flows['flow1']!;
    expect(problems).to.deep.equal([]);
    expect(sendErrors).to.be.greaterThan(100);
    const told = failures!.flatMap(({ firstSequence, lastSequence }) =>
      Array.from({ length: lastSequence - firstSequence + 1 }, (_, index) => firstSequence + index),
    );
    expect(told).to.have.length(sendErrors);
    expect(new Set(failures!.map(({ error }) => error)).has('ENETUNREACH')).to.equal(true);
    const captured = new Set(testPackets(file('tx')).map((packet) => packet.sequence));
    expect(told.filter((sequence) => captured.has(sequence))).to.deep.equal([]);
    expect(captured.size).to.be.at.most(sent);
    expect(Math.max(...captured)).to.equal(sent + sendErrors - 1);
  });

  it('a program that dies is a problem at once and in the log', async () => {
    const problems: string[] = [];
    const session = await begin([flow(1, 100)], problems);
    await session.startSending();
    const found = await runCommand(['pgrep', '-P', String(process.pid), '-f', 'traffic/sender']);
    process.kill(Number(found.stdout.trim()), 'SIGKILL');
    await eventually('the problem', async () => problems[0]);
    const log = await session.stop();
    expect(problems[0]).to.equal('the sender on feed ended (SIGKILL) before it was told to');
    expect(log.problems[0]).to.equal(problems[0]);
    expect(log.problems[1]).to.contain('what the sender on feed sent is unknown');
  });

  it('a flow that cannot be opened leaves nothing behind', async () => {
    const bad = flow(1, 100, { from: { node: 'feed', interface: 'eth1', address: '10.99.99.99' } });
    const error = await begin([bad]).catch((reason: unknown) => reason);
    expect((error as Error).message).to.contain('the sender on feed: bind to 10.99.99.99:40001: EADDRNOTAVAIL');
    const left = await runCommand(['pgrep', '-P', String(process.pid), '-f', 'traffic/(sender|receiver)'], {
      allowFailure: true,
    });
    expect(left.stdout).to.equal('');
  });

  it('programs and captures end when faultline is killed', async () => {
    const script = fileURLToPath(new URL('traffic-killed.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise<void>((resolve, reject) => {
        child.stdout.once('data', () => resolve());
        child.once('exit', () => reject(new Error('it ended before it was under way')));
      });
      const pattern = 'traffic/(sender|receiver)|^tcpdump|^ip ';
      const found = await runCommand(['pgrep', '-P', String(child.pid), '-f', pattern]);
      const processes = found.stdout
        .trim()
        .split('\n')
        .map((pid) => identify(Number(pid))!);
      expect(processes.length).to.equal(5); // sender, receiver, two captures, one monitor
      child.kill('SIGKILL');
      await eventually('the end of all', async () => (processes.some((each) => isAlive(each)) ? undefined : true));
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('programs end by the end of their stdin alone', async () => {
    const session = await begin([flow(1, 100)]);
    await session.startSending();
    const found = await runCommand(['pgrep', '-P', String(process.pid), '-f', 'traffic/(sender|receiver)']);
    const processes = found.stdout
      .trim()
      .split('\n')
      .map((pid) => identify(Number(pid))!);
    expect(processes).to.have.length(2);
    const programs = session as unknown as { senders: unknown[]; receivers: unknown[] };
    for (const { program } of [...programs.senders, ...programs.receivers] as {
      program: { expectEnd(): void; process: { stdin: NodeJS.WritableStream } };
    }[]) {
      program.expectEnd();
      program.process.stdin.end();
    }
    await eventually('their end', async () => (processes.some((each) => isAlive(each)) ? undefined : true));
  });

  it('link events: written as they come, by UTC, with what the other end sees', async () => {
    const problems: string[] = [];
    const session = await startLinkEvents(net.lab, ['feed', 'desk1'], {
      dir,
      onProblem: (text) => problems.push(text),
    });
    const before = wallClock();
    await net.ip('feed', 'link', 'set', 'eth1', 'down');
    const [event] = await eventually('the event', async () => {
      const events = await session.events('feed');
      return events.length > 0 ? events : undefined;
    });
    const after = wallClock();
    expect(event).to.include({ interface: 'eth1', up: false, carrier: false, deleted: false });
    expect(event!.at > before - 1000n && event!.at < after).to.equal(true);
    await net.ip('feed', 'link', 'set', 'eth1', 'up');
    expect(await session.stop()).to.deep.equal([]);
    const last = (await session.events('feed')).at(-1);
    expect(last).to.include({ interface: 'eth1', up: true, carrier: true });
    expect(await session.events('desk1')).to.deep.equal([]); // a bridge stands between them
    expect(problems).to.deep.equal([]);
  });

  describe('captures that cannot be', () => {
    const point: CapturePoint = { id: 'x', node: 'feed', interface: 'eth1', role: 'link' };

    it('an interface that is not there, a filter that is none', async () => {
      const start = async (points: readonly CapturePoint[], filter?: string): Promise<string> =>
        startCaptures(net.lab, points, { dir, ...(filter === undefined ? {} : { filter }) }).then(
          () => 'no error',
          (error: unknown) => (error as Error).message,
        );
      const missing = await start([point, { ...point, id: 'y', interface: 'eth7' }]);
      expect(missing).to.contain('cannot capture on feed:eth7: eth7: No such device exists');
      expect(await start([point], 'no filter'))
        .to.contain('cannot capture on feed:eth1')
        .and.contain('syntax error');
      const left = await runCommand(['pgrep', '-P', String(process.pid), 'tcpdump'], { allowFailure: true });
      expect(left.stdout).to.equal('');
    });

    it('a folder that cannot be written', async () => {
      const error = await startCaptures(net.lab, [point], { dir: '/proc/version' }).catch((reason: unknown) => reason);
      expect((error as Error).name).to.equal('LabError');
      expect((error as Error).message).to.contain('cannot write captures to /proc/version');
      mkdirSync(join(dir, 'pcaps', 'x.pcap'), { recursive: true });
      const second = await startCaptures(net.lab, [point], { dir }).catch((reason: unknown) => reason);
      expect((second as Error).message)
        .to.contain('cannot capture on feed:eth1')
        .and.contain('Is a directory');
    });

    it('a disk that is full', async () => {
      await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'faultline-traffic', dir]);
      try {
        captures = await startCaptures(net.lab, [point], { dir });
        const session = await begin([flow(1, 1000)]);
        await session.startSending();
        await eventually('enough packets', async () =>
          (await session.counts())['flow1']!['desk1']!.received > 1000 ? true : undefined,
        );
        const [report] = await captures.stop();
        expect(report!.problems.join('; ')).to.match(/disk full|No space left/);
      } finally {
        await runCommand(['umount', dir]);
      }
    });

    it('a capture that ends by itself', async () => {
      const problems: string[] = [];
      await net.ip('feed', 'link', 'add', 'gone', 'type', 'veth', 'peer', 'name', 'gone2');
      await net.ip('feed', 'link', 'set', 'gone', 'up');
      captures = await startCaptures(net.lab, [{ ...point, interface: 'gone' }], {
        dir,
        onProblem: (text) => problems.push(text),
      });
      await net.ip('feed', 'link', 'del', 'gone');
      await eventually('the problem', async () => problems[0]);
      expect(problems[0]).to.equal('the capture x ended early: pcap_loop: The interface disappeared');
      const [report] = await captures.stop();
      expect(report!.problems[0]).to.equal('ended early: pcap_loop: The interface disappeared');
    });
  });
});

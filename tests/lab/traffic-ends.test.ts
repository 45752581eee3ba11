import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCaptures } from '../../src/capture/captures.js';
import { startLinkEvents, type LinkEvent } from '../../src/capture/link-events.js';
import type { CapturePoint } from '../../src/capture/types.js';
import { runCommand } from '../../src/process/command.js';
import { identify, isAlive } from '../../src/process/proc.js';
import { wallClock } from '../../src/process/wall-clock.js';
import { eventually, TrafficFixture } from './traffic-fixture.js';
import { flow } from './traffic-lab.js';

describe('traffic and captures that end, and link events', function () {
  this.timeout(120_000);
  const fixture = new TrafficFixture('e');

  it('a program that dies is a problem at once and in the log', async () => {
    const problems: string[] = [];
    const session = await fixture.begin([flow(1, 100)], problems);
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
    const error = await fixture.begin([bad]).catch((reason: unknown) => reason);
    expect((error as Error).message).to.contain('the sender on feed: bind to 10.99.99.99:40001: EADDRNOTAVAIL');
    const left = await runCommand(['pgrep', '-P', String(process.pid), '-f', 'traffic/(sender|receiver)'], {
      allowFailure: true,
    });
    expect(left.stdout).to.equal('');
  });

  it('programs and captures end when faultline is killed', async () => {
    const script = fileURLToPath(new URL('traffic-killed.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, fixture.dir, 'e'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
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
    const session = await fixture.begin([flow(1, 100)]);
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
    const session = await startLinkEvents(fixture.net.lab, ['feed', 'desk1'], {
      dir: fixture.dir,
      onProblem: (text) => problems.push(text),
    });
    const before = wallClock();
    await fixture.net.ip('feed', 'link', 'set', 'eth1', 'down');
    const [event] = await eventually('the event', async () => {
      const events = await session.events('feed');
      return events.length > 0 ? events : undefined;
    });
    const after = wallClock();
    expect(event).to.include({ interface: 'eth1', up: false, carrier: false, deleted: false });
    expect(event!.at > before - 1000n && event!.at < after).to.equal(true);
    await fixture.net.ip('feed', 'link', 'set', 'eth1', 'up');
    await fixture.net.ip('feed', 'link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');
    for (const name of ['near', 'far']) await fixture.net.ip('feed', 'link', 'set', name, 'up');
    const lastOf = async (name: string): Promise<LinkEvent | undefined> =>
      (await session.events('feed')).filter((each) => each.interface === name).at(-1);
    await eventually('a carrier', async () => ((await lastOf('near'))?.carrier ? true : undefined));
    await fixture.net.ip('feed', 'link', 'set', 'far', 'down');
    await eventually('its loss', async () => ((await lastOf('near'))?.carrier === false ? true : undefined));
    expect(await lastOf('near')).to.include({ up: true });
    await fixture.net.ip('feed', 'link', 'del', 'near');
    await eventually('its end', async () => ((await lastOf('near'))?.deleted ? true : undefined));
    expect(await session.stop()).to.deep.equal([]);
    const last = (await session.events('feed')).filter((each) => each.interface === 'eth1').at(-1);
    expect(last).to.include({ interface: 'eth1', up: true, carrier: true });
    expect(await session.events('desk1')).to.deep.equal([]); // a bridge stands between them
    expect(problems).to.deep.equal([]);
  });

  describe('captures that cannot be', () => {
    const point: CapturePoint = { id: 'x', node: 'feed', interface: 'eth1', role: 'link' };

    it('an interface that is not there, a filter that is none', async () => {
      const start = async (points: readonly CapturePoint[], filter?: string): Promise<string> =>
        startCaptures(fixture.net.lab, points, { dir: fixture.dir, ...(filter === undefined ? {} : { filter }) }).then(
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
      const error = await startCaptures(fixture.net.lab, [point], { dir: '/proc/version' }).catch(
        (reason: unknown) => reason,
      );
      expect((error as Error).name).to.equal('LabError');
      expect((error as Error).message).to.contain('cannot write captures to /proc/version');
      mkdirSync(join(fixture.dir, 'pcaps', 'x.pcap'), { recursive: true });
      const second = await startCaptures(fixture.net.lab, [point], { dir: fixture.dir }).catch(
        (reason: unknown) => reason,
      );
      expect((second as Error).message)
        .to.contain('cannot capture on feed:eth1')
        .and.contain('Is a directory');
    });

    it('a disk that is full', async () => {
      await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'faultline-traffic', fixture.dir]);
      try {
        fixture.captures = await startCaptures(fixture.net.lab, [point], { dir: fixture.dir });
        const session = await fixture.begin([flow(1, 1000)]);
        await session.startSending();
        await eventually('enough packets', async () =>
          (await session.counts())['flow1']!['desk1']!.received > 1000 ? true : undefined,
        );
        const [report] = await fixture.captures.stop();
        expect(report!.problems.join('; ')).to.match(/disk full|No space left/);
      } finally {
        await runCommand(['umount', fixture.dir]);
      }
    });

    it('a capture that ends by itself', async () => {
      const problems: string[] = [];
      await fixture.net.ip('feed', 'link', 'add', 'gone', 'type', 'veth', 'peer', 'name', 'gone2');
      await fixture.net.ip('feed', 'link', 'set', 'gone', 'up');
      fixture.captures = await startCaptures(fixture.net.lab, [{ ...point, interface: 'gone' }], {
        dir: fixture.dir,
        onProblem: (text) => problems.push(text),
      });
      await fixture.net.ip('feed', 'link', 'del', 'gone');
      await eventually('the problem', async () => problems[0]);
      expect(problems[0]).to.equal('the capture x ended early: pcap_loop: The interface disappeared');
      const [report] = await fixture.captures.stop();
      expect(report!.problems[0]).to.equal('ended early: pcap_loop: The interface disappeared');
    });
  });
});

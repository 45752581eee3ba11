import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/proc.js';
import type { JournalEntry } from '../../src/run/events.js';
import { Workplace } from '../lab/cli.js';

const EXEC = ['kernel', 'exec'];

/** The kernel of this workplace's guest and its processes, as the host sees them. */
function guestProcesses(place: Workplace): { readonly kernel: number; readonly all: readonly ProcessIdentity[] } {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // the words of its own command line are the same for every guest
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('\0rootfstype=hostfs\0')) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${place.temporary}/`)) continue;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
      const all = [pid, ...children].flatMap((one) => identify(Number(one)) ?? []);
      return { kernel: Number(pid), all };
    } catch {
      // it ended meanwhile
    }
  }
  throw new Error('no guest of this workplace runs');
}

/** Resolves when none of them lives any more. */
async function allGone(processes: readonly ProcessIdentity[]): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (!processes.some(isAlive)) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`still there: ${JSON.stringify(processes.filter(isAlive))}`);
}

describe('the end of a guest', function () {
  this.timeout(300_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  /** Starts something that goes on, by the real clock, and waits until it runs. */
  async function running(): Promise<ReturnType<Workplace['start']> & ReturnType<typeof guestProcesses>> {
    const started = place.start([...EXEC, '--clock', 'real', '--', 'sh', '-c', 'echo up; sleep 600 & sleep 600']);
    const up = new Promise((done) => started.child.stdout!.once('data', done));
    const early = started.end.then(({ stderr }) => Promise.reject(new Error(`it ended before it was up: ${stderr}`)));
    await Promise.race([up, early]);
    early.catch(() => undefined); // it ends some time, and that is no error then
    const processes = guestProcesses(place);
    expect(processes.all.length).to.be.greaterThan(2);
    return { ...started, ...processes };
  }

  it('by a panic is exit 4 with what its kernel said', async () => {
    const panic = 'echo 2 >/proc/sys/vm/panic_on_oom; mount -o remount,size=1g /tmp; dd if=/dev/zero of=/tmp/x bs=1M';
    const end = await place.run([...EXEC, '--memory', '192', '--', 'sh', '-c', panic]);
    expect(end.exitCode).to.equal(4);
    expect(end.stderr).to.match(/ended by SIG.*last lines:\n.*Kernel panic - not syncing/s);
    expect(readdirSync(place.temporary)).to.deep.equal([]);
  });

  it('that hangs comes by the watchdog', async () => {
    const end = await place.run([...EXEC, '--watchdog', '2', '--', 'sh', '-c', 'while :; do :; done']);
    expect(end.exitCode).to.equal(4);
    expect(end.stderr).to.match(/did not get on \(its clock stood at [\d.]+ s\)/);
    expect(readdirSync(place.temporary)).to.deep.equal([]);
  });

  it('that somebody kills is exit 4', async () => {
    const { kernel, all, end } = await running();
    process.kill(kernel, 'SIGKILL');
    const { exitCode, stderr } = await end;
    expect({ exitCode, stderr }).to.deep.include({ exitCode: 4 });
    expect(stderr).to.contain('was ended by SIGKILL');
    await allGone(all);
    expect(readdirSync(place.temporary)).to.deep.equal([]);
  });

  it('comes with an interrupt of the launcher', async () => {
    const { child, all, end } = await running();
    child.kill('SIGINT');
    expect((await end).exitCode).to.equal(130);
    await allGone(all);
    expect(readdirSync(place.temporary)).to.deep.equal([]);
  });

  it('comes at once with SIGKILL of the launcher, and the next guest sweeps what that left', async () => {
    const { child, all } = await running();
    child.kill('SIGKILL');
    await allGone(all);
    const left = readdirSync(place.temporary);
    expect(left).to.have.length(1);
    expect(left[0]).to.match(/^faultline-guest-/);
    const next = await place.run([...EXEC, '--', 'true']);
    expect(next.exitCode, next.stderr).to.equal(0);
    expect(readdirSync(place.temporary)).to.deep.equal([]);
  });

  describe('in which a scenario runs', () => {
    const CONTROL = resolve('tests/fixtures/labs/triangle/control.yml');

    /** The journal of the run that was cut off; its result says that there is none. */
    function journal(): readonly JournalEntry[] {
      expect(readdirSync(place.runs).filter((name) => name.startsWith('.'))).to.deep.equal([]);
      expect(readdirSync(place.temporary)).to.deep.equal([]);
      const [result, ...more] = place.results();
      expect(more).to.deep.equal([]);
      expect(result!.verdict.outcome).to.equal('error');
      expect(result!.verdict.reasons.join('\n')).to.contain('guest');
      return place.journal();
    }

    /** Starts one and waits until its lab is up. */
    async function labUp(): Promise<ReturnType<Workplace['start']> & ReturnType<typeof guestProcesses>> {
      const started = place.start(['run', CONTROL, '--clock', 'virtual', '--out', place.runs]);
      await new Promise<void>((done, failed) => {
        started.child.stderr!.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('is up on netns')) done();
        });
        void started.end.then(({ stderr }) => failed(new Error(`it ended before its lab was up: ${stderr}`)));
      });
      return { ...started, ...guestProcesses(place) };
    }

    it('is exit 4 after a panic, and its journal has what the kernel said', async () => {
      const lab = join(place.dir, 'lab');
      cpSync(resolve('tests/fixtures/labs/wire'), lab, { recursive: true });
      const file = join(lab, 'wire.clab.yml');
      const panic =
        'sh -c "echo 2 >/proc/sys/vm/panic_on_oom; mount -t tmpfs -o size=8g none /mnt; dd if=/dev/zero of=/mnt/x bs=1M"';
      writeFileSync(file, readFileSync(file, 'utf8').replace(/exec: \[/, `exec: ['${panic}', `));
      const args = ['run', join(lab, 'control.yml'), '--clock', 'virtual', '--out', place.runs];
      const end = await place.run(args);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(4);
      expect(end.stderr).to.match(/last lines:\n.*Kernel panic - not syncing/s);
      const last = journal().at(-1)!;
      expect(last.type).to.equal('failed');
      expect(JSON.stringify(last)).to.contain('Kernel panic - not syncing');
    });

    it('is exit 4 where somebody kills it, and the run so far is kept', async () => {
      const { kernel, all, end } = await labUp();
      process.kill(kernel, 'SIGKILL');
      const { exitCode, stderr } = await end;
      expect(exitCode, stderr).to.equal(4);
      await allGone(all);
      const entries = journal();
      expect(entries.some(({ type }) => type === 'lab-up')).to.equal(true);
      expect(JSON.stringify(entries.at(-1))).to.contain('was ended by SIGKILL');
    });

    it('ends with an interrupt of the launcher, and the journal says so', async () => {
      const { child, all, end } = await labUp();
      child.kill('SIGINT');
      expect((await end).exitCode).to.equal(130);
      await allGone(all);
      expect(readdirSync(place.temporary)).to.deep.equal([]);
      expect(place.journal().at(-1)).to.include({ type: 'interrupted', signal: 'SIGINT' });
    });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { LabError } from '../../../src/core/errors.js';
import { runCommand } from '../../../src/process/command.js';
import { lockFile } from '../../../src/process/file-lock.js';
import { rejection } from '../rejection.js';

describe('the lock of a file', function () {
  this.timeout(20_000);
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'faultline-lock-test-'));
    path = join(dir, 'made/for/it/lock');
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const isFree = async (): Promise<boolean> =>
    (await runCommand(['flock', '--nonblock', path, 'true'], { allowFailure: true })).exitCode === 0;

  it('is held by one at a time, in turn', async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const lock = await lockFile(path);
        most = Math.max(most, ++inside);
        expect(await isFree()).to.equal(false);
        inside--;
        await lock.release();
      }),
    );
    expect(most).to.equal(1);
    expect(await isFree()).to.equal(true);
  });

  it('tells once that it waits, and not where it is free', async () => {
    const told: string[] = [];
    const first = await lockFile(path, { onWait: () => told.push('first') });
    const second = lockFile(path, { onWait: () => told.push('second') });
    while (told.length === 0) await sleep(20);
    await first.release();
    await (await second).release();
    expect(told).to.deep.equal(['second']);
  });

  it('is given back once, whoever has it then keeps it', async () => {
    const first = await lockFile(path);
    await first.release();
    const second = await lockFile(path);
    await first.release();
    expect(await isFree()).to.equal(false);
    await second.release();
  });

  it('a wait ends with an interrupt, and takes nothing', async () => {
    const first = await lockFile(path);
    const stop = new AbortController();
    const second = lockFile(path, { signal: stop.signal, onWait: () => stop.abort(new Error('enough')) });
    expect(await rejection(second)).to.have.property('message', 'enough');
    await first.release();
    expect(await isFree()).to.equal(true);
  });

  it('goes with a process that was killed', async () => {
    const script = `import { lockFile } from '${join(process.cwd(), 'src/process/file-lock.ts')}';
await lockFile('${path}'); console.log('has it'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await once(other.stdout, 'data');
    expect(await isFree()).to.equal(false);
    const waits = lockFile(path);
    other.kill('SIGKILL');
    await (await waits).release();
  });

  it('says why it cannot be had', async () => {
    symlinkSync('nowhere/at/all', join(dir, 'lock'));
    expect(await rejection(lockFile(join(dir, 'lock'))))
      .to.be.instanceOf(LabError)
      .with.property('message')
      .that.matches(/^the lock of \S+\/lock cannot be had: flock: .*No such file/);
  });
});

import { expect } from 'chai';
import { CommandError } from '../../../src/core/errors.js';
import { runCommand, startChild } from '../../../src/process/command.js';
import { identify, isAlive } from '../../../src/process/proc.js';
import { wallClock } from '../../../src/process/wall-clock.js';
import { rejection } from '../rejection.js';

describe('runCommand', () => {
  it('returns what the program printed, and gives it its input', async () => {
    const result = await runCommand(['cat'], { input: 'grüße' });
    expect(result).to.include({ exitCode: 0, stdout: 'grüße', stderr: '' });
  });

  it('rejects with the exit code and the end of stderr', async () => {
    const error = await rejection(runCommand(['sh', '-c', 'echo broken >&2; exit 3']));
    expect(error).to.be.instanceOf(CommandError);
    expect(error).to.include({ exitCode: 3, signal: null });
    expect((error as Error).message).to.contain('exited with 3: broken');
  });

  it('takes a failure as a result where told, but never a signal', async () => {
    expect((await runCommand(['false'], { allowFailure: true })).exitCode).to.equal(1);
    const error = await rejection(runCommand(['sh', '-c', 'kill -9 $$'], { allowFailure: true }));
    expect(error).to.include({ exitCode: null, signal: 'SIGKILL' });
  });

  it('ends a program that takes too long and says so', async () => {
    const error = await rejection(runCommand(['sleep', '60'], { timeoutMs: 50 }));
    expect((error as Error).message).to.contain('did not end within 50 ms');
  });

  it('says which program is not there', async () => {
    const error = await rejection(runCommand(['no-such-program-here']));
    expect((error as Error).message).to.match(/^no-such-program-here could not be started: .*ENOENT/);
  });

  it('stops when aborted, with the reason', async () => {
    const abort = new AbortController();
    const running = rejection(runCommand(['sleep', '60'], { signal: abort.signal }));
    abort.abort(new Error('enough'));
    expect(((await running) as Error).message).to.equal('enough');
  });
});

describe('startChild', () => {
  it('stops a program that ignores SIGTERM', async () => {
    const child = await startChild(['sh', '-c', 'trap "" TERM; echo on; while :; do sleep 1; done']);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    const process = identify(child.pid)!;
    expect(isAlive(process)).to.equal(true);
    await child.stop('SIGTERM', 100);
    expect(isAlive(process)).to.equal(false);
    expect((await child.exited).signal).to.equal('SIGKILL');
  });

  it('rejects where the program is not there', async () => {
    expect(await rejection(startChild(['no-such-program-here']))).to.be.instanceOf(CommandError);
  });
});

describe('wallClock', () => {
  it('agrees with Date.now within a second', () => {
    expect(Math.abs(Number(wallClock() / 1_000_000n) - Date.now())).to.be.below(1000);
  });
});

import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { shellQuote } from '../../../src/guest/debian.js';
import { jobScript, mountLines, neededMounts } from '../../../src/guest/job.js';

describe("the guest's job", () => {
  it('mounts each folder once, outer ones first, and a writable one in a read-only one too', () => {
    const mount = (path: string, writable = false): { path: string; writable: boolean } => ({ path, writable });
    expect(
      neededMounts([mount('/a/b/runs', true), mount('/a/b'), mount('/a'), mount('/ab'), mount('/a', false)]),
    ).to.deep.equal([mount('/a'), mount('/ab'), mount('/a/b/runs', true)]);
    expect(neededMounts([mount('/a'), mount('/a', true)])).to.deep.equal([mount('/a', true)]);
  });

  it('passes words to the shell as they are', () => {
    const words = ["it's", 'a b', '$HOME', '`x`', '"', '\\', '*', 'two\nlines', ''];
    const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
    expect(spawnSync('sh', ['-c', script]).stdout.toString().split('\0').slice(0, -1)).to.deep.equal(words);
  });

  it('is a script that a shell can read', () => {
    const text = jobScript({ argv: ['printenv', 'A'], cwd: '/', env: { A: "b'c" }, mounts: [] });
    const { status, stdout } = spawnSync('bash', [], { input: text });
    expect({ status, said: stdout.toString() }).to.deep.equal({ status: 0, said: "b'c\n" });
  });

  it('has a line for each mount', () => {
    const mounts = [
      { path: '/x', writable: true },
      { path: '/y', host: '/proc/self/fd/9', writable: false },
    ];
    expect(mountLines(mounts)).to.equal('/x\t/x\trw\n/y\t/proc/self/fd/9\tro\n');
  });
});

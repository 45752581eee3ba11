import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { CommandError, LabError, UsageError } from '../../../src/core/errors.js';
import { withWorkFolder } from '../../../src/guest/debian.js';
import { buildKernel, findKernel } from '../../../src/guest/kernel.js';
import { runCommand } from '../../../src/process/command.js';
import { rejection } from '../rejection.js';

/** Calls the hook as mmdebstrap does, with a root folder, and passes on how that ended. */
const MMDEBSTRAP = `#!/bin/sh
for word; do case $word in --customize-hook=*) hook=\${word#*=} ;; esac; done
exec sh -c "$hook" hook "$TMPDIR/a root"
`;
/** Notes what it was called with, and hands over a kernel. */
const HOOK = `#!/bin/sh
root=$1 out=$4
printf '%s\\n' "$@" >"$out/linux"
echo CONFIG >"$out/config"; echo 7.2.0-x >"$out/release"; echo cc >"$out/compiler"; echo 7.2-1 >"$out/version"
`;

describe('kernel build', () => {
  const kept = { ...process.env };
  let dir: string;
  let assets: string;
  const progress: string[] = [];
  const options = { onProgress: (text: string) => progress.push(text), signal: new AbortController().signal };

  function program(name: string, text: string): void {
    writeFileSync(join(dir, 'bin', name), text);
    chmodSync(join(dir, 'bin', name), 0o755);
  }
  function hook(text: string): void {
    writeFileSync(join(assets, 'build-hook.sh'), text);
    chmodSync(join(assets, 'build-hook.sh'), 0o755);
  }
  const left = (): readonly string[] => {
    const kernels = join(dir, 'cache/faultline/kernel');
    return existsSync(kernels) ? readdirSync(kernels) : [];
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'faultline-kernel-test-'));
    assets = join(dir, "somebody's assets");
    cpSync('lab-kernel', assets, { recursive: true });
    mkdirSync(join(dir, 'bin'));
    program('mmdebstrap', MMDEBSTRAP);
    hook(HOOK);
    progress.length = 0;
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    process.env['PATH'] = `${join(dir, 'bin')}:${kept['PATH'] ?? ''}`;
  });
  afterEach(() => {
    for (const name of ['XDG_CACHE_HOME', 'PATH']) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
    rmSync(dir, { recursive: true });
  });

  it('takes Debian’s package, or the tree or tarball that is told, whatever its name is', async () => {
    const made = await buildKernel(assets, undefined, options);
    expect(made).to.include({ release: '7.2.0-x', compiler: 'cc', source: 'linux-source-7.2 7.2-1' });
    const [root, suite, from, out, packageName, ...more] = readFileSync(made.path, 'utf8').trim().split('\n');
    expect([suite, from, packageName, more]).to.deep.equal(['trixie', assets, 'linux-source-7.2', []]);
    expect(root).to.match(/a root$/);
    expect(existsSync(out!), 'the work folder is gone').to.equal(false);
    expect(findKernel(assets)).to.deep.equal(made);

    const source = join(dir, "linux's source.tar.xz");
    writeFileSync(source, '');
    const other = await buildKernel(assets, source, options);
    expect(readFileSync(other.path, 'utf8').trim().split('\n').at(-1)).to.equal(source);
    expect(other.source).to.equal("linux's source.tar.xz");
    expect(findKernel(assets)).to.deep.equal(other);
    expect(left()).to.have.length(1);
  });

  it('refuses a source that is not there, and starts nothing', async () => {
    expect(await rejection(buildKernel(assets, join(dir, 'no-such-tree'), options)))
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.contains('no-such-tree');
    expect(left()).to.deep.equal([]);
  });

  it('says which package has mmdebstrap where it is missing', async () => {
    process.env['PATH'] = join(dir, 'nothing');
    expect(await rejection(buildKernel(assets, undefined, options)))
      .to.be.instanceOf(LabError)
      .with.property('message')
      .that.contains('apt-get install mmdebstrap');
    expect(left()).to.deep.equal([]);
  });

  it('says what failed, leaves nothing half-made, and keeps the kernel that there was', async () => {
    const before = await buildKernel(assets, undefined, options);
    const epilogue = "E: setup failed: E: command failed: 'x'\nI: removing tempdir\nE: mmdebstrap failed to run";
    hook(
      `#!/bin/sh\necho "Setting up gcc"\necho "step: patch x"\necho "x.patch does not apply" >&2\ncat >&2 <<'.'\n${epilogue}\n.\nexit 1\n`,
    );
    expect(await rejection(buildKernel(assets, undefined, options)))
      .to.be.instanceOf(CommandError)
      .with.property('message')
      .that.matches(/^mmdebstrap exited with 1: x\.patch does not apply$/);
    expect(progress.filter((text) => text.startsWith('patch'))).to.deep.equal(['patch x']);
    expect(left()).to.have.length(1);
    expect(findKernel(assets)).to.deep.equal(before);
  });

  it('ends with an interrupt, and nothing is left', async () => {
    hook('#!/bin/sh\necho "step: waits"\nsleep 60\n');
    const stop = new AbortController();
    const reason = new Error('enough');
    const build = buildKernel(assets, undefined, { onProgress: () => stop.abort(reason), signal: stop.signal });
    expect(await rejection(build)).to.equal(reason);
    expect(left()).to.deep.equal([]);
  });

  it('leaves no mount of a build that was interrupted', async function () {
    if (process.geteuid?.() !== 0) this.skip(); // mmdebstrap makes a namespace of its own then
    hook('#!/bin/sh\nmkdir -p "$1/proc"\nmount -t tmpfs none "$1/proc"\necho "step: waits"\nsleep 60\n');
    const stop = new AbortController();
    const build = buildKernel(assets, undefined, { onProgress: () => stop.abort(new Error('x')), signal: stop.signal });
    expect(await rejection(build)).to.have.property('message', 'x');
    expect(left()).to.deep.equal([]);
    expect(readFileSync('/proc/mounts', 'utf8')).to.not.contain(dir);
  });

  it('says so where mmdebstrap alone is missing', async () => {
    rmSync(join(dir, 'bin/mmdebstrap'));
    const programs = join(dir, 'programs');
    mkdirSync(programs);
    for (const name of ['unshare', 'true']) symlinkSync(join('/usr/bin', name), join(programs, name));
    process.env['PATH'] = programs;
    expect(await rejection(buildKernel(assets, undefined, options)))
      .to.be.instanceOf(LabError)
      .with.property('message')
      .that.contains('apt-get install mmdebstrap');
  });

  it('wants room on the disk before it starts', async () => {
    const parent = join(dir, 'cache');
    const refused = await rejection(withWorkFolder(parent, Number.MAX_SAFE_INTEGER, () => Promise.resolve()));
    expect(refused)
      .to.be.instanceOf(LabError)
      .with.property('message')
      .that.matches(/ has \d+ MiB left, and \d+ MiB are needed/);
    expect(readdirSync(parent)).to.deep.equal([]);
  });
});

describe('the build of a kernel source', function () {
  this.timeout(20_000);
  let dir: string;
  const run = async (source: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const argv = ['sh', 'lab-kernel/build-inside.sh', source, join(dir, 'assets'), join(dir, 'out')];
    const end = await runCommand(argv, { env: { TMPDIR: join(dir, 'tmp'), ...env }, allowFailure: true });
    expect(end.exitCode, end.stdout).to.equal(1);
    expect(readdirSync(join(dir, 'tmp')), 'left behind').to.deep.equal([]);
    expect(existsSync(join(dir, 'out'))).to.equal(false);
    return end.stderr;
  };
  /** A tree with what is looked at, where `make` is a stub that says how it goes. */
  function tree(make: string): { readonly source: string; readonly env: Readonly<Record<string, string>> } {
    const source = join(dir, 'linux');
    for (const folder of ['arch/um', 'scripts/kconfig']) mkdirSync(join(source, folder), { recursive: true });
    writeFileSync(join(source, 'a.c'), 'one\n');
    writeFileSync(join(source, 'scripts/kconfig/merge_config.sh'), '#!/bin/sh\n');
    mkdirSync(join(dir, 'bin'));
    writeFileSync(
      join(dir, 'bin/make'),
      `#!/bin/sh\nfor word; do case $word in O=*) O=\${word#O=} ;; esac; done\n${make}\n`,
    );
    for (const path of [join(source, 'scripts/kconfig/merge_config.sh'), join(dir, 'bin/make')]) chmodSync(path, 0o755);
    return { source, env: { PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}` } };
  }
  const patch = (from: string): string => `--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-${from}\n+two\n`;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'faultline-kernel-test-'));
    for (const folder of ['tmp', 'assets/patches']) mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, 'assets/kernel.config'), '# options\nCONFIG_A=y\nCONFIG_B=n\n');
    writeFileSync(join(dir, 'assets/patches/first.patch'), patch('one'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('refuses what is no kernel tree, or cannot be unpacked', async () => {
    expect(await run(resolve('tests/unit/guest'))).to.contain('is no Linux source tree: arch/um is not there');
    writeFileSync(join(dir, 'x.tar.xz'), 'no archive');
    expect(await run(join(dir, 'x.tar.xz'))).to.contain('x.tar.xz cannot be unpacked');
  });

  it('refuses a tree that was configured in place', async () => {
    const { source, env } = tree('exit 0');
    writeFileSync(join(source, '.config'), '');
    expect(await run(source, env)).to.contain('give a clean tree');
  });

  it('names the patch that does not apply, and what of it', async () => {
    const { source, env } = tree('exit 0');
    writeFileSync(join(dir, 'assets/patches/second.patch'), patch('something else'));
    expect(await run(source, env))
      .to.contain('second.patch does not apply to this source')
      .and.contain('a.c')
      .and.not.contain('first.patch');
    expect(readFileSync(join(source, 'a.c'), 'utf8'), 'the tree that was given').to.equal('one\n');
  });

  it('names every option that the source does not take', async () => {
    const { source, env } = tree('printf "CONFIG_B=y\\n" >"$O/.config"');
    expect(await run(source, env)).to.match(/does not take: CONFIG_A=y CONFIG_B=n$/m);
  });

  it('shows the error that the compiler ended with: a full disk, say', async () => {
    const full =
      'case "$*" in *" -j"*) echo "fatal error: error writing to x.s: No space left on device"; exit 2 ;; esac';
    const { source, env } = tree(`printf "CONFIG_A=y\\n" >"$O/.config"\n${full}`);
    expect(await run(source, env))
      .to.contain('No space left on device')
      .and.contain('the kernel did not compile (make exited with 2)');
  });
});

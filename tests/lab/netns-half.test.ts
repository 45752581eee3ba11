import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CleanupError, LabError } from '../../src/core/errors.js';
import { runCommand, startChild } from '../../src/process/command.js';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import type { Topology } from '../../src/topology/types.js';
import { rejection } from '../contract/runtime.js';
import { frr01, hangingTopology, topologyOf } from './netns-topologies.js';
import { eventually } from './netns-waiting.js';

const CHILD = fileURLToPath(new URL('./netns-up-child.ts', import.meta.url));
const STATE = '/run/faultline/labs';

/** Everything of a lab that is on this machine: names of namespaces, folders, processes that run. */
function leftOf(lab: string): string[] {
  const names = existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.includes(lab)) : [];
  const folders = existsSync(STATE) ? readdirSync(STATE).filter((name) => name.startsWith(lab)) : [];
  const processes = readdirSync('/proc').flatMap((pid) => {
    try {
      const isInit = readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`faultline-init clab-${lab}`);
      const inLab = /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(`/labs/${lab}/mnt`);
      return isInit || inLab ? [`process ${pid} ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`] : [];
    } catch {
      return [];
    }
  });
  return [...names, ...folders, ...processes];
}

describe('a lab of the netns runtime that does not come up', function () {
  this.timeout(120_000);
  const runtime = new NetnsRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'netns-half-'));
  after(async () => {
    for (const lab of ['fail', 'abort', 'kill', 'foreign', 'taken']) await runtime.down(`netns-half-${lab}`);
    rmSync(folder, { recursive: true });
  });

  it('leaves nothing where a daemon does not start, and says which and why', async () => {
    const lab = 'netns-half-fail';
    const good = frr01(lab);
    writeFileSync(join(folder, 'daemons'), 'zebra=yes\nospfd=yes\nospfd_options="--no-such-option"\n');
    const nodes = good.nodes.map((node) =>
      node.name === 'router2'
        ? {
            ...node,
            binds: node.binds.map((bind) => ({
              ...bind,
              hostPath: bind.hostPath.replace(/.*daemons$/, join(folder, 'daemons')),
            })),
          }
        : node,
    );
    const error = await rejection(runtime.up({ ...good, nodes }));
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.match(/^node router2 could not be started: ospfd exited with \d+: .*no-such-option/s);
    expect(leftOf(lab)).to.deep.equal([]);
  });

  it('leaves nothing where it is interrupted, at every stage', async () => {
    const lab = 'netns-half-abort';
    for (const stage of ['nodes', 'links', 'programs', 'started']) {
      const abort = new AbortController();
      const error = await rejection(
        runtime.up(hangingTopology(lab), {
          signal: abort.signal,
          onProgress: (step) => {
            if (step.stage === stage) abort.abort(new Error(`interrupted at ${stage}`));
          },
        }),
      );
      expect(error.message).to.equal(`interrupted at ${stage}`);
      expect(leftOf(lab), stage).to.deep.equal([]);
    }
  });

  it('is taken down after a SIGKILL half-way, at every stage', async () => {
    const lab = 'netns-half-kill';
    for (const stage of ['nodes', 'links', 'programs', 'started']) {
      const child = await startChild([process.execPath, '--import', 'tsx', CHILD, lab]);
      const seen = await new Promise<string>((resolve) => {
        let text = '';
        child.stdout!.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes(`${stage} `)) resolve(text);
        });
        void child.exited.then((end) => resolve(`ended: ${end.stderrTail}`));
      });
      expect(seen, seen).to.contain(`${stage} `);
      process.kill(child.pid, 'SIGKILL');
      await child.exited;
      expect(existsSync(join(STATE, lab)), stage).to.equal(true);
      expect((await rejection(runtime.attach(lab))).message).to.contain('half made');
      expect((await rejection(runtime.up(hangingTopology(lab)))).message).to.contain('exists, half made');
      await runtime.down(lab);
      expect(leftOf(lab), stage).to.deep.equal([]);
    }
  });

  it('names a foreign process in a namespace of the lab, and does not end it', async () => {
    const lab = 'netns-half-foreign';
    await runtime.up(topologyOf(lab, { a: {} }));
    const foreign = await startChild(['ip', 'netns', 'exec', `clab-${lab}-a`, 'sleep', '3001']);
    await eventually('the program to be there', async () => {
      const { stdout } = await runCommand(['ip', 'netns', 'pids', `clab-${lab}-a`]);
      return stdout.includes(`${foreign.pid}\n`) ? { found: 1, seen: '' } : { seen: stdout };
    });
    try {
      const error = await rejection(runtime.down(lab));
      expect(error).to.be.instanceOf(CleanupError);
      expect(error.message).to.match(new RegExp(`process ${foreign.pid} \\(\\w+\\), not one of ours`));
      process.kill(foreign.pid, 0);
      expect(leftOf(lab)).to.deep.equal([]);
    } finally {
      await foreign.stop();
    }
  });

  it('ends programs that run in its network from outside when it goes down', async () => {
    const lab = 'netns-half-foreign';
    const up = await runtime.up(topologyOf(lab, { a: {} }));
    const outside = await up.node('a').spawnOutside(['sleep', '3002']);
    const inside = await up.node('a').spawn(['sh', '-c', 'echo here; exec sleep 3003']);
    await new Promise((resolve) => inside.stdout!.once('data', resolve));
    await runtime.down(lab);
    expect((await outside.exited).signal).to.equal('SIGKILL');
    expect((await inside.exited).exitCode).to.equal(137);
    expect(leftOf(lab)).to.deep.equal([]);
  });

  it('does not touch namespaces of its names that are not its own', async () => {
    const lab = 'netns-half-taken';
    await runCommand(['ip', 'netns', 'add', `clab-${lab}-b`]);
    try {
      const error = await rejection(runtime.up(topologyOf(lab, { a: {}, b: {} }, ['a:eth1--b:eth1'])));
      expect(error.message).to.contain(`not faultline's: clab-${lab}-b`);
      expect(leftOf(lab)).to.deep.equal([`clab-${lab}-b`]);
    } finally {
      await runCommand(['ip', 'netns', 'delete', `clab-${lab}-b`]);
    }
  });

  it('refuses what it cannot do before anything is created, all of it at once', async () => {
    const lab = 'netns-half-fail';
    const topology: Topology = {
      ...topologyOf(
        lab,
        {
          a: { other: { ports: ['80:80'], memory: '1Gb', 'startup-delay': 5 } },
          b: { kind: 'juniper_vjunosrouter', driver: 'junos' },
          c: { exec: ['echo "not closed'] },
        },
        ['a:eth1--b:eth1', 'a:much-too-long-for-linux--c:eth1'],
      ),
    };
    const { message } = await rejection(runtime.up(topology));
    for (const part of [
      "node a: 'ports' is not supported by the netns runtime",
      "node a: 'startup-delay' is not supported",
      'node b: kind juniper_vjunosrouter (driver junos) needs the containerlab runtime',
      'node c: a double quote is not closed',
      "'much-too-long-for-linux' is no interface name",
    ]) {
      expect(message).to.contain(part);
    }
    expect(message).not.to.contain('memory');
    const substituted = await rejection(runtime.up(frr01(lab), { strictImages: true }));
    expect(substituted.message).to.match(/strict-images.*\n.*router1: FRR [\d.]+: .* in place of frrouting/);
    expect(leftOf(lab)).to.deep.equal([]);
  });

  it('says what of the kernel a topology needs, and refuses it before anything is created where the kernel lacks it', async () => {
    const lab = 'netns-half-fail';
    const line = 'ip link add bond0 type bond';
    const topology = topologyOf(lab, { a: { exec: [line] }, b: {} }, ['a:eth1--b:eth1']);
    const [bond] = (await runtime.check(topology)).filter((finding) => finding.what === 'bond');
    expect(bond!.detail).to.contain(`node a: ${line}`);
    const here = await runCommand(['unshare', '--net', 'ip', 'link', 'add', 'x', 'type', 'bond'], {
      allowFailure: true,
    });
    expect(bond!.state).to.equal(here.exitCode === 0 ? 'ok' : 'missing');
    const error = await runtime.up(topology).then(
      () => runtime.down(lab),
      (reason: Error) => reason,
    );
    if (bond!.state === 'missing') expect(error!.message).to.match(/bond: this kernel lacks it.*--kernel lab/);
    else expect(error).to.equal(undefined);
    expect(leftOf(lab)).to.deep.equal([]);
    const needless = (await runtime.check()).filter((finding) => finding.state === 'missing');
    expect(needless.map((finding) => finding.what)).to.deep.equal([]);
  });
});

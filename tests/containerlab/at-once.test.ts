import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { lockFile } from '../../src/process/file-lock.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { cleanHostFiles } from '../../src/runtime/containerlab/host-files.js';
import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { rejection } from '../contract/runtime.js';
import { LabFiles, pairText } from './labs.js';
import { traces } from './traces.js';

describe('labs that come and go at once, with one management network between them', function () {
  this.timeout(240_000);
  const ROUNDS = 3;
  const files = new LabFiles();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-clab-at-once-'));
  const docker = connectDocker();
  const managementNetworks = async (): Promise<readonly string[]> =>
    (await docker.listNetworks({ filters: { label: ['containerlab'] } })).map((one) => one.Name);
  after(() => {
    files.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('deploys that find no network do not trip over each other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      expect(await managementNetworks(), 'each round begins without').to.deep.equal([]);
      const names = [0, 1, 2, 3].map((n) => `at-once-${round}${n}`);
      const ends = await Promise.allSettled(
        names.map(async (name, n) => {
          // As two users have it: what one does the other sees by Docker only.
          const runtime = new ContainerlabRuntime({ stateDir: join(folder, `state${n % 2}`) });
          await runtime.up(files.topology(name, pairText(name)));
          await runtime.down(name);
        }),
      );
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      for (const name of names) expect(await traces(name)).to.deep.equal([]);
    }
    expect(await managementNetworks(), 'left behind').to.deep.equal([]);
    expect([0, 1].filter((n) => existsSync(join(folder, `state${n}`)))).to.deep.equal([]);
  });

  it('a lab that is stopped as a whole keeps the network when another one goes', async () => {
    const runtime = new ContainerlabRuntime({ stateDir: join(folder, 'state0') });
    const [stays, goes] = ['at-once-stays', 'at-once-goes'] as const;
    for (const name of [stays, goes]) await runtime.up(files.topology(name, pairText(name)));
    const nodes = ['a', 'b'].map((node) => docker.getContainer(`clab-${stays}-${node}`));
    for (const node of nodes) await node.stop({ t: 0 });
    await runtime.down(goes);
    for (const node of nodes) await node.start();
    await runtime.down(stays);
    expect(await managementNetworks()).to.deep.equal([]);
  });

  it('a deploy that has yet to make its first container keeps the network, whoever started it', async () => {
    const runtime = new ContainerlabRuntime({ stateDir: join(folder, 'state0') });
    const program = join(folder, 'containerlab');
    writeFileSync(program, '#!/bin/sh\necho begun\nread line\n', { mode: 0o755 });
    await runtime.up(files.topology('at-once-first', pairText('at-once-first')));
    const deploy = spawn(program, ['deploy', '--topo', 'x.clab.yml'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(deploy, 'close');
    try {
      await once(deploy.stdout, 'data');
      await runtime.down('at-once-first');
      expect(await managementNetworks()).to.deep.equal(['clab']);
    } finally {
      deploy.stdin.end();
      await ended;
    }
    await runtime.up(files.topology('at-once-next', pairText('at-once-next')));
    await runtime.down('at-once-next');
    expect(await managementNetworks()).to.deep.equal([]);
  });

  it('a deploy that fails before its first container takes the network with it that it made', async () => {
    const runtime = new ContainerlabRuntime({ stateDir: join(folder, 'state0') });
    const text = pairText('at-once-none', 'registry.invalid/nothing:1');
    const stages: string[] = [];
    const up = runtime.up(files.topology('at-once-none', text), { onProgress: ({ stage }) => stages.push(stage) });
    const error = await rejection(up);
    expect(error.message).to.contain('registry.invalid');
    expect(stages).to.not.include('container');
    expect(await managementNetworks()).to.deep.equal([]);
  });

  it('the hosts file is changed in turn with containerlab', async () => {
    const before = readFileSync('/etc/hosts', 'utf8');
    const ours = '###### CLAB-at-once-hosts-START ######\n10.9.0.1\tx\n###### CLAB-at-once-hosts-END ######\n';
    const lock = await lockFile('/run/lock/clab-hosts.lock');
    try {
      appendFileSync('/etc/hosts', ours);
      const cleaned = cleanHostFiles('at-once-hosts');
      await sleep(500);
      expect(readFileSync('/etc/hosts', 'utf8')).to.equal(before + ours);
      // As a containerlab that brings up another lab meanwhile.
      appendFileSync('/etc/hosts', '10.9.0.2\ty # at-once\n');
      await lock.release();
      await cleaned;
      expect(readFileSync('/etc/hosts', 'utf8')).to.equal(`${before}10.9.0.2\ty # at-once\n`);
    } finally {
      await lock.release();
      writeFileSync('/etc/hosts', before);
    }
  });
});

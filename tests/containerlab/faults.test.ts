import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createDriver } from '../../src/device/index.js';
import { FAULTS } from '../../src/fault/index.js';
import type { Fault } from '../../src/fault/types.js';
import { performUndo } from '../../src/fault/undo.js';
import type { LabView } from '../../src/probe/types.js';
import { signalProcess } from '../../src/process/proc.js';
import { wallClock } from '../../src/process/wall-clock.js';
import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { faultsContract } from '../contract/faults.js';
import { eventually } from '../lab/netns-waiting.js';
import { FRR_IMAGE, HOST_IMAGE, LabFiles } from './labs.js';

describe('faults on a lab of containerlab', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  const folder = resolve('tests/fixtures/labs/frr01');
  // The published lab with images that are made here.
  const text = readFileSync(`${folder}/frr01.clab.yml`, 'utf8')
    .replace('frrouting/frr:10.2.1', FRR_IMAGE)
    .replace('wbitt/network-multitool:latest', HOST_IMAGE)
    .replaceAll(/- (router\d\/\S+):\/etc/g, `- ${folder}/$1:/etc`);
  faultsContract(
    () => new ContainerlabRuntime(),
    () => files.topology('frr01', text),
    'clab-faults',
  );
  after(() => files.remove());

  it('process-kill holds watchfrr back, which would start the daemon again, and says so', async () => {
    const lab = await new ContainerlabRuntime().attach('clab-faults');
    const node = lab.node('router2');
    const names = async (): Promise<string[]> => (await node.processes()).map((process) => process.name);
    const view: LabView = {
      lab,
      driver: (name) => createDriver(lab.node(name)),
      traffic: undefined,
      now: wallClock,
      sleep: (ms) => sleep(ms),
      signal: new AbortController().signal,
    };
    const fault = FAULTS['process-kill'] as unknown as Fault<unknown>;
    const resolved = await fault.resolve(view, fault.schema.parse({ node: 'router2', daemon: 'ospfd' }));
    expect(resolved.summary).to.equal(
      'ospfd of router2 ended by SIGKILL, watchfrr held back so that it does not start it again',
    );
    await fault.inject(view, resolved.target);
    // vtysh asks all daemons: it would wait for the one that stands still.
    const said = await node.exec(['vtysh', '-c', 'show ip route'], { timeoutMs: 30_000 });
    expect(said.stdout).to.contain('Codes:');
    for (const until = performance.now() + 5000; performance.now() < until; await sleep(250)) {
      expect(await names()).to.not.include('ospfd');
    }
    for (const step of resolved.undo) await performUndo(lab, (name) => view.driver(name), step);
    expect((await names()).filter((name) => name === 'ospfd')).to.have.length(1);
    expect((await node.exec(['vtysh', '-c', 'show watchfrr'], { timeoutMs: 30_000 })).stdout).to.match(/ospfd +Up/);

    // Without that it does start it again.
    for (const one of await node.processes()) if (one.name === 'ospfd') signalProcess(one, 'SIGKILL');
    await eventually('watchfrr to start ospfd again', async () => {
      const seen = await names();
      return seen.includes('ospfd') ? { found: true, seen: '' } : { seen: seen.join() };
    });
  });
});

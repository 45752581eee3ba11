import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { runCommand } from '../../src/process/command.js';
import { containersOf } from '../../src/runtime/containerlab/containers.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { holdNamespace } from '../../src/runtime/containerlab/hold.js';
import { runContainerlab } from '../../src/runtime/containerlab/program.js';
import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { LabFolder } from '../../src/runtime/containerlab/state.js';
import { stateDir } from '../../src/process/state-dir.js';
import { silence, SILENCE_TABLE } from '../../src/runtime/netns/power.js';
import type { Lab } from '../../src/runtime/types.js';
import type { Topology } from '../../src/topology/types.js';
import { LabFiles, pairText } from './labs.js';
import { traces } from './traces.js';

describe('nodes that were stopped, by whom and how far', function () {
  this.timeout(120_000);
  const name = 'clab-stopped';
  const parking = `/run/netns/clab-park-clab-${name}-a`;
  const files = new LabFiles();
  const runtime = new ContainerlabRuntime();
  const docker = connectDocker();
  let topology: Topology;
  let lab: Lab;
  before(async () => {
    topology = files.topology(name, pairText(name));
    lab = await runtime.up(topology);
  });
  after(async () => {
    await runtime.down(name);
    files.remove();
    expect(await traces(name)).to.deep.equal([]);
  });
  afterEach(async () => {
    expect(await lab.node('a').state()).to.equal('running');
    await lab.node('b').exec(['ping', '-c', '1', '-W', '2', '10.0.0.1']);
    expect(existsSync(parking), 'a parking namespace is left').to.equal(false);
  });
  const container = async (): Promise<ReturnType<typeof docker.getContainer>> =>
    docker.getContainer((await containersOf(docker, name)).find((one) => one.node === 'a')!.id);

  it('containerlab itself keeps the links of a node that is stopped without a goodbye', async () => {
    await lab.node('a').stop(false);
    expect(existsSync(parking)).to.equal(true);
    expect((await lab.node('a').execOutside(['ip', '-brief', 'link', 'show', 'dev', 'eth1'])).stdout).to.contain(
      'DOWN',
    );
    await lab.node('a').boot();
  });

  it('one that somebody has stopped with containerlab is dead, and boots', async () => {
    const end = await runContainerlab(['stop', '--topo', topology.file, '--node', 'a', '--timeout', '2s']);
    expect(end.exitCode, end.log.join('\n')).to.equal(0);
    expect(await lab.node('a').state()).to.equal('dead');
    await lab.node('a').boot();
  });

  it('a stop that was cut off, or a start, before the links are back: boot finishes it', async () => {
    await lab.node('a').stop(false);
    await (await container()).start(); // runs, and its links are where containerlab has put them
    await lab.node('a').boot();
  });

  it('a kill that was cut off before the container ended: boot leaves nothing of it', async () => {
    const { State: state } = await (await container()).inspect();
    const folder = new LabFolder(stateDir(), name);
    const { stdout } = await lab.node('a').execOutside(['ip', '-json', 'link', 'show', 'dev', 'eth1']);
    const [row] = JSON.parse(stdout) as [{ readonly ifindex: number; readonly link_index: number }];
    const link = { name: 'eth1', called: 'eth1', index: row.ifindex, peerIndex: row.link_index };
    folder.writeKilled('a', { mode: 'carrier-silent', links: [link] });
    await holdNamespace(state.Pid, folder.held('a'));
    await silence({ how: 'net', file: folder.held('a'), lab: name });
    await lab.node('a').boot();
    // Docker has rules of its own there, for its name server.
    const rules = await runCommand(['nsenter', `--net=${lab.node('a').netns()}`, 'nft', 'list', 'ruleset']);
    expect(rules.stdout).to.not.contain(SILENCE_TABLE);
  });
});

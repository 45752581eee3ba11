import { expect } from 'chai';
import { CommandError, LabError } from '../../src/core/errors.js';
import type { Lab, Runtime } from '../../src/runtime/types.js';
import type { Topology } from '../../src/topology/types.js';
import { topologyOf } from '../lab/netns-topologies.js';

export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('did not reject');
}

/** Commands that a runtime's nodes answer the same way; a runtime without real programs scripts them. */
export const CONTRACT_COMMANDS = {
  hello: ['echo', 'hello'],
  fail: ['sh', '-c', 'echo broken >&2; exit 3'],
} as const;

export function contractTopology(name: string): Topology {
  return topologyOf(name, { a: {}, b: {} }, ['a:eth1--b:eth2']);
}

/** What every runtime keeps, whatever it is made of. Its labs are called `labName` and `labName`-2. */
export function runtimeContract(
  make: () => Runtime,
  labName: string,
  topology: Topology = contractTopology(labName),
): void {
  let runtime: Runtime;
  let lab: Lab;

  before(async () => {
    runtime = make();
    lab = await runtime.up(topology, { runDir: '/somewhere/run' });
  });
  after(async () => {
    await runtime.down(labName);
    await runtime.down(`${labName}-2`);
  });

  it('gives the nodes in the order of the topology, by their full names', () => {
    expect(lab.nodes.map((node) => node.name)).to.deep.equal(['a', 'b']);
    expect(lab.node('a').fullName).to.equal(`clab-${labName}-a`);
    expect(lab.node('b').netns()).to.equal(`/run/netns/clab-${labName}-b`);
  });

  it('names what there is where a node or link is asked for that is not', () => {
    expect(() => lab.node('c')).to.throw(LabError, "no node 'c' (it has a, b)");
    expect(() => lab.link('a:eth7')).to.throw(LabError, "no link 'a:eth7' (it has a:eth1--b:eth2)");
  });

  it('finds a link by its id, by one end and by both ends in either order', () => {
    for (const ref of ['a:eth1--b:eth2', 'b:eth2--a:eth1', 'a:eth1', 'b:eth2']) {
      expect(lab.link(ref).id).to.equal('a:eth1--b:eth2');
    }
    expect(lab.peerOf('a', 'eth1')).to.include({ node: 'b', interface: 'eth2' });
    expect(lab.peerOf('a', 'eth9')).to.equal(undefined);
  });

  it('runs programs in a node, and takes a failure as a result only where told', async () => {
    const node = lab.node('a');
    expect((await node.exec(CONTRACT_COMMANDS.hello)).stdout).to.equal('hello\n');
    expect((await node.execOutside(CONTRACT_COMMANDS.hello)).stdout).to.equal('hello\n');
    const error = await rejection(node.exec(CONTRACT_COMMANDS.fail));
    expect(error).to.be.instanceOf(CommandError).and.to.include({ exitCode: 3 });
    expect(await node.exec(CONTRACT_COMMANDS.fail, { allowFailure: true })).to.include({
      exitCode: 3,
      stderr: 'broken\n',
    });
    for (const missing of [
      node.exec(['no-such-program'], { allowFailure: true }),
      node.execOutside(['no-such-program'], { allowFailure: true }),
    ]) {
      expect((await missing).exitCode).to.equal(127);
    }
  });

  it('puts files into a node and reads them back', async () => {
    const node = lab.node('a');
    await node.copyIn('/new/folder/file', 'grüße\n');
    expect((await node.readFile('/new/folder/file')).toString('utf8')).to.equal('grüße\n');
    expect(await rejection(node.readFile('/no/such/file'))).to.be.instanceOf(LabError);
  });

  it('refuses a second lab of the same name, and has two of one topology side by side', async () => {
    const error = await rejection(runtime.up(topology));
    expect(error).to.be.instanceOf(LabError);
    expect(error.message).to.contain(`lab ${labName} is already up`);
    const second = await runtime.up(topology, { labName: `${labName}-2` });
    expect(second.node('a').fullName).to.equal(`clab-${labName}-2-a`);
    await runtime.down(`${labName}-2`);
    expect(await lab.node('a').state()).to.equal('running');
  });

  it('is found by a later process: list and attach', async () => {
    const other = await runtime.attach(labName);
    expect((await other.node('b').exec(CONTRACT_COMMANDS.hello)).exitCode).to.equal(0);
    const summary = (await runtime.list()).find((one) => one.name === labName);
    expect(summary).to.include({ name: labName, runDir: '/somewhere/run' });
    expect(summary!.nodes.map((node) => node.state)).to.deep.equal(['running', 'running']);
    expect((await rejection(runtime.attach(`${labName}-no`))).message).to.contain(`lab ${labName}-no is not up`);
  });

  it('pauses and resumes a node', async () => {
    const node = lab.node('b');
    await node.pause();
    await node.pause();
    expect(await node.state()).to.equal('paused');
    expect((await rejection(node.exec(CONTRACT_COMMANDS.hello))).message).to.contain('node b is paused');
    await node.resume();
    await node.resume();
    expect(await node.state()).to.equal('running');
    expect((await node.exec(CONTRACT_COMMANDS.hello)).exitCode).to.equal(0);
  });

  it('kills a node and boots it as at first', async () => {
    const node = lab.node('b');
    await node.copyIn('/tmp/trace', 'of an earlier life');
    for (const mode of ['carrier-down', 'carrier-silent', 'dataplane-keep'] as const) {
      await node.kill(mode);
      await node.kill(mode);
      expect(await node.state()).to.equal('dead');
      expect((await rejection(node.exec(CONTRACT_COMMANDS.hello))).message).to.contain('node b is down');
      await node.resume();
      expect(await node.state()).to.equal('dead');
      await node.boot();
      await node.boot();
      expect(await node.state()).to.equal('running');
      expect((await node.exec(CONTRACT_COMMANDS.hello)).exitCode).to.equal(0);
    }
    expect(await rejection(node.readFile('/tmp/trace'))).to.be.instanceOf(LabError);
  });

  it('does nothing where it is already aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const error = await rejection(runtime.up(topology, { labName: `${labName}-2`, signal }));
    expect(error.message).to.equal('enough');
    expect((await runtime.list()).map((one) => one.name)).not.to.include(`${labName}-2`);
  });

  it('takes a lab down, twice, and one that never was', async () => {
    await runtime.down(labName);
    await runtime.down(labName);
    await runtime.down(`${labName}-no`);
    expect((await runtime.list()).map((one) => one.name)).not.to.include(labName);
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { createDriver } from '../../src/device/index.js';
import type { DeviceDriver } from '../../src/device/types.js';
import { FAULTS, type FaultKind } from '../../src/fault/index.js';
import type { Fault, ResolvedFault } from '../../src/fault/types.js';
import { performUndo } from '../../src/fault/undo.js';
import type { LabView } from '../../src/probe/types.js';
import { wallClock } from '../../src/process/wall-clock.js';
import type { Lab, Runtime } from '../../src/runtime/types.js';
import type { Topology } from '../../src/topology/types.js';
import { eventually } from '../lab/netns-waiting.js';

/**
 * Each fault on the three real routers of frr01: it does what it says, its inverse brings back what was, twice as well as
 * once. Brings a lab called `labName` up and takes it down.
 */
export function faultsContract(make: () => Runtime, topology: () => Topology, labName: string): void {
  let runtime: Runtime;
  let lab: Lab;
  let view: LabView;

  before(async () => {
    runtime = make();
    lab = await runtime.up(topology(), { labName });
    const drivers = new Map<string, DeviceDriver>();
    const abort = new AbortController();
    view = {
      lab,
      driver: (name) => {
        const driver = drivers.get(name) ?? createDriver(lab.node(name));
        drivers.set(name, driver);
        return driver;
      },
      traffic: undefined,
      now: wallClock,
      sleep: (ms) => sleep(ms),
      signal: abort.signal,
    };
    for (const name of ['router1', 'router2', 'router3']) await view.driver(name).waitReady(30_000);
  });
  after(() => runtime.down(labName));

  /** `up`; `down`: switched off here; `no carrier`: switched off, or gone, at the other end. */
  const linkState = async (node: string, name: string): Promise<string> => {
    const shown = await lab.node(node).execOutside(['ip', '-o', 'link', 'show', 'dev', name]);
    const flags = /<([^>]*)>/.exec(shown.stdout)![1]!.split(',');
    return !flags.includes('UP') ? 'down' : flags.includes('LOWER_UP') ? 'up' : 'no carrier';
  };
  const routes = async (node: string): Promise<string> =>
    (await lab.node(node).execOutside(['ip', 'route', 'show', 'proto', 'boot', 'dev', 'eth1'])).stdout;
  const daemons = async (node: string): Promise<string[]> =>
    (await lab.node(node).processes()).map((process) => process.name);

  async function broken(kind: FaultKind, options: string): Promise<{ fault: Fault<unknown>; resolved: ResolvedFault }> {
    const fault = FAULTS[kind] as unknown as Fault<unknown>;
    const resolved = await fault.resolve(view, fault.schema.parse(load(options)));
    const before = wallClock();
    const { applied } = await fault.inject(view, resolved.target);
    expect(applied.from >= before && applied.to >= applied.from && applied.to <= wallClock()).to.equal(true);
    return { fault, resolved };
  }
  async function undone({ undo }: ResolvedFault): Promise<void> {
    for (const step of [...undo, ...undo]) await performUndo(lab, (name) => view.driver(name), step);
  }

  it('link-down takes the far carrier along and brings the routes of a host back', async () => {
    const before = await routes('PC1');
    expect(before).to.contain('192.168.0.0/16');
    const { resolved } = await broken('link-down', '{ link: PC1:eth1 }');
    expect(await linkState('PC1', 'eth1')).to.equal('down');
    expect(await linkState('router1', 'eth3')).to.equal('no carrier');
    expect(await routes('PC1')).to.equal('');
    await undone(resolved);
    expect(await linkState('PC1', 'eth1')).to.equal('up');
    expect(await routes('PC1')).to.equal(before);
  });

  it('link-down at both ends sets both down', async () => {
    const { resolved } = await broken('link-down', '{ link: "router1:eth1--router2:eth1", end: both }');
    expect(await linkState('router1', 'eth1')).to.equal('down');
    expect(await linkState('router2', 'eth1')).to.equal('down');
    await undone(resolved);
    expect(await linkState('router1', 'eth1')).to.equal('up');
    expect(await linkState('router2', 'eth1')).to.equal('up');
  });

  it('link-flap goes down as often as told and ends up', async () => {
    const changes = async (): Promise<number> =>
      Number((await lab.node('router2').exec(['cat', '/sys/class/net/eth1/carrier_down_count'])).stdout);
    const before = await changes();
    const { resolved } = await broken('link-flap', '{ link: router1:eth1, times: 3, down: 50 ms, up: 50 ms }');
    expect(await linkState('router1', 'eth1')).to.equal('up');
    expect((await changes()) - before).to.equal(3);
    await undone(resolved);
    expect(await linkState('router1', 'eth1')).to.equal('up');
  });

  for (const direction of ['in', 'out', 'both'] as const) {
    it(`blackhole ${direction} drops everything while the link stays up`, async () => {
      const ping = async (): Promise<number> =>
        (await lab.node('PC1').exec(['ping', '-c1', '-W1', '192.168.11.1'], { allowFailure: true })).exitCode;
      expect(await ping()).to.equal(0);
      const { fault, resolved } = await broken('blackhole', `{ interface: PC1:eth1, direction: ${direction} }`);
      expect(await ping()).to.equal(1);
      expect(await linkState('PC1', 'eth1')).to.equal('up');
      const [other] = await fault.read!(view, resolved.target);
      for (const side of direction === 'both' ? ['out'] : [direction]) {
        expect((other!.data as Record<string, number>)[side], side).to.be.above(0);
      }
      await undone(resolved);
      expect(await ping()).to.equal(0);
      expect((await lab.node('PC1').execOutside(['nft', 'list', 'ruleset'])).stdout).to.not.contain('faultline');
    });
  }

  it('process-kill ends one daemon and starts it again', async () => {
    const { resolved } = await broken('process-kill', '{ node: router1, daemon: ospfd }');
    await eventually('ospfd to be gone', async () => {
      const seen = await daemons('router1');
      return seen.includes('ospfd') ? { seen: seen.join() } : { found: true, seen: '' };
    });
    expect(await daemons('router1')).to.include('zebra');
    await undone(resolved);
    expect((await daemons('router1')).filter((name) => name === 'ospfd')).to.have.length(1);
    expect(await view.driver('router1').runningConfig()).to.contain('router ospf');
  });

  it('process-kill with `restart: all` starts every daemon of the node anew', async () => {
    const pids = async (): Promise<Map<string, number | null>> =>
      new Map((await view.driver('router1').daemons()).map(({ name, pid }) => [name, pid]));
    const before = await pids();
    const { resolved } = await broken('process-kill', '{ node: router1, daemon: zebra, restart: all }');
    expect(resolved.summary).to.match(/^zebra of router1 ended by SIGKILL, all daemons with it/);
    await undone(resolved);
    const after = await pids();
    expect([...after.keys()]).to.have.members([...before.keys()]);
    for (const [name, pid] of after) expect(pid, name).to.be.a('number').and.to.not.equal(before.get(name));
    expect(await view.driver('router1').runningConfig()).to.contain('router ospf');
  });

  it('process-kill of what does not run is refused', async () => {
    const fault = FAULTS['process-kill'] as unknown as Fault<unknown>;
    const options = fault.schema.parse({ node: 'router1', daemon: 'bgpd' });
    const refusal = await fault.resolve(view, options).then(String, String);
    expect(refusal).to.contain('router1 runs no bgpd');
  });

  it('node-pause lets nothing speak, and resume lets it go on', async () => {
    const { resolved } = await broken('node-pause', '{ node: router2 }');
    expect(await lab.node('router2').state()).to.equal('paused');
    await undone(resolved);
    expect(await lab.node('router2').state()).to.equal('running');
    await view.driver('router2').waitReady(30_000);
  });

  it('node-kill with its carrier down is seen by its neighbours, and the node boots as it was', async () => {
    const { resolved } = await broken('node-kill', '{ node: router3, carrier: down }');
    expect(await lab.node('router3').state()).to.equal('dead');
    expect(await linkState('router1', 'eth2')).to.equal('no carrier');
    await undone(resolved);
    expect(await lab.node('router3').state()).to.equal('running');
    expect(await linkState('router1', 'eth2')).to.equal('up');
    expect(await view.driver('router3').runningConfig()).to.contain('router ospf');
  });

  it('a role that nobody has is an error with what was asked', async () => {
    const fault = FAULTS['rp-death'] as unknown as Fault<unknown>;
    const options = fault.schema.parse({ group: '239.1.1.1', 'seen-from': 'router1', carrier: 'down' });
    expect(await fault.resolve(view, options).then(String, String)).to.match(/LabError.*router1/);
  });
}

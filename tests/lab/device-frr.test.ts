import { expect } from 'chai';
import { CommandError, LabError, TimeoutError } from '../../src/core/errors.js';
import { createDriver } from '../../src/device/index.js';
import { findDr, findRp } from '../../src/device/roles.js';
import type { DeviceDriver } from '../../src/device/types.js';
import { PROBES, type ProbeKind } from '../../src/probe/index.js';
import { waitForSteady, type SteadyItem } from '../../src/probe/steady.js';
import type { LabView } from '../../src/probe/types.js';
import { wallClock } from '../../src/process/wall-clock.js';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import type { Lab, LabProcess } from '../../src/runtime/types.js';
import { deviceDriverContract } from '../contract/device-driver.js';
import { rejection } from '../contract/runtime.js';
import { topologyOf } from './netns-topologies.js';

const NAME = 'device-frr';
const GROUP = '239.1.1.1';

/** r1 and r2 share the RP address; r3, with a member on its LAN, is nearer to r1. h1 sends behind r1. */
function topology() {
  const router = (name: string) => ({
    driver: 'frr' as const,
    binds: [`anycast-rp/daemons:/etc/frr/daemons`, `anycast-rp/${name}.conf:/etc/frr/frr.conf`],
  });
  const host = (address: string, gateway: string) => ({
    exec: [`ip address add ${address} dev eth1`, `ip route add default via ${gateway}`],
  });
  return topologyOf(
    NAME,
    {
      h1: host('10.1.1.10/24', '10.1.1.1'),
      r1: router('r1'),
      r2: router('r2'),
      r3: router('r3'),
      h3: host('10.3.3.10/24', '10.3.3.1'),
    },
    ['h1:eth1--r1:eth1', 'r1:eth2--r2:eth1', 'r1:eth3--r3:eth1', 'r2:eth2--r3:eth2', 'r3:eth3--h3:eth1'],
  );
}

function viewOf(lab: Lab): LabView {
  const drivers = new Map<string, DeviceDriver>();
  return {
    lab,
    driver(name) {
      const driver = drivers.get(name) ?? createDriver(lab.node(name));
      drivers.set(name, driver);
      return driver;
    },
    traffic: undefined,
    flows: [],
    now: wallClock,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    signal: new AbortController().signal,
  };
}

function item(kind: ProbeKind, options: unknown): SteadyItem {
  return { probe: PROBES[kind], options };
}

describe('the FRR driver on real routers', function () {
  this.timeout(180_000);
  const runtime = new NetnsRuntime();
  let lab: Lab;
  let view: LabView;
  let sender: LabProcess | undefined;

  const steady = async (...items: SteadyItem[]): Promise<void> => {
    const report = await waitForSteady(view, items, { withinMs: 60_000, now: view.now.bind(view) });
    expect(report.reached, JSON.stringify(report.probes)).to.equal(true);
  };
  const routers = ['r1', 'r2', 'r3'];
  const converged = [
    item('ospf-neighbors', { node: routers, all: 'full', 'at-least': 2 }),
    item('pim-neighbors', { node: routers, 'at-least': 2 }),
    item('bfd-peers', { node: routers, all: 'up', 'at-least': 2 }),
    item('bgp-peers', { node: routers, all: 'established', 'at-least': 2 }),
    item('msdp-peers', { node: ['r1', 'r2'], all: 'established' }),
    item('rp', { group: GROUP, at: routers, is: '10.255.255.1' }),
    item('dr', { at: 'r3:eth3', is: 'r3' }),
    item('ping', { from: ['h1', 'h3'], to: ['10.255.0.2', 'h3:eth1'] }),
    item('route', { node: 'r3', to: '10.255.255.1', via: ['10.0.13.1'] }),
    item('command', { node: routers, run: ['vtysh', '-c', 'show version'], expect: '^FRRouting \\d' }),
  ];

  before(async () => {
    lab = await runtime.up(topology());
    view = viewOf(lab);
    for (const name of routers) await view.driver(name).waitReady(30_000);
    sender = await lab
      .node('h1')
      .spawnOutside(['ping', '-q', '-i', '0.2', '-t', '8', '-I', 'eth1', GROUP], { stdoutFile: '/dev/null' });
  });
  after(async () => {
    await sender?.stop();
    await runtime.down(NAME);
  });

  it('comes to a steady state that all kinds of probes see', async () => {
    await steady(
      ...converged,
      item('igmp-groups', { node: 'r3', group: GROUP, on: 'eth3' }),
      item('multicast-state', { group: GROUP, source: '10.1.1.10', at: ['r1', 'r3'], tree: 'shortest-path' }),
    );
  });

  it('answers all kinds of questions with facts', async () => {
    const r3 = view.driver('r3');
    expect((await r3.query('pim-neighbors')).map((one) => one.address)).to.deep.equal(['10.0.13.1', '10.0.23.1']);
    expect((await r3.query('bfd-peers')).every((one) => one.detectMs === 900)).to.equal(true);
    const upstream = await r3.query('pim-upstream', { group: GROUP });
    expect(upstream.find((one) => one.source === '10.1.1.10')).to.deep.include({
      rpfNeighbor: '10.0.13.1',
      state: 'Joined',
    });
    const mroutes = await r3.query('mroutes', { group: GROUP });
    expect(mroutes.find((one) => one.source === '10.1.1.10')).to.deep.include({ iif: 'eth1', installed: true });
    expect(await view.driver('r1').query('msdp-sa', { group: GROUP })).to.deep.equal([
      { source: '10.1.1.10', group: GROUP, rp: '-', local: true, sptSetup: false },
    ]);
    expect((await view.driver('r1').query('msdp-peers'))[0]?.meshGroup).to.equal('rps');
    const eth3 = (await r3.query('interfaces')).find((one) => one.name === 'eth3');
    expect(eth3).to.deep.include({ up: true, carrier: true });
    expect(eth3?.addresses).to.include('10.3.3.1/24');
    expect(await r3.query('route-to', { address: '203.0.113.9' })).to.deep.equal([]);
    const h1 = await view.driver('h1').query('route-to', { address: '10.3.3.10' });
    expect(h1[0]).to.deep.include({ nexthop: '10.1.1.1', interface: 'eth1' });
  });

  it('finds the RP that a router uses, and the DR of a LAN', async () => {
    const rp = await findRp(view, GROUP, 'r3');
    expect(rp).to.deep.include({ address: '10.255.255.1', owners: ['r1', 'r2'], candidates: ['r1'] });
    const dr = await findDr(view, ['h3:eth1']);
    expect(dr).to.deep.include({ node: 'r3', interface: 'eth3', address: '10.3.3.1' });
  });

  describe('keeps the contract', () => {
    deviceDriverContract({
      driver: () => view.driver('r2'),
      snippet: 'interface eth2\n ip pim drpriority 77\n',
      line: ' ip pim drpriority 77',
      refused: 'interface eth2\n ip pim drpriority 78\n ip ospf area 5\n',
      complaint: /r2: FRR refuses the configuration:[\s\S]*Must remove previous area/,
    });

    it('names every wrong line of a snippet', async () => {
      const error = await rejection(view.driver('r2').apply('interface eth2\n ip pim odd\nrouter ospf\n strange\n'));
      expect(error.message).to.match(/line 2: % Unknown command.*ip pim odd\nline 4: % Unknown command.*strange/);
    });

    for (const snippet of [
      'ip pim spt-switchover infinity-and-beyond\n',
      'interface eth1\n no ip pim bfd\n ip ospf cost 50\ninterface eth2\n shutdown\n',
      'router ospf\n timers throttle spf 1000 2000 3000\n',
      'bfd\n profile slow\n  transmit-interval 1000\n!\ninterface eth1\n ip ospf bfd profile slow\n',
      'no router bgp 65000\n',
      'ip pim rp 10.9.9.9 238.0.0.0/8\nno ip pim rp 10.255.255.1 239.0.0.0/8\n',
      'ip prefix-list A seq 5 permit 10.0.0.0/8\nroute-map B permit 10\n match ip address prefix-list A\n',
    ]) {
      it(`takes back: ${snippet.trim().replace(/\n\s*/g, ' · ')}`, async () => {
        const driver = view.driver('r2');
        const before = await driver.runningConfig();
        expect(await driver.apply(snippet)).to.not.equal('');
        expect(await driver.rollback()).to.not.equal('');
        expect(await driver.runningConfig()).to.equal(before);
      });
    }
  });

  it('says which daemon does not answer, and starts it again with its configuration and what was applied', async () => {
    const driver = view.driver('r3');
    await driver.apply('interface eth3\n ip pim drpriority 79\n');
    const pimd = (await driver.daemons()).find((daemon) => daemon.name === 'pimd');
    expect(pimd?.pid).to.be.a('number');
    process.kill(pimd!.pid!, 'SIGKILL');
    const gone = async (): Promise<boolean> =>
      (await driver.daemons()).find((daemon) => daemon.name === 'pimd')?.pid === null;
    while (!(await gone())) await view.sleep(50);
    const question = await rejection(driver.query('pim-neighbors'));
    expect(question).to.be.instanceOf(CommandError);
    expect(question.message).to.contain('pimd is not running');
    const ready = await rejection(driver.waitReady(300));
    expect(ready).to.be.instanceOf(TimeoutError);
    expect(ready.message).to.match(/FRR on r3 to answer; last seen: pimd did not answer/);
    const rollback = await rejection(driver.rollback());
    expect(rollback).to.be.instanceOf(LabError);
    expect(rollback.message).to.match(/r3: .*could not be brought back[\s\S]*- ip pim\n[\s\S]*pimd is not running/);
    await driver.startDaemon('pimd');
    await driver.startDaemon('pimd');
    expect(await gone()).to.equal(false);
    expect(await driver.runningConfig()).to.contain(' ip pim drpriority 79');
    await driver.rollback();
    const back = await driver.runningConfig();
    expect(back).to.contain(' ip pim hello 1 4');
    expect(back).to.not.contain('drpriority');
    await steady(...converged);
  });

  it('keeps logs and state tables for the run folder', async () => {
    const logs = await view.driver('r3').logs();
    expect(Object.keys(logs)).to.include.members(['frr.log', 'pimd.log']);
    const tables = await view.driver('r3').stateTables();
    expect(tables['ip-mroute.json']).to.contain(GROUP);
    expect(tables['kernel-mroute.txt']).to.contain(GROUP);
    expect(JSON.parse(tables['bfd-peers.json']!)).to.be.an('array');
  });
});

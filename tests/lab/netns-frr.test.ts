import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import type { Lab, LabProgress } from '../../src/runtime/types.js';
import { frr01, topologyOf } from './netns-topologies.js';
import { eventually } from './netns-waiting.js';

const LAB = 'netns-frr01';

describe('a published three-router FRR lab on the netns runtime', function () {
  this.timeout(180_000);
  const runtime = new NetnsRuntime();
  const progress: LabProgress[] = [];
  let lab: Lab;

  before(async () => {
    lab = await runtime.up(frr01(LAB), { onProgress: (step) => progress.push(step) });
  });
  after(() => runtime.down(LAB));

  async function fullNeighbours(router: string): Promise<number> {
    const { stdout } = await lab.node(router).exec(['vtysh', '-c', 'show ip ospf neighbor']);
    return [...stdout.matchAll(/Full\//g)].length;
  }

  async function reaches(from: string, address: string): Promise<boolean> {
    const argv = ['ping', '-c', '1', '-W', '1', address];
    return (await lab.node(from).exec(argv, { allowFailure: true })).exitCode === 0;
  }

  it('reaches OSPF full on all three routers', async () => {
    for (const router of ['router1', 'router2', 'router3']) {
      await eventually(`two full OSPF neighbours of ${router}`, async () => {
        const full = await fullNeighbours(router);
        return full === 2 ? { found: full, seen: '' } : { seen: `${full} full` };
      });
    }
  });

  it('lets the hosts ping each other and the far loopbacks', async () => {
    for (const [from, address] of [
      ['PC1', '192.168.12.2'],
      ['PC1', '192.168.13.2'],
      ['PC2', '192.168.13.2'],
      ['PC3', '10.10.10.1'],
    ] as const) {
      await eventually(`${from} to reach ${address}`, async () =>
        (await reaches(from, address)) ? { found: true, seen: '' } : { seen: 'no answer' },
      );
    }
  });

  it('knows all nodes by name', async () => {
    const hosts = (await lab.node('PC1').readFile('/etc/hosts')).toString('utf8');
    expect(hosts).to.contain('127.0.1.1\tPC1');
    expect(hosts).to.contain('10.10.10.2\trouter2').and.to.contain('192.168.13.2\tPC3');
  });

  it('runs exactly the daemons that the daemons file asks for, and no watchfrr', async () => {
    const names = (await lab.node('router2').processes()).map((one) => one.name).sort();
    expect(names).to.deep.equal(['ospfd', 'staticd', 'zebra']);
    const log = (await lab.node('router2').readFile('/var/log/frr/ospfd.log')).toString('utf8');
    expect(log).to.contain('starting');
  });

  it('never was a client of zebra itself: when one leaves, FRR drops routes that it has not dealt with yet', async () => {
    for (const router of ['router1', 'router2', 'router3']) {
      const log = (await lab.node(router).readFile('/var/log/frr/zebra.log')).toString('utf8');
      expect(log).to.contain('says hello').and.not.contain("'system'");
    }
  });

  it('says that another FRR than the image names runs, in time and in the node', async () => {
    const software = await lab.node('router1').software();
    expect(software).to.include({ product: 'FRR', image: 'frrouting/frr:10.2.1', substituted: true });
    expect(software.version).to.match(/^\d+\.\d+/);
    expect(progress.some((step) => step.stage === 'note' && step.detail?.startsWith('router1: FRR '))).to.equal(true);
  });

  it('gives every interface the same MAC address in every lab of the topology', async () => {
    const other = await runtime.up(frr01(LAB), { labName: `${LAB}-2` });
    try {
      const argv = ['cat', '/sys/class/net/eth2/address'];
      const mac = (await lab.node('router3').exec(argv)).stdout;
      expect(mac).to.match(/^aa:c1:ab:/);
      expect((await other.node('router3').exec(argv)).stdout).to.equal(mac);
    } finally {
      await runtime.down(`${LAB}-2`);
    }
  });

  it('boots a dead router as at first: OSPF comes back with nothing done by hand', async () => {
    const router = lab.node('router3');
    await router.exec(['vtysh', '-c', 'configure terminal', '-c', 'interface lo', '-c', 'ip address 10.99.0.1/32']);
    await router.kill('carrier-down');
    await router.boot();
    await eventually('router3 to hear its two OSPF neighbours', async () => {
      const { stdout } = await router.exec(['vtysh', '-c', 'show ip ospf neighbor']);
      // By their addresses: a router ID that no configuration sets follows from which address was there first.
      const full = /Full.* 192\.168\.2\.1 [^]*Full.* 192\.168\.3\.1 /.test(stdout);
      return full ? { found: 1, seen: '' } : { seen: stdout };
    });
    expect((await router.exec(['ip', '-4', 'address', 'show', 'dev', 'lo'])).stdout).not.to.contain('10.99.0.1');
  });
});

describe('configuration that a router does not take', function () {
  this.timeout(60_000);
  const runtime = new NetnsRuntime();
  const lab = 'netns-refused';
  const dir = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  after(() => rmSync(dir, { recursive: true }));

  /** What is told of a lab whose only router has these lines on its only interface. */
  async function toldOf(lines: readonly string[]): Promise<readonly (string | undefined)[]> {
    writeFileSync(join(dir, 'frr.conf'), ['interface eth1', ...lines.map((line) => ` ${line}`), 'exit', ''].join('\n'));
    writeFileSync(join(dir, 'daemons'), 'pimd=yes\n');
    const binds = ['frr.conf:/etc/frr/frr.conf', 'daemons:/etc/frr/daemons'];
    const image = 'frrouting/frr:10.2.1';
    const topology = topologyOf(lab, { r: { image, driver: 'frr', binds }, h: {} }, ['r:eth1--h:eth1'], dir);
    const progress: LabProgress[] = [];
    await runtime.up(topology, { onProgress: (step) => progress.push(step) });
    await runtime.down(lab);
    return progress.filter(({ stage }) => stage === 'exec-failed').map(({ detail }) => detail);
  }

  it('is told where vtysh does not know a line', async () => {
    const [told, ...rest] = await toldOf(['ip igmp', 'ip igmp bogus 3']);
    expect(rest).to.deep.equal([]);
    expect(told).to.match(/^r: 'vtysh -b' exited with 2: [^]*line 3: % Unknown command\[\d+\]: +ip igmp bogus 3/);
  });

  it('is told where a daemon refuses a value, which vtysh is content with', async () => {
    const [told, ...rest] = await toldOf(['ip igmp', 'ip igmp query-interval 2', 'ip igmp query-max-response-time 5']);
    expect(rest).to.deep.equal([]);
    expect(told).to.match(/^r: FRR does not take all of its configuration:\n% Configuration failed/);
  });

  it('is nothing where all is taken', async () => {
    expect(await toldOf(['ip igmp', 'ip igmp query-max-response-time 5', 'ip igmp query-interval 2'])).to.deep.equal(
      [],
    );
  });
});

import path from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '../../../src/core/errors.js';
import { missingAddresses, staticAddress, withAddresses } from '../../../src/scenario/addresses.js';
import { captureAt, capturePoints } from '../../../src/scenario/captures.js';
import { loadPlan, makePlan, type PlanOverrides } from '../../../src/scenario/make-plan.js';
import type { Plan } from '../../../src/scenario/plan.js';
import { readScenario } from '../../../src/scenario/read.js';
import type { TopologyNode } from '../../../src/topology/types.js';
import type { Flow } from '../../../src/traffic/types.js';
import { standIns } from './stand-ins.js';

const plan = (name: string, overrides: PlanOverrides = {}): Plan =>
  loadPlan(path.resolve('tests/fixtures/scenarios', name), standIns(), { env: {}, overrides });
const ids = (some: Plan): string[] => some.captures.map(({ id }) => id);

describe('a plan', () => {
  it('has a flow per group, numbered in the order of the file', () => {
    const { flows } = plan('everything.yml');
    expect(flows.map(({ id, name, item }) => [id, name, item])).to.deep.equal([
      [1, 'feed[239.1.1.1]', 'feed'],
      [2, 'feed[239.1.1.4]', 'feed'],
      [3, 'feed[239.1.1.5]', 'feed'],
      [4, 'ticks[239.2.0.1]', 'ticks'],
      [5, 'ticks[239.2.0.2]', 'ticks'],
      [6, 'ticks[239.2.0.3]', 'ticks'],
    ]);
    expect(flows[0]).to.deep.include({
      intervalNs: 500_000,
      group: '239.1.1.1',
      port: 6000,
      payloadBytes: 100,
      ssm: false,
    });
  });
  it('finds the only interface of a node, and addresses where exec gives them', () => {
    const [publish, late] = plan('rp-dies.yml').flows;
    expect(publish!.from).to.deep.equal({ node: 'feed-a', interface: 'eth1', address: '10.0.1.2' });
    expect(publish!.receivers.map(({ address }) => address)).to.deep.equal(['10.0.2.11', '10.0.2.12']);
    expect(late!.receivers[0]).to.deep.include({ interface: 'eth1', address: '' });
  });
  it('captures at every sender and receiver once, and where it is asked to', () => {
    expect(ids(plan('rp-dies.yml'))).to.deep.equal(['tx-feed-a', 'rx-desk1', 'rx-desk2', 'rx-desk3']);
    // core1:eth2 is asked for too, but is a sender already.
    expect(ids(plan('everything.yml'))).to.deep.equal([
      ...['tx-core1', 'tx-core2', 'rx-desk1', 'rx-desk2', 'rx-desk3'],
      ...['link-core1-eth3', 'link-edge1-eth1'],
    ]);
  });
  it('draws the fault by the seed, within the window', () => {
    const delay = (seed: number): number => plan('everything.yml', { seed }).faultDelayNs!;
    expect(delay(7)).to.equal(plan('everything.yml').faultDelayNs);
    const drawn = Array.from({ length: 40 }, (_, seed) => delay(seed));
    expect(new Set(drawn).size).to.be.above(35);
    for (const ns of drawn) expect(ns).to.be.within(1_000_000_000, 11_000_000_000 - 1);
    expect(plan('rp-dies.yml', { seed: 5 }).faultDelayNs).to.equal(5_000_000_000);
    expect(plan('control.yml').faultDelayNs).to.equal(undefined);
  });
  it('takes the seed of the command line over that of the file, and 1 without either', () => {
    expect([
      plan('everything.yml').seed,
      plan('everything.yml', { seed: 0 }).seed,
      plan('rp-dies.yml').seed,
    ]).to.deep.equal([7, 0, 1]);
    expect(plan('everything.yml', { clock: 'real', repeat: 2 }).scenario).to.include({
      clock: 'real',
      repeat: 2,
      runtime: 'netns',
    });
  });
  it("hands the scenario's env to the topology", () => {
    const image = plan('everything.yml').topology.nodes[0]!.image;
    expect(image).to.equal('example.net/frr:10.10');
  });
  it('is the same for the same input', () => expect(plan('everything.yml')).to.deep.equal(plan('everything.yml')));
  it('refuses a kind that the families lack', () => {
    const file = path.resolve('tests/fixtures/scenarios/rp-dies.yml');
    const scenario = readScenario(file, standIns());
    const { topology } = plan('rp-dies.yml');
    expect(() => makePlan(scenario, topology, { faults: {}, probes: standIns().probes })).to.throw(
      ConfigError,
      '11:3: there is no fault `rp-death`',
    );
  });
  it('tells the errors of both files at once', () => {
    const file = path.resolve('tests/fixtures/broken/both.yml');
    expect(() => loadPlan(file, standIns(), { env: {} }))
      .to.throw(ConfigError)
      .with.property('issues')
      .that.satisfies((issues: readonly { file: string }[]) => {
        expect(issues.map((issue) => path.basename(issue.file))).to.deep.equal(['both.yml', 'unknown-key.clab.yml']);
        return true;
      });
  });
});

describe('capture points', () => {
  const flow = (from: string, ...to: string[]): Flow => {
    const end = (text: string): Flow['from'] => {
      const [node = '', name = ''] = text.split(' ');
      return { node, interface: name, address: '' };
    };
    const receivers = to.map((text) => ({ ...end(text), igmp: 3 as const, join: { when: 'start' as const } }));
    return { from: end(from), receivers } as unknown as Flow;
  };
  it('carry the interface where a node has several of a role', () => {
    const points = capturePoints([flow('a eth1', 'b eth1', 'b eth2'), flow('a eth1', 'c eth1')], []);
    expect(points.map(({ id }) => id)).to.deep.equal(['tx-a', 'rx-b-eth1', 'rx-b-eth2', 'rx-c']);
  });
  it('are one where an interface sends and receives', () => {
    const points = capturePoints(
      [flow('a eth1', 'b eth1'), flow('b eth1', 'a eth1')],
      [{ node: 'a', interface: 'eth1' }],
    );
    expect(points.map(({ id, role }) => [id, role])).to.deep.equal([
      ['tx-a', 'sender'],
      ['tx-b', 'sender'],
    ]);
    expect(captureAt(points, { node: 'b', interface: 'eth1' })!.id).to.equal('tx-b');
  });
  it('have names that are file names, each its own', () => {
    const points = capturePoints(
      [flow('a eth1', 'x eth1'), flow('a eth2', 'x eth1'), flow('a-eth1 eth1', 'x eth1')],
      [{ node: 'n', interface: 'e/1:2' }],
    );
    expect(points.map(({ id }) => id)).to.deep.equal(['tx-a-eth1', 'tx-a-eth2', 'tx-a-eth1.2', 'rx-x', 'link-n-e_1_2']);
  });
});

describe('addresses', () => {
  const node = (...exec: string[]): TopologyNode => ({ exec }) as unknown as TopologyNode;
  for (const [command, address] of [
    ['ip addr add 10.0.0.1/24 dev eth1', '10.0.0.1'],
    ['ip address add 10.0.0.1/24 dev eth1', '10.0.0.1'],
    ['ip a add 10.0.0.1/24 brd + dev eth1', '10.0.0.1'],
    ['ip -4 addr replace 10.0.0.1/24 dev eth1', '10.0.0.1'],
    ['ip addr add dev eth1 10.0.0.1/24', '10.0.0.1'],
    ["sh -c 'ip link set eth1 up && ip addr add 10.0.0.1/24 dev eth1; true'", '10.0.0.1'],
    ['ip addr add 10.0.0.1/24 dev eth10', ''],
    ['ip route add 10.0.0.0/24 dev eth1', ''],
    ['ip addr add 2001:db8::1/64 dev eth1', ''],
    ['ip addr del 10.0.0.1/24 dev eth1', ''],
  ] as const) {
    it(command, () => expect(staticAddress(node(command), 'eth1')).to.equal(address));
  }
  it('are filled in later where only the lab knows them', () => {
    const { flows } = plan('rp-dies.yml');
    expect(missingAddresses(flows)).to.deep.equal([{ node: 'desk3', interface: 'eth1' }]);
    const known = withAddresses(flows, (name, inside) =>
      name === 'desk3' && inside === 'eth1' ? '10.0.2.13' : 'wrong',
    );
    expect(known.without).to.deep.equal([]);
    expect(known.flows[1]!.receivers[0]!.address).to.equal('10.0.2.13');
    expect(known.flows[0]).to.deep.equal(flows[0]);
    expect(withAddresses(flows, () => undefined).without).to.deep.equal(['desk3:eth1']);
  });
});

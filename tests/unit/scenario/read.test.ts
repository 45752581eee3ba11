import path from 'node:path';
import { expect } from 'chai';
import { parseScenario, readScenario } from '../../../src/scenario/read.js';
import { standIns } from './stand-ins.js';

const SCENARIOS = path.resolve('tests/fixtures/scenarios');
const read = (name: string): ReturnType<typeof readScenario> => readScenario(path.join(SCENARIOS, name), standIns());

describe('a scenario as a test plan has it', () => {
  const scenario = read('rp-dies.yml');

  it('has its name and its topology', () => {
    expect(scenario.name).to.equal('The RP dies');
    expect(scenario.topologyFile).to.equal(
      path.resolve('tests/fixtures/topologies/trading-floor/trading-floor.clab.yml'),
    );
    expect(scenario).to.include({ runtime: 'auto', clock: 'auto', kernel: 'auto', seed: undefined, repeat: 1 });
  });
  it('has its probes, with what their own schemas make of the options', () => {
    expect(scenario.steady.map(({ kind, options }) => [kind, options])).to.deep.equal([
      ['ospf-neighbors', { node: ['core1', 'core2'], all: 'full' }],
      ['multicast-state', { group: '239.1.1.1', at: ['edge1', 'edge2'] }],
      ['loss-free', { forNs: 2_000_000_000, flows: [] }],
    ]);
  });
  it('has its traffic, with a receiver that joins late', () => {
    const [publish, late] = scenario.traffic;
    expect(publish).to.deep.include({
      name: 'publish',
      from: 'feed-a',
      groups: ['239.1.1.1'],
      ratePps: 1000,
      tree: 'shared',
    });
    expect(publish!.to.map(({ node, join }) => [node, join.when])).to.deep.equal([
      ['desk1', 'start'],
      ['desk2', 'start'],
    ]);
    expect(late!.to.map(({ node, join }) => [node, join])).to.deep.equal([
      ['desk3', { when: 'after-fault', offsetNs: 2_000_000_000 }],
    ]);
  });
  it('has its fault: what every fault has apart from its own options', () => {
    expect(scenario.fault).to.deep.include({
      kind: 'rp-death',
      options: { group: '239.1.1.1', 'seen-from': 'edge1' },
      atNs: 5_000_000_000,
      windowNs: 0,
      forNs: 30_000_000_000,
    });
  });
  it('has its limits', () => {
    const [publish] = scenario.expect;
    expect(publish!.initial.outageNs).to.equal(1_500_000_000);
    expect(publish!.reversion.outageNs).to.equal(0);
    expect(publish!.because).to.equal('OSPF dead interval 1 s + SPF 50 ms + join');
    expect(publish!.receivers).to.equal(undefined);
  });
  it('knows where everything stands', () => {
    const place = ({ source }: { source: { line: number; column: number } }): string =>
      `${source.line}:${source.column}`;
    expect(place(scenario.fault!)).to.equal('11:3');
    expect(scenario.steady.map(place)).to.deep.equal(['4:5', '5:5', '6:5']);
    expect(place(scenario.traffic[0]!)).to.equal('8:3');
    expect(place(scenario.expect[0]!)).to.equal('13:3');
    expect(scenario.steady[1]!.names!.map((name) => [name.value, place(name)])).to.deep.equal([
      ['edge1', '5:47'],
      ['edge2', '5:54'],
    ]);
  });
});

describe('a scenario with every key', () => {
  const scenario = read('everything.yml');

  it('takes what a run depends on', () => {
    expect(scenario).to.include({
      runtime: 'netns',
      clock: 'virtual',
      kernel: 'lab',
      seed: 7,
      lab: 'standing',
      repeat: 20,
    });
    expect(scenario).to.include({ steadyWithinNs: 90_000_000_000, observeNs: 12_000_000_000 });
  });
  it('takes environment values as they are written', () => {
    expect(scenario.env).to.deep.equal({ FRR_VERSION: '10.10', DEBUG: 'yes', LEVEL: '2' });
  });
  it('takes configuration as text and as lines', () => {
    expect(scenario.configure.map(({ node, config }) => [node, config])).to.deep.equal([
      ['core1', 'router ospf\n timers throttle spf 0 50 5000\n'],
      ['edge1', 'interface eth1\n ip ospf dead-interval 4\n'],
    ]);
  });
  it('takes groups as lists and ranges, rates in kpps, interfaces, sizes', () => {
    const [feed, ticks] = scenario.traffic;
    expect(feed!.groups).to.deep.equal(['239.1.1.1', '239.1.1.4', '239.1.1.5']);
    expect(feed).to.include({
      from: 'core1',
      fromInterface: 'eth2',
      ratePps: 2000,
      payloadBytes: 100,
      port: 6000,
      ttl: 8,
      igmp: 2,
    });
    expect(feed!.to[2]).to.deep.include({
      node: 'desk3',
      interface: 'eth1',
      join: { when: 'after-fault', offsetNs: 500_000_000 },
    });
    expect(ticks!.groups).to.deep.equal(['239.2.0.1', '239.2.0.2', '239.2.0.3']);
    expect(ticks).to.include({
      from: 'core2',
      fromInterface: 'eth1',
      ratePps: 100,
      ssm: true,
      payloadBytes: 64,
      igmp: 3,
    });
  });
  it('takes expectations per group of receivers', () => {
    const [first, second, third] = scenario.expect;
    expect(first).to.deep.include({
      receivers: ['desk1', 'desk2'],
      initial: {
        outageNs: 2_000_000_000,
        outageAtLeastNs: 100_000_000,
        lost: undefined,
        duplicates: 3,
        reordered: undefined,
      },
      reversion: {
        outageNs: 50_000_000,
        outageAtLeastNs: undefined,
        lost: 40,
        duplicates: undefined,
        reordered: undefined,
      },
    });
    expect(second).to.deep.include({ receivers: ['desk3'], joinDelayNs: 300_000_000 });
    expect(third!.initial).to.include({ lost: 0, reordered: 0 });
  });
});

describe('what is not said', () => {
  it('has defaults', () => {
    const scenario = read('control.yml');
    expect(scenario).to.include({ fault: undefined, observeNs: 10_000_000_000, steadyWithinNs: 60_000_000_000 });
    expect(scenario.traffic[0]).to.include({
      port: 5001,
      payloadBytes: 200,
      ttl: 64,
      ssm: false,
      igmp: 3,
      tree: undefined,
    });
    expect(scenario.steady).to.deep.equal([]);
  });
  it('has a shorter observation and a start for a fault', () => {
    const text =
      'name: x\ntopology: x.yml\ntraffic: { a: { from: b, group: 239.1.1.1, rate: 1 pps, to: [c] } }\nfault: { node-kill: { node: n } }\n';
    const { scenario, issues } = parseScenario(text, '/x/s.yml', standIns());
    expect(issues).to.deep.equal([]);
    expect(scenario!.observeNs).to.equal(5_000_000_000);
    expect(scenario!.fault).to.include({ atNs: 2_000_000_000, windowNs: 0, forNs: undefined });
  });
  it('a fault without options of its own needs none', () => {
    const families = standIns();
    const text =
      'name: x\ntopology: x.yml\ntraffic: { a: { from: b, group: 239.1.1.1, rate: 1 pps, to: [c] } }\nfault: { node-kill: }\n';
    const { issues } = parseScenario(text, '/x/s.yml', families);
    expect(issues.map(({ message }) => message)).to.deep.equal(['`node` is missing in `fault.node-kill`']);
  });
});

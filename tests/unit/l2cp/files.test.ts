import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../../src/core/errors.js';
import { CATALOGUE } from '../../../src/l2cp/catalogue/index.js';
import { buildFrame } from '../../../src/l2cp/frame.js';
import { SHIPPED_PROFILES } from '../../../src/l2cp/options.js';
import { findPath } from '../../../src/l2cp/path.js';
import { expectationFor, parseProfile } from '../../../src/l2cp/profile.js';
import { parseUserFrames, userRow } from '../../../src/l2cp/user-frames.js';
import { loadPlan, makePlan } from '../../../src/scenario/make-plan.js';
import { parseScenario } from '../../../src/scenario/read.js';
import type { Topology } from '../../../src/topology/types.js';
import { topologyOf } from '../../lab/netns-topologies.js';

const row = (name: string): (typeof CATALOGUE)[number] => CATALOGUE.find((one) => one.name === name)!;

function issuesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('profiles', () => {
  const shipped = (name: string): ReturnType<typeof parseProfile> => {
    const file = `topologies/l2cp/profiles/${name}.yml`;
    return parseProfile(readFileSync(file, 'utf8'), file, CATALOGUE);
  };

  it('that come with faultline can be read, and name their source', () => {
    for (const name of SHIPPED_PROFILES) expect(shipped(name).source.length, name).to.be.greaterThan(40);
  });

  it('of the fan-out design: what its table says, and a note where it leaves something open', () => {
    const profile = shipped('fan-out');
    const text = (name: string, encapsulation: 'untagged' | 'single-tagged' = 'untagged'): string =>
      expectationFor(profile, row(name), encapsulation).expected.join('|');
    expect(text('STP')).to.equal('PASS');
    expect(text('PAUSE')).to.equal('PEER|DROP');
    expect(text('PAUSE', 'single-tagged')).to.equal('');
    expect(text('LACP@02')).to.equal('PASS|PEER|DROP');
    expect(text('LACP@03')).to.equal('PASS');
    expect(text('ESMC')).to.equal('DROP');
    expect(text('CFM-CCM-L3')).to.equal('PASS|DROP');
    expect(text('micro-BFD')).to.equal('DROP');
    expect(text('CDP')).to.equal('');
    expect(text('Bcast-control')).to.equal('PASS');
    for (const name of ['PAUSE', 'LACP@02', 'CFM-CCM-L3', 'STP']) {
      expect(expectationFor(profile, row(name), 'untagged').note, name).to.match(/table/);
    }
  });

  it('with errors: each with its place', () => {
    const text = ['name: x', 'source: y', 'rows:', '  STPP: PASS', '  LACP@02: MAYBE', 'extra: 1'].join('\n');
    expect(issuesOf(() => parseProfile(text, 'p.yml', CATALOGUE))).to.have.members([
      'p.yml:4:3: no row is called `STPP` (`faultline list l2cp` shows them) (did you mean `STP`?)',
      'p.yml:5:12: `rows.LACP@02` must be PASS, DROP, PEER, several of them with `|` between, or open, not `MAYBE`',
      'p.yml:6:1: unknown key `extra` (known here: name, source, default, rows)',
    ]);
  });
});

describe('own frames', () => {
  const identity = { source: '02:00:00:00:00:01', peer: '02:00:00:00:00:02', row: 1, number: 1 };
  const first = (text: string): string =>
    Buffer.from(buildFrame(userRow(parseUserFrames(text, 'f.yml')[0]!), identity))
      .toString('hex')
      .replace(/0+$/, '');

  it('are built from fields, from a frame of the catalogue at another address, or from all their bytes', () => {
    const fields =
      'frames: [{ id: U1, name: mine, destination: "01:80:c2:00:00:02", ether-type: 0x88b6, payload: "01 02 ff" }]';
    expect(first(fields)).to.equal('0180c200000202000000000188b60102ff');
    const llc =
      'frames: [{ id: U1, name: mine, destination: "01:80:c2:00:00:02", llc: { dsap: 0xfe, ssap: 0xfe }, payload: "83" }]';
    expect(first(llc)).to.equal('0180c20000020200000000010004fefe0383');
    const snap =
      'frames: [{ id: U1, name: mine, destination: "01:00:0c:cc:cc:cc", snap: { oui: 0xc, protocol: 0x2000 }, payload: "02" }]';
    expect(first(snap)).to.equal('01000ccccccc0200000000010009aaaa0300000c200002');
    const like = 'frames: [{ id: U1, name: mine, destination: "01:80:c2:00:00:0e", like: ESMC }]';
    expect(first(like)).to.match(/^0180c200000e02000000000188090a0019a7/);
    const raw = 'frames: [{ id: U1, name: mine, hex: "0180c2000002 aabbccddeeff 88b6 0909" }]';
    expect(first(raw)).to.equal('0180c200000202000000000188b60909');
  });

  it('with errors: each with its place', () => {
    const text = [
      'frames:',
      '  - { id: "03", name: mine, hex: "01", payload: "02" }',
      '  - { id: U2, name: other, like: NOPE, destination: "1" }',
    ].join('\n');
    const issues = issuesOf(() => parseUserFrames(text, 'f.yml'));
    expect(issues.length).to.be.at.least(3);
    for (const issue of issues) expect(issue).to.match(/^f\.yml:[23]:\d+: /);
    expect(
      issuesOf(() =>
        parseUserFrames('frames: [{ id: "03", name: mine, like: ESMC, destination: "01:80:c2:00:00:0e" }]', 'f.yml'),
      ),
    ).to.deep.equal(['f.yml:1:16: a frame is called `03` already']);
  });
});

describe('the way between two ports', () => {
  const topology = (...links: readonly string[]): Topology =>
    topologyOf('t', { a: {}, b: {}, c: {}, x: {}, y: {} }, links);
  const link = (a: string, b: string): string => `${a}--${b}`;
  const [from, to] = [
    { node: 'a', interface: 'eth1' },
    { node: 'b', interface: 'eth1' },
  ];

  it('names the devices between, and the ports beside them', () => {
    const links = [
      link('a:eth1', 'x:eth1'),
      link('x:eth2', 'y:eth1'),
      link('y:eth2', 'b:eth1'),
      link('y:eth3', 'c:eth1'),
    ];
    expect(findPath(topology(...links), from, to)).to.deep.equal({
      ...{ through: ['x', 'y'], neighbours: [{ node: 'c', interface: 'eth1' }], leaving: [] },
    });
  });

  it('says so where a link leaves the lab, be it behind another device', () => {
    const links = [
      link('a:eth1', 'x:eth1'),
      link('x:eth2', 'b:eth1'),
      link('x:eth3', 'y:eth1'),
      link('y:eth2', 'host:veth9'),
    ];
    const made = topology(...links);
    const outside: Topology = {
      ...made,
      links: made.links.map((one) => (one.id.includes('host:') ? { ...one, type: 'host' } : one)),
    };
    const path = findPath(outside, from, to);
    expect(typeof path === 'string' ? path : path.leaving).to.deep.equal(['y:eth2--host:veth9']);
  });

  it('says so where there is none', () => {
    expect(findPath(topology(link('a:eth1', 'x:eth1')), from, to)).to.equal('there is no link at b:eth1');
    expect(findPath(topology(link('a:eth1', 'x:eth1'), link('b:eth1', 'y:eth1')), from, to)).to.equal(
      'no links lead from a:eth1 to b:eth1',
    );
  });
});

describe('scenarios of the kind l2cp-matrix', () => {
  it('that come with faultline make plans', () => {
    for (const name of ['wire', 'redirect', 'bridge', 'fan-out', 'misbehaving']) {
      const plan = loadPlan(`topologies/l2cp/scenarios/${name}.yml`, { faults: {}, probes: {} });
      expect(plan.l2cp!.rows[0], name).to.equal('X0');
      expect(plan.l2cp!.rows.length, name).to.equal(CATALOGUE.length);
    }
  });
});

describe('a scenario that is wrong', () => {
  const families = { faults: {}, probes: {} };
  const planIssues = (matrix: string, links: readonly string[]): readonly string[] => {
    const text = `name: x\ntopology: t.clab.yml\nl2cp-matrix:\n${matrix}`;
    const { scenario, issues } = parseScenario(text, '/nowhere/s.yml', families);
    if (scenario === undefined || issues.length > 0)
      return issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
    const made = topologyOf('t', { a: {}, b: {}, x: {} }, links);
    const topology: Topology = {
      ...made,
      links: made.links.map((one) => (one.id.includes('host:') ? { ...one, type: 'host' } : one)),
    };
    return issuesOf(() => makePlan(scenario, topology, families)).map((issue) => issue.replace('/nowhere/s.yml:', ''));
  };
  const LINKS = ['a:eth1--x:eth1', 'b:eth1--x:eth2'];

  it('is told with the place of each mistake', () => {
    const wrong = '  from: a:eth1\n  to: b:eth9\n  profile: fanout\n  rows: [STP, NOPE]\n';
    expect(planIssues(wrong, LINKS)).to.deep.equal([
      '3:1: there is no link at b:eth9',
      '6:12: there is no profile `fanout` (did you mean `fan-out`?)',
      '7:9: no row is called `NOPE`',
    ]);
  });

  it('that would send out of the lab is refused, unless it says that this is meant', () => {
    const outside = [...LINKS, 'x:eth3--host:uplink'];
    expect(planIssues('  from: a:eth1\n  to: b:eth1\n', outside)).to.deep.equal([
      '3:1: frames could leave the lab over x:eth3--host:uplink: BPDUs, PAUSE and VTP would go out there (write `may-leave-lab: true` where that is meant)',
    ]);
    expect(planIssues('  from: a:eth1\n  to: b:eth1\n  may-leave-lab: true\n', outside)).to.deep.equal([]);
  });
});

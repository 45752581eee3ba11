import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { RunResult } from '../../src/run/result.js';
import type { HostFinding } from '../../src/runtime/types.js';
import { FEATURES } from '../../src/runtime/netns/needs.js';
import { Workplace } from '../lab/cli.js';

const LABS = resolve('tests/fixtures/labs');
type Flow = NonNullable<RunResult['analysis']>['flows'][number];

describe('the lab kernel', function () {
  this.timeout(600_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => {
    expect(readdirSync(place.temporary), 'left behind').to.deep.equal([]);
    const runs = existsSync(place.runs) ? readdirSync(place.runs) : [];
    expect(runs.filter((name) => name.startsWith('.'))).to.deep.equal([]);
    place.remove();
  });

  /** Runs the wire lab with 2 s of an impairment of what leaves the switch towards desk1; 1000 packets/s to both desks. */
  async function impaired(options: string): Promise<Readonly<Record<string, Flow>>> {
    const lab = join(place.dir, 'wire');
    cpSync(join(LABS, 'wire'), lab, { recursive: true });
    const scenario = [
      `name: Impaired\ntopology: wire.clab.yml\nsteady: [{ loss-free: 300 ms }]\nsteady-within: 20 s`,
      'traffic: { feed: { from: feed, group: 239.9.0.1, rate: 1000 pps, to: [desk1, desk2] } }',
      `fault: { impair: { interface: "switch:eth2", ${options}, at: 500 ms, for: 2 s } }`,
      'observe: 1 s\nexpect: { feed: { receivers: [desk2], lost: 0, because: "it is not impaired" } }\n',
    ];
    writeFileSync(join(lab, 'impaired.yml'), scenario.join('\n'));
    const end = await place.run(['run', join(lab, 'impaired.yml'), '--clock', 'virtual', '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    const [result] = place.results();
    expect(result!.fault!.kind).to.equal('impair');
    return Object.fromEntries(result!.analysis!.flows.map((flow) => [flow.receiver, flow]));
  }

  it('loses what impair says', async () => {
    const { desk1, desk2 } = await impaired('loss: 20');
    expect(desk1!.lost).to.be.within(320, 480); // 400 of 2000, five standard deviations
    expect(desk2!.lost).to.equal(0);
  });

  it('delays and reorders what impair says', async () => {
    const { desk1, desk2 } = await impaired('delay: 20 ms, jitter: 10 ms');
    expect(desk1!.reordered).to.be.above(500);
    expect(desk1!.lost).to.be.at.most(40); // what waits when the fault is taken back
    expect(desk2!.reordered).to.equal(0);
  });

  it('sends twice what impair says', async () => {
    const { desk1, desk2 } = await impaired('duplicate: 30');
    expect(desk1!.duplicates).to.be.within(500, 700);
    expect(desk2!.duplicates).to.equal(0);
  });

  it('corrupts what impair says', async () => {
    const { desk1 } = await impaired('corrupt: 50');
    expect(desk1!.lost + desk1!.duplicates).to.be.above(0);
  });

  it('slows down to the rate that impair says', async () => {
    const { desk1, desk2 } = await impaired('rate: 200kbit'); // 1000 packets/s need ten times that
    expect(desk1!.lost).to.be.above(1000); // still in the queue when the fault is taken back
    expect(desk2!.lost).to.equal(0);
  });

  it('runs routers of two versions of FRR in one lab', async () => {
    const lab = join(place.dir, 'triangle');
    cpSync(join(LABS, 'triangle'), lab, { recursive: true });
    const file = join(lab, 'triangle.clab.yml');
    const mixed = readFileSync(file, 'utf8').replace(/(r2: .*)faultline\/frr:10\.3/, '$1faultline/frr:8.4');
    expect(mixed.match(/frr:8\.4/g)).to.have.length(1);
    writeFileSync(file, mixed);
    const end = await place.run(['run', join(lab, 'control.yml'), '--clock', 'virtual', '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    const software = place.results()[0]!.lab.nodes.filter(({ name }) => /^r\d/.test(name));
    expect(software.map((node) => node.software.replace(/(\d+\.\d+).*/, '$1'))).to.deep.equal([
      ...['FRR 10.3', 'FRR 8.4', 'FRR 10.3'],
    ]);
    expect(software.map(({ substituted }) => substituted)).to.deep.equal([false, false, false]);
  });

  it('has every feature that a topology may need', async () => {
    const project = resolve('.');
    const argv = ['node', join(project, 'bin/faultline'), 'doctor', '--runtime', 'netns', '--format', 'json'];
    const end = await place.run(['kernel', 'exec', '--mount', project, '--', ...argv]);
    const findings = JSON.parse(end.stdout) as HostFinding[];
    const features = findings.filter(({ what }) => (FEATURES as readonly string[]).includes(what));
    expect(features.map(({ what }) => what)).to.have.members([...FEATURES]);
    expect(features.filter(({ state }) => state !== 'ok')).to.deep.equal([]);
  });

  it('is chosen where this host cannot do what a lab needs, which the first line says', async function () {
    if (process.geteuid?.() === 0) this.skip(); // whoever is not root cannot make namespaces, whatever the kernel has
    const args = ['run', join(LABS, 'wire/control.yml'), '--runtime', 'netns', '--kernel', 'auto', '--out', place.runs];
    const end = await place.run(args);
    expect(end.stderr.split('\n')[0]).to.match(/^kernel lab kernel, chosen because .*root/);
    const [result] = place.results();
    expect(result!.clock.kind).to.equal('real');
    expect(result!.record!.kernel?.release).to.match(/faultline$/);
    expect(result!.analysis!.flows).to.have.length(2);
  });
});

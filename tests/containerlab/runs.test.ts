import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { RunResult } from '../../src/run/result.js';
import { containersOf } from '../../src/runtime/containerlab/containers.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { runContainerlab } from '../../src/runtime/containerlab/program.js';
import { leftovers, Workplace } from '../lab/cli.js';
import { traces } from './traces.js';

const WIRE = resolve('tests/fixtures/labs/wire');

describe('runs on containerlab', function () {
  this.timeout(300_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(async () => {
    // containerlab keeps an empty folder of this name for its own use.
    const ours = leftovers('wire', place).filter((text) => text !== 'temporary file .clab');
    const left = [...ours, ...(await traces('wire'))];
    place.remove();
    expect(left, 'left behind').to.deep.equal([]);
  });

  /** A scenario of its own in the workplace, from the one of the wire lab. */
  const scenario = (name: string, change: (scenario: Record<string, unknown>) => void): string => {
    const content = load(readFileSync(join(WIRE, 'control.yml'), 'utf8')) as Record<string, unknown>;
    content['topology'] = join(WIRE, 'wire.clab.yml');
    change(content);
    const file = join(place.dir, `${name}.yml`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const linksSeen = (result: RunResult, label: string): unknown =>
    result.fault!.readings.find((reading) => reading.label === label)?.data;

  it('auto takes it where it is there and says so first; two runs at once do not disturb each other', async () => {
    const ends = await Promise.all(
      [1, 2].map(() => place.run(['run', join(WIRE, 'blackhole.yml'), '--out', place.runs])),
    );
    for (const end of ends) {
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
      expect(end.stderr.split('\n')[0]).to.match(/^runtime containerlab \(auto: \S+ and Docker \S+ at unix:/);
      expect(end.stdout).to.match(/A blackhole at the switch · wire · containerlab/);
    }
    const [a, b] = place.results();
    expect(a!.lab.name).to.not.equal(b!.lab.name);
    expect(linksSeen(a!, 'links just before the revert')).to.deep.equal({ 'desk1:eth1': 'up', 'switch:eth2': 'up' });
  });

  it('a container that ends by itself makes the run inconclusive, with what happened', async () => {
    const file = scenario('dies', (content) => (content['observe'] = '12 s'));
    const { end } = place.start(['run', file, '--runtime', 'containerlab', '--out', place.runs]);
    await place.journalHas((entry) => entry.type === 'phase-begun' && entry.phase === 'observe');
    const docker = connectDocker();
    const lab = place.journal().find((entry) => entry.type === 'lab-up')!.name;
    const victim = (await containersOf(docker, lab)).find((one) => one.node === 'desk2')!;
    await docker.getContainer(victim.id).kill();
    const { exitCode, stdout, stderr } = await end;
    expect([3, 4], stdout + stderr).to.include(exitCode);
    const [result] = place.results();
    expect(result!.verdict.outcome).to.not.equal('pass').and.not.equal('fail');
    expect(JSON.stringify(result!.verdict.reasons) + stderr).to.contain(
      'the container of node desk2 ended by itself (exit code 137)',
    );
  });

  it('by SIGKILL while containerlab deploys is finished by recover', async () => {
    const { child, end } = place.start([
      'run',
      join(WIRE, 'control.yml'),
      '--runtime',
      'containerlab',
      '--out',
      place.runs,
    ]);
    await place.journalHas((entry) => entry.type === 'progress' && entry.text.startsWith('container'));
    child.kill('SIGKILL');
    await end;
    const recovered = await place.run(['recover']);
    expect(recovered.exitCode, recovered.stderr + recovered.stdout).to.equal(0);
    expect((await containersOf(connectDocker())).filter((one) => one.lab.startsWith('wire'))).to.deep.equal([]);
  });

  describe('on a lab that somebody deployed with containerlab', () => {
    const topology = join(WIRE, 'wire.clab.yml');
    beforeEach(async () => {
      const end = await runContainerlab(['deploy', '--topo', topology], { env: { CLAB_LABDIR_BASE: place.dir } });
      expect(end.exitCode, end.log.join('\n')).to.equal(0);
    });
    afterEach(async () => {
      const down = await place.run(['down', '--name', 'wire']);
      expect(down.exitCode, down.stderr).to.equal(0);
    });

    it('attach, exec, inspect, run and l2cp work as on one of faultline’s own, and leave it', async () => {
      const attached = await place.run(['attach', 'wire']);
      expect(attached.exitCode, attached.stdout + attached.stderr).to.equal(0);
      expect(attached.stderr).to.match(/^runtime containerlab \(auto: it has lab wire\)/);
      expect(attached.stdout).to.contain('all 3 links are up at both ends');
      const said = await place.run(['exec', '--name', 'wire', '--node', 'switch', '--', 'hostname']);
      expect(said.stdout).to.equal('switch\n');
      const inspected = await place.run(['inspect', '--name', 'wire', '--format', 'json']);
      const shown = JSON.parse(inspected.stdout) as {
        readonly wire: readonly { readonly name: string; readonly state: string }[];
      };
      expect(shown.wire.map(({ name, state }) => `${name} ${state}`).sort()).to.deep.equal([
        'clab-wire-desk1 running',
        'clab-wire-desk2 running',
        'clab-wire-feed running',
        'clab-wire-switch running',
      ]);
      const run = await place.run(['run', join(WIRE, 'blackhole.yml'), '--lab', 'wire', '--out', place.runs]);
      expect(run.exitCode, run.stdout + run.stderr).to.equal(0);
      const matrix = await place.run([
        ...['l2cp', '--name', 'wire', '--from', 'feed:eth1', '--to', 'desk1:eth1', '--rows', '01', '02', '--frames', '1'],
        ...['--encapsulation', 'untagged', '--profile', 'linux-bridge', '--watch', 'none', '--out', place.runs],
      ]);
      expect(matrix.stdout + matrix.stderr).to.match(/frames|rows|PASS|FAIL|INCONCLUSIVE/);
      expect((await place.run(['attach', 'wire'])).exitCode).to.equal(0);
    });

    it('a killed node has its neighbours as told, and recover boots it where the run was killed', async () => {
      const file = scenario('death', (content) => {
        content['fault'] = { 'node-kill': { node: 'switch', carrier: 'silent', at: '500 ms', for: '60 s' } };
        content['expect'] = { fast: { outage: '90 s' } };
      });
      const { child, end } = place.start(['run', file, '--lab', 'wire', '--out', place.runs]);
      await place.journalHas((entry) => entry.type === 'fault-applied');
      child.kill('SIGKILL');
      await end;
      const before = await place.run(['attach', 'wire']);
      expect(before.exitCode).to.equal(4);
      expect(before.stdout).to.match(/switch\s+linux\s+dead/);
      const recovered = await place.run(['recover']);
      expect(recovered.exitCode, recovered.stderr + recovered.stdout).to.equal(0);
      const after = await place.run(['attach', 'wire']);
      expect(after.exitCode, after.stdout + after.stderr).to.equal(0);
      const control = await place.run(['run', join(WIRE, 'control.yml'), '--lab', 'wire', '--out', place.runs]);
      expect(control.exitCode, control.stdout + control.stderr).to.equal(0);
    });
  });
});

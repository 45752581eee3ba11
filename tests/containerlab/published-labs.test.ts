import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { canonicalName } from '../../src/image/name.js';
import { connectDocker } from '../../src/runtime/containerlab/docker.js';
import { readTopology } from '../../src/topology/read.js';
import { resolveTopology } from '../../src/topology/resolve.js';
import { Workplace } from '../lab/cli.js';
import { ContainerlabProgram } from './program.js';
import { traces } from './traces.js';

const SCENARIO = 'tests/fixtures/labs/published/frr01-blackhole.yml';

/**
 * The lab of containerlab's own examples that is made of FRR and Linux alone, its file as it is: with images of this project
 * under the names that it asks for in Docker, and standing in for them on netns.
 */
describe('containerlab’s own frr01, unchanged, on both runtimes', function () {
  this.timeout(300_000);
  const program = new ContainerlabProgram();
  const file = join(program.examples, 'frr01', 'frr01.clab.yml');
  const text = readFileSync(file, 'utf8');
  const asked = new Set(readTopology(file).nodes.map((node) => node.image!));
  const options = { containerlab: [], netns: ['--image-map', resolve('containerlab/published-images.yml')] };
  const runtimes = ['containerlab', 'netns'] as const;
  const docker = connectDocker();
  const named: string[] = [];

  before(async () => {
    const place = new Workplace();
    const there = new Set((await docker.listImages()).flatMap((image) => (image.RepoTags ?? []).map(canonicalName)));
    for (const image of asked) {
      if (there.has(canonicalName(image))) continue;
      const own = image.includes('frr') ? 'faultline/frr:10.3' : 'faultline/host';
      const end = await place.run(['image', 'docker', own, '--as', image]);
      expect(end.exitCode, end.stderr).to.equal(0);
      named.push(image);
    }
    place.remove();
  });
  after(async () => {
    for (const image of named) await docker.getImage(image).remove();
    program.remove();
    expect(readFileSync(file, 'utf8'), 'the published file').to.equal(text);
  });

  it('is the only published lab that is made of Linux alone', () => {
    const files = readdirSync(program.examples, { recursive: true, encoding: 'utf8' }).filter((one) =>
      /clab\.ya?ml$/.test(one),
    );
    expect(files).to.have.length.above(40);
    const own = files.filter((one) => {
      const path = join(program.examples, one);
      const { topology } = resolveTopology(readFileSync(path, 'utf8'), path, { env: {}, exists: () => true });
      return topology?.nodes.every(({ kind }) => ['linux', 'bridge', 'host'].includes(kind)) ?? false;
    });
    expect(own).to.deep.equal(['frr01/frr01.clab.yml']);
  });

  for (const runtime of runtimes) {
    it(`${runtime}: comes up, every link with both ends, every router with its FRR`, async () => {
      const place = new Workplace();
      try {
        const up = await place.run(['up', '-t', file, '--runtime', runtime, ...options[runtime]]);
        expect(up.exitCode, up.stdout + up.stderr).to.equal(0);
        const attached = await place.run(['attach', 'frr01', '--runtime', runtime]);
        expect(attached.exitCode, attached.stdout + attached.stderr).to.equal(0);
        expect(attached.stdout).to.contain('all 6 links are up at both ends');
        expect(attached.stdout).to.match(/router3\s.*FRR 10\./);
        if (runtime === 'containerlab') {
          const containers = await docker.listContainers({ filters: { label: ['containerlab=frr01'] } });
          expect(new Set(containers.map((one) => one.Image))).to.deep.equal(asked);
        }
      } finally {
        const down = await place.run(['down', '--name', 'frr01', '--runtime', runtime]);
        place.remove();
        expect(down.exitCode, down.stderr).to.equal(0);
      }
      expect(await traces('frr01')).to.deep.equal([]);
    });
  }

  it('run on both: OSPF is full, the hosts reach each other, a link that drops everything is heard as long as it does', async () => {
    await Promise.all(
      runtimes.map(async (runtime) => {
        const place = new Workplace();
        const scenario = join(place.dir, 'frr01.yml');
        writeFileSync(scenario, readFileSync(SCENARIO, 'utf8').replace(/^topology: .*$/m, `topology: ${file}`));
        const end = await place.run(['run', scenario, '--runtime', runtime, '--out', place.runs, ...options[runtime]]);
        const [result] = place.results();
        place.remove();
        expect(result?.verdict.outcome, end.stdout + end.stderr).to.equal('pass');
        const { events } = result!.analysis!.orders!.find(({ item }) => item === 'orders')!;
        const lost = [events.before, events.initial, events.reversion].reduce(
          (sum, event) => sum + event.requests.lost! + event.replies.lost!,
          0,
        );
        const counted = result!.fault!.readings.reduce((sum, { data }) => {
          const { flow, in: into, out } = data as { flow?: string; in?: number; out?: number };
          return flow === 'orders' ? sum + (into ?? 0) + (out ?? 0) : sum;
        }, 0);
        expect(counted, `${runtime}: what the fault dropped of the orders`).to.equal(lost);
        expect(lost, runtime).to.be.above(250);
        expect(events.initial.silence!.length.highNs, runtime).to.be.above(3e9);
      }),
    );
  });
});

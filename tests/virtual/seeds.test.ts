import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parseSeedSet } from '../../src/report/seeds/index.js';
import type { RunResult } from '../../src/run/result.js';
import { Workplace } from '../lab/cli.js';

const CONTROL = resolve('tests/fixtures/labs/triangle/control.yml');

describe('many seeds, and runs again', function () {
  this.timeout(1_800_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => {
    expect(readdirSync(place.temporary), 'left behind').to.deep.equal([]);
    place.remove();
  });

  it('run side by side, each as it runs by itself, and give one distribution', async () => {
    const end = await place.run([
      'run',
      CONTROL,
      '--clock',
      'virtual',
      '--seeds',
      '1..2',
      '--jobs',
      '2',
      '--out',
      place.runs,
    ]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    expect(end.stdout).to.contain('virtual clock, seeds 1–2').and.contain('PASS over 2 seeds');
    const folder = place.runDirs().find((dir) => dir.endsWith('-seeds'))!;
    const set = parseSeedSet(readFileSync(join(folder, 'distribution.json'), 'utf8'), 'set');
    expect(set.outages.map(({ n, without }) => [n, without])).to.deep.equal([[2, 2]]);
    for (const file of ['report.html', 'report.md', 'junit.xml']) expect(existsSync(join(folder, file))).to.equal(true);
    const [first, second] = set.seeds.map(({ runId }) => hashes(join(place.runs, runId!)));
    expect(first).to.not.deep.equal(second);
    const alone = new Workplace();
    try {
      const one = await alone.run(['run', CONTROL, '--clock', 'virtual', '--seed', '2', '--out', alone.runs]);
      expect(one.exitCode, one.stderr).to.equal(0);
      expect(hashes(alone.runDirs()[0]!)).to.deep.equal(second);
    } finally {
      alone.remove();
    }
  });

  it('end all their guests at an interrupt', async () => {
    const { child, end } = place.start([
      'run',
      CONTROL,
      '--clock',
      'virtual',
      '--seeds',
      '1..4',
      '--jobs',
      '2',
      '--out',
      place.runs,
    ]);
    await new Promise((done) => child.stderr!.once('data', done));
    child.kill('SIGINT');
    expect((await end).exitCode).to.equal(130);
    expect(guestsOf(place.dir)).to.deep.equal([]);
  });

  it('are the same to the byte when verify runs them again, and what was altered is found and named', async () => {
    const made = await place.run(['run', CONTROL, '--clock', 'virtual', '--seed', '3', '--out', place.runs]);
    expect(made.exitCode, made.stdout + made.stderr).to.equal(0);
    const [dir] = place.runDirs();
    const verify = (): ReturnType<Workplace['run']> => place.run(['verify', dir!]);
    const same = await verify();
    expect(same.exitCode, same.stdout + same.stderr).to.equal(0);
    expect(same.stdout).to.contain('\nVERIFIED\n');

    const pcap = join(dir!, 'pcaps', 'rx-desk.pcap');
    const bytes = readFileSync(pcap);
    const altered = Buffer.from(bytes);
    altered[altered.length - 1]! ^= 1;
    writeFileSync(pcap, altered);
    const otherPcap = await verify();
    expect(otherPcap.exitCode).to.equal(1);
    expect(otherPcap.stdout)
      .to.contain('pcaps/rx-desk.pcap was altered')
      .and.match(/first difference: frame \d+/);
    writeFileSync(pcap, bytes);

    const input = join(dir!, 'inputs', 'r1', 'frr.conf');
    const config = readFileSync(input, 'utf8');
    writeFileSync(input, `${config}!\n`);
    const otherInput = await verify();
    expect(otherInput.exitCode).to.equal(1);
    expect(otherInput.stdout).to.contain('inputs/r1/frr.conf was altered').and.contain('was not run again');
    writeFileSync(input, config);

    const hash = (JSON.parse(readFileSync(join(dir!, 'result.json'), 'utf8')) as RunResult).record!.kernel!.hash;
    for (const file of ['result.json', 'journal.jsonl']) {
      const path = join(dir!, file);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(hash, '0'.repeat(hash.length)));
    }
    const otherKernel = await verify();
    expect(otherKernel.exitCode).to.equal(3);
    expect(otherKernel.stdout).to.contain('lab kernel’s version, configuration and patches is not the same');
  });

  it('are the same with the images that stood in, and with the topology’s variables as they were', async () => {
    const asked = { FRR_IMAGE: 'frrouting/frr:10.2.1' };
    const map = ['--image-map', 'frrouting/*=faultline/frr:8.4', '--image-map', 'alpine=faultline/host'];
    const made = await place.run(
      ['run', CONTROL, '--runtime', 'netns', '--clock', 'virtual', '--seed', '4', '--out', place.runs, ...map],
      asked,
    );
    expect(made.exitCode, made.stdout + made.stderr).to.equal(0);
    const [result] = place.results();
    const routers = result!.lab.nodes.filter(({ image }) => image !== '');
    expect(routers.map(({ image }) => image)).to.deep.equal(routers.map(() => asked.FRR_IMAGE));
    for (const { software } of routers) expect(software).to.match(/^FRR 8\.4/);
    expect(result!.record).to.deep.include({
      variables: asked,
      imageMap: [{ asked: asked.FRR_IMAGE, used: 'faultline/frr:8.4' }],
    });
    const [dir] = place.runDirs();
    for (const env of [{}, { FRR_IMAGE: 'faultline/frr:10.3' }]) {
      const same = await place.run(['verify', dir!], env);
      expect(same.exitCode, same.stdout + same.stderr).to.equal(0);
      expect(same.stdout).to.contain('\nVERIFIED\n');
    }
  });

  it('are refused where they cannot mean anything', async () => {
    mkdirSync(place.runs);
    for (const [args, why] of [
      [['--seeds', '1..3'], 'only with --clock virtual'],
      [['--clock', 'virtual', '--seeds', '1..3', '--seed', '4'], 'one of them'],
      [['--clock', 'virtual', '--seeds', '3..1'], 'write 1..100'],
      [['--clock', 'virtual', '--jobs', '2'], '--jobs'],
    ] as const) {
      const end = await place.run(['run', CONTROL, ...args, '--out', place.runs]);
      expect(end.exitCode, args.join(' ')).to.equal(2);
      expect(end.stderr).to.contain(why);
    }
    expect(place.runDirs()).to.deep.equal([]);
  });
});

function hashes(dir: string): readonly string[] {
  const { captures } = JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as RunResult;
  return captures.map(({ file, sha256 }) => `${file} ${sha256}`);
}

/** Processes whose command or environment names this folder. */
function guestsOf(dir: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => {
      try {
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(dir));
      } catch {
        return false; // it ended meanwhile
      }
    });
}

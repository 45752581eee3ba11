import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { leftovers, Workplace } from './cli.js';

const WIRE = resolve('tests/fixtures/labs/wire');

describe('a run, from the scenario to the reports', function () {
  this.timeout(120_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => {
    const left = leftovers('wire', place);
    place.remove();
    expect(left, 'left behind').to.deep.equal([]);
  });

  it('leaves everything that a failed night is diagnosed from', async () => {
    const end = await place.run(['run', join(WIRE, 'blackhole.yml'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    expect(end.stdout).to.match(/A blackhole at the switch · wire · netns/);
    const [dir] = place.runDirs();
    const there = (...path: string[]): boolean => existsSync(join(dir!, ...path));
    for (const file of ['journal.jsonl', 'result.json', 'report.html', 'report.md', 'junit.xml', 'inputs/index.json']) {
      expect(there(file), file).to.equal(true);
    }
    expect(readdirSync(join(dir!, 'pcaps')).sort()).to.deep.equal(['rx-desk1.pcap', 'rx-desk2.pcap', 'tx-feed.pcap']);
    const inputs = JSON.parse(readFileSync(join(dir!, 'inputs/index.json'), 'utf8')) as Record<
      'scenario' | 'topology',
      string
    >;
    expect(readFileSync(join(dir!, 'inputs', inputs.scenario), 'utf8')).to.equal(
      readFileSync(join(WIRE, 'blackhole.yml'), 'utf8'),
    );
    expect(there('inputs', inputs.topology)).to.equal(true);

    const again = await place.run(['analyze', dir!]);
    expect(again.exitCode, again.stderr).to.equal(0);
    expect(again.stderr).to.contain('the figures are those of result.json');
    expect(again.stdout).to.equal(end.stdout.replace(/^ *report .*\n/m, ''));
  });

  it('finds that figures were edited', async () => {
    await place.run(['run', join(WIRE, 'blackhole.yml'), '--out', place.runs]);
    const [dir] = place.runDirs();
    const file = join(dir!, 'result.json');
    const text = readFileSync(file, 'utf8');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      file,
      text.replace(/"lost": (\d+)/, (_, lost: string) => `"lost": ${Number(lost) + 1}`),
    );
    const again = await place.run(['analyze', dir!]);
    expect(again.exitCode).to.equal(1);
    expect(again.stderr).to.contain('the figures are NOT those of result.json');
  });

  it('fails where a limit is exceeded', async () => {
    const end = await place.run(['run', join(WIRE, 'too-strict.yml'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(1);
    expect(end.stdout).to.contain('FAIL');
  });

  it('is inconclusive, with the last observation, where there is no steady state', async () => {
    const end = await place.run(['run', join(WIRE, 'never-steady.yml'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(3);
    expect(end.stdout).to.contain('INCONCLUSIVE');
    expect(end.stdout).to.match(/no steady state within \d+ ms: ping: /);
    const junit = readFileSync(join(place.runDirs()[0]!, 'junit.xml'), 'utf8');
    expect(junit).to.contain('<error').and.not.contain('<skipped');
  });

  it('is inconclusive where a command of the topology failed', async () => {
    const end = await place.run(['run', join(WIRE, 'exec-fails.yml'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(3);
    expect(end.stdout).to.match(/a part of the topology failed: feed: .*eth9/);
  });

  it('starts nothing where a file is bad, and says all that is wrong', async () => {
    const end = await place.run(['run', join(WIRE, 'blackhole.yml'), join(WIRE, 'bad.yml'), '--out', place.runs]);
    expect(end.exitCode).to.equal(2);
    expect(end.stderr).to.match(/bad\.yml:\d+:\d+: /);
    expect(end.stderr.trim().split('\n').length).to.be.at.least(2);
    expect(place.runDirs()).to.deep.equal([]);
  });

  it('refuses a capture that could not see the drop', async () => {
    const end = await place.run(['run', join(WIRE, 'unseen.yml'), '--out', place.runs]);
    expect(end.exitCode).to.equal(2);
    expect(end.stderr).to.match(/unseen\.yml:\d+:\d+: .*rx-desk1.*could not see/);
  });

  it('runs on a lab that is up already, undoes its fault and leaves the lab', async () => {
    const up = await place.run(['up', '-t', join(WIRE, 'wire.clab.yml'), '--name', 'wire-standing']);
    expect(up.exitCode, up.stderr).to.equal(0);
    try {
      const end = await place.run(['run', join(WIRE, 'blackhole.yml'), '--lab', 'wire-standing', '--out', place.runs]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
      const tables = await place.run([
        'exec',
        '--name',
        'wire-standing',
        '--node',
        'switch',
        '--',
        'nft',
        'list',
        'ruleset',
      ]);
      expect(tables.stdout.trim()).to.equal('');
    } finally {
      await place.run(['down', '--name', 'wire-standing']);
    }
  });
});

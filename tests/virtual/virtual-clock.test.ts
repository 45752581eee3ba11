import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';

const TRIANGLE = resolve('tests/fixtures/labs/triangle');

/** Hash of every capture of the only run in this workplace. */
function captures(place: Workplace): Record<string, string> {
  const [dir, ...more] = place.runDirs();
  expect(more).to.deep.equal([]);
  const pcaps = join(dir!, 'pcaps');
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(pcaps, name)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(pcaps)
      .sort()
      .map((name) => [name, hash(name)]),
  );
}

describe('the virtual clock', function () {
  this.timeout(900_000);
  const places: Workplace[] = [];
  const place = (): Workplace => {
    const made = new Workplace();
    places.push(made);
    return made;
  };
  afterEach(() => {
    for (const one of places.splice(0)) {
      expect(readdirSync(one.temporary), 'left behind').to.deep.equal([]);
      one.remove();
    }
  });

  it('jumps over idle time, and keeps output, error output and exit code apart', async () => {
    const script = 'a=$(date +%s); sleep 1000; b=$(date +%s); echo out $((b - a)); echo err >&2; exit 7';
    const end = await place().run(['kernel', 'exec', '--seed', '3', '--', 'sh', '-c', script]);
    expect(end).to.include({ exitCode: 7, stdout: 'out 1000\n', stderr: 'err\n' });
  });

  it('gives byte-identical captures for one seed, and others for another', async () => {
    const run = async (seed: string): Promise<Record<string, string>> => {
      const at = place();
      const end = await at.run([
        'run',
        join(TRIANGLE, 'blackhole.yml'),
        '--clock',
        'virtual',
        '--seed',
        seed,
        '--out',
        at.runs,
      ]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
      expect(at.results()[0]!.clock).to.include({ kind: 'virtual', seed: Number(seed) });
      expect(existsSync(join(at.runDirs()[0]!, 'report.html'))).to.equal(true);
      return captures(at);
    };
    const first = await run('1');
    expect(Object.keys(first)).to.deep.equal(['link-r1-eth3.pcap', 'rx-desk.pcap', 'tx-feed.pcap']);
    expect(await run('1')).to.deep.equal(first);
    expect((await run('2'))['rx-desk.pcap']).to.not.equal(first['rx-desk.pcap']);
  });

  it('ends with the launcher, by whatever signal', async () => {
    const at = place();
    const { child, end } = at.start(['kernel', 'exec', '--clock', 'real', '--', 'sh', '-c', 'echo up; sleep 600']);
    await new Promise((done) => child.stdout!.once('data', done));
    child.kill('SIGINT');
    expect((await end).exitCode).to.equal(130);
  });
});

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';

const scenario = (name: string): string => resolve(`topologies/l2cp/scenarios/${name}.yml`);

describe('the L2CP matrix by the virtual clock', function () {
  this.timeout(300_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  it('passes every frame through a device that pushes and pops an S-tag, byte-identical twice', async () => {
    const seen: Record<string, string>[] = [];
    for (let time = 0; time < 2; time++) {
      const end = await place.run(['run', scenario('fan-out'), '--seed', '1', '--out', place.runs]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
      expect(end.stderr).to.contain('656 rows pass, 0 fail, 0 are inconclusive');
      const pcaps = join(place.runDirs()[time]!, 'pcaps');
      const hash = (name: string): string =>
        createHash('sha256')
          .update(readFileSync(join(pcaps, name)))
          .digest('hex');
      seen.push(Object.fromEntries(readdirSync(pcaps).map((name) => [name, hash(name)])));
    }
    expect(Object.keys(seen[0]!)).to.have.length(2);
    expect(seen[1]).to.deep.equal(seen[0]);
  });

  it('finds that a bond answers LACP: PEER, by its own LACPDU', async () => {
    const end = await place.run(['run', scenario('bond'), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    expect(end.stdout).to.match(/LACP@02 .* PEER +pass/);
  });
});

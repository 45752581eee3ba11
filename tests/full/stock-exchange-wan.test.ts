import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';

const LAB = resolve('topologies/stock-exchange-wan/scenarios');
const SEEDS = '1..20';

/** All scenarios of the exchange WAN once, and the segment's links with twenty seeds: hours on a small machine. */
describe('the exchange WAN, all of it', function () {
  this.timeout(7_200_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  it('every scenario holds, in one command that ends with one table: event × service, initial and reversion', async () => {
    const files = readdirSync(LAB).sort();
    const end = await place.run(['run', ...files.map((file) => join(LAB, file)), '--out', place.runs]);
    expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    const results = place.results();
    expect(results.map(({ verdict }) => verdict.outcome)).to.deep.equal(files.map(() => 'pass'));
    const table = end.stdout.slice(end.stdout.lastIndexOf('initial'));
    for (const { scenario, fault } of results) {
      if (fault === null) continue;
      expect(table, scenario.name).to.contain(`${scenario.name} (virtual clock)`.slice(0, 40));
    }
  });

  // The limits of these scenarios are what bond monitor, BGP and DF wait imply, with no duplicate, for any seed.
  for (const name of ['esi-link-loss-forwarder', 'esi-link-loss-other', 'esi-link-silent-forwarder'] as const) {
    it(`${name} holds for the seeds ${SEEDS}`, async () => {
      const end = await place.run(['run', join(LAB, `${name}.yml`), '--seeds', SEEDS, '--out', place.runs]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    });
  }
});

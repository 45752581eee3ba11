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

  for (const file of readdirSync(LAB).sort()) {
    it(`${file.replace(/\.yml$/, '')} holds`, async () => {
      const end = await place.run(['run', join(LAB, file), '--out', place.runs]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    });
  }

  // The limits of these scenarios are what bond monitor, BGP and DF wait imply, with no duplicate, for any seed.
  for (const name of ['esi-link-loss-forwarder', 'esi-link-loss-other', 'esi-link-silent-forwarder']) {
    it(`${name} holds for the seeds ${SEEDS}`, async () => {
      const end = await place.run(['run', join(LAB, `${name}.yml`), '--seeds', SEEDS, '--out', place.runs]);
      expect(end.exitCode, end.stdout + end.stderr).to.equal(0);
    });
  }
});

import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';
import { holds } from '../lab/trading-floor.js';

/** All scenarios of the trading floor, and ten controls: half an hour. */
describe('the trading floor, all of it', function () {
  this.timeout(600_000);
  let place: Workplace;
  before(() => (place = new Workplace()));
  after(() => place.remove());

  for (let time = 1; time <= 10; time++) {
    it(`control ${time} of 10 loses nothing`, async () => {
      const result = await holds(place, 'control');
      expect(result.analysis!.flows.map((flow) => flow.lost)).to.deep.equal(result.analysis!.flows.map(() => 0));
    });
  }
  for (const file of readdirSync('topologies/trading-floor/scenarios').sort()) {
    const name = file.replace(/\.yml$/, '');
    if (name !== 'control') it(`${name} holds`, () => holds(place, name));
  }
});

import { expect } from 'chai';
import { leftovers, Workplace } from './cli.js';
import { holds } from './trading-floor.js';

describe('the trading floor', function () {
  this.timeout(300_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => {
    const left = leftovers('trading-floor', place);
    place.remove();
    expect(left, 'left behind').to.deep.equal([]);
  });

  it('loses nothing where nothing is broken', async () => {
    const result = await holds(place, 'control');
    expect(result.analysis!.flows.map((flow) => flow.lost)).to.deep.equal(result.analysis!.flows.map(() => 0));
  });

  it('the RP dies: the shared tree moves, the shortest-path tree does not notice, a late receiver joins', async () => {
    const result = await holds(place, 'rp-death');
    expect(result.fault!.summary).to.match(/^core1 killed.*RP of 239\.1\.1\.1 for edge1/);
    const flows = result.analysis!.flows;
    for (const flow of flows.filter((each) => each.item === 'publish')) {
      expect(flow.events.initial.lost, `publish at ${flow.receiver}`).to.be.within(400, 1400);
    }
    for (const flow of flows.filter((each) => each.item === 'direct')) expect(flow.lost).to.equal(0);
    expect(flows.find((flow) => flow.item === 'late')!.join).to.not.equal(null);
  });
});

import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';
import { outagesOf, runSeedsOf } from './seeds.js';

const SEEDS = 20;
const S = 1e9;
const MS = 1e6;

/** FRR's defaults, and the protocols' own rules. Nothing here comes from a run. */
const OSPF = { helloNs: 10 * S, deadNs: 40 * S };
/** RFC 5880 §6.8.7: packets leave after 75 to 100 % of the interval. */
const BFD = { intervalNs: 300 * MS, multiplier: 3 };
const PIM = { helloNs: 30 * S, holdNs: 105 * S };
/** FRR's SPF waits (0 and 50 ms), a look at the next hops, joins hop by hop: without processing well below this. */
const AFTER_DETECTION_NS = 500 * MS;

/** Known answers over 20 seeds by the virtual clock. Slow: with FRR 10.3 most of an hour. */
describe('known answers by the virtual clock', function () {
  this.timeout(7_200_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  /** Each outage is at most one packet interval off what was lost. */
  function within(outages: readonly number[], least: number, most: number, intervalNs: number): void {
    expect(Math.min(...outages)).to.be.at.least(least - intervalNs);
    expect(Math.max(...outages)).to.be.at.most(most + intervalNs);
  }

  it('OSPF’s defaults: 30 to 40 s after a silent link, all phases of the hello are met', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/triangle/blackhole.yml', SEEDS);
    const outages = outagesOf(results, 'publish', 'desk');
    within(outages, OSPF.deadNs - OSPF.helloNs, OSPF.deadNs + AFTER_DETECTION_NS, 20 * MS);
    const phases = outages.map((outage) => (OSPF.deadNs - outage) / OSPF.helloNs);
    expect(Math.max(...phases) - Math.min(...phases)).to.be.at.least(0.7);
    expect(new Set(phases.map((phase) => Math.floor(phase * 10))).size).to.be.at.least(7);
  });

  it('BFD: two to three intervals after a silent link', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/triangle/bfd.yml', SEEDS);
    const detection = BFD.intervalNs * BFD.multiplier;
    within(outagesOf(results, 'publish', 'desk'), detection - BFD.intervalNs, detection + AFTER_DETECTION_NS, 2 * MS);
  });

  it('PIM’s defaults: a DR is missed 75 to 105 s after its death, spread over at least 15 s', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/lan-pair/dr-death.yml', SEEDS);
    const outages = outagesOf(results, 'publish', 'desk');
    /** The lab's own configuration: a query every 2 s, answered within 0.5 s; FRR forgets what it heard while not DR. */
    const igmpNs = 2 * S + 500 * MS;
    within(outages, PIM.holdNs - PIM.helloNs, PIM.holdNs + igmpNs + AFTER_DETECTION_NS, 20 * MS);
    expect(Math.max(...outages) - Math.min(...outages)).to.be.at.least(15 * S);
  });

  it('an RP’s death: shared trees move when BFD has noticed', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/trading-floor/rp-death.yml', SEEDS, {
      FRR_IMAGE: 'faultline/frr:10.3',
    });
    const detection = BFD.intervalNs * BFD.multiplier;
    for (const desk of ['desk1', 'desk2']) {
      within(outagesOf(results, 'publish', desk), detection - BFD.intervalNs, detection + AFTER_DETECTION_NS, MS);
      expect(outagesOf(results, 'direct', desk).every((outage) => outage === 0)).to.equal(true);
    }
  });

  it('a control loses nothing with any seed', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/triangle/control.yml', SEEDS);
    expect(results.map((result) => result.analysis!.flows.map(({ lost }) => lost))).to.deep.equal(
      results.map(() => [0]),
    );
  });
});

import { join } from 'node:path';
import { expect } from 'chai';
import { instantFromText, nsBetween } from '../../src/core/instant.js';
import { lastOf, readJournal } from '../../src/run/journal.js';
import { Workplace } from '../lab/cli.js';
import { lastHellos, OSPF_HELLO, PIM_HELLO } from './keepalives.js';
import { outageOf, outagesOf, runSeedsOf, type SeededRun } from './seeds.js';

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

/**
 * Known answers over 20 seeds by the virtual clock: the interval that the timers imply, and for each run the very instant,
 * which follows from the last hello that came through before the fault. Slow: minutes for each test.
 */
describe('known answers by the virtual clock', function () {
  this.timeout(7_200_000);
  let place: Workplace;
  beforeEach(() => (place = new Workplace()));
  afterEach(() => place.remove());

  /** Each outage is at most one packet interval off what was lost. */
  function within(outages: readonly number[], least: number, most: number, intervalNs: number): void {
    expect(outages).to.have.length(SEEDS);
    expect(Math.min(...outages)).to.be.at.least(least - intervalNs);
    expect(Math.max(...outages)).to.be.at.most(most + intervalNs);
  }

  /** The outage of a run ends when the first of `senders` has been missed for `deadNs`, or up to `afterNs` later. */
  function endsWith(
    run: SeededRun,
    missed: { endpoint: string; hello: typeof OSPF_HELLO; senders: readonly string[]; deadNs: number },
    afterNs: number,
  ): void {
    const hellos = lastHellos(run, missed.endpoint, missed.hello);
    const heard = missed.senders.map((sender) => {
      const last = hellos.get(sender);
      if (last === undefined) throw new Error(`seed ${run.result.clock.seed}: no hello of ${sender} before the fault`);
      return last;
    });
    const first = heard.reduce((a, b) => (a < b ? a : b)) + BigInt(missed.deadNs);
    const { appliedFrom, appliedTo } = run.result.fault!;
    const flow = run.result.flows[0]!;
    const outage = outageOf(run.result, flow.name, flow.receivers[0]!.node);
    const told = `seed ${run.result.clock.seed}`;
    expect(outage, told).to.be.at.least(nsBetween(instantFromText(appliedTo), first) - flow.intervalNs);
    expect(outage, told).to.be.at.most(nsBetween(instantFromText(appliedFrom), first) + afterNs + flow.intervalNs);
  }

  /** How far the hello of `sender` before the fault was away, as a share of its interval, in order. */
  function phases(runs: readonly SeededRun[], sender: string): readonly number[] {
    return runs
      .map((run) => {
        const last = lastHellos(run, 'r1:eth3', OSPF_HELLO).get(sender)!;
        return nsBetween(last, instantFromText(run.result.fault!.appliedFrom)) / OSPF.helloNs;
      })
      .sort((a, b) => a - b);
  }

  /** The two ends of the triangle's direct link. */
  const ENDS = ['10.8.13.1', '10.8.13.2'];

  for (const [image, scenario] of [
    ['10.3', 'blackhole'],
    // with an (S,G) at the last router, FRR 10.7 has more to it than timers: see the scenario
    ['10.7', 'blackhole-shared-tree'],
  ] as const) {
    it(`OSPF’s defaults, FRR ${image}: 30 to 40 s after a silent link, all phases of the hello are met`, async () => {
      const { runs, results } = await runSeedsOf(place, `tests/fixtures/labs/triangle/${scenario}.yml`, SEEDS, {
        FRR_IMAGE: `faultline/frr:${image}`,
      });
      const outages = outagesOf(results, 'publish', 'desk');
      within(outages, OSPF.deadNs - OSPF.helloNs, OSPF.deadNs + AFTER_DETECTION_NS, 20 * MS);
      const missed = { endpoint: 'r1:eth3', hello: OSPF_HELLO, senders: ENDS, deadNs: OSPF.deadNs };
      for (const run of runs) endsWith(run, missed, AFTER_DETECTION_NS);
      for (const sender of ENDS) {
        const met = phases(runs, sender);
        expect(
          met.every((phase) => phase >= 0 && phase < 1.01),
          met.join(),
        ).to.equal(true);
        expect(met.at(-1)! - met[0]!, met.join()).to.be.at.least(0.7);
        expect(new Set(met.map((phase) => Math.floor(phase * 10))).size, met.join()).to.be.at.least(7);
      }
    });
  }

  it('BFD: two to three intervals after a silent link', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/triangle/bfd.yml', SEEDS);
    const detection = BFD.intervalNs * BFD.multiplier;
    within(outagesOf(results, 'publish', 'desk'), detection - BFD.intervalNs, detection + AFTER_DETECTION_NS, 2 * MS);
  });

  it('PIM’s defaults: a DR is missed 75 to 105 s after its death, spread over at least 15 s', async () => {
    const { runs, results } = await runSeedsOf(place, 'tests/fixtures/labs/lan-pair/dr-death.yml', SEEDS);
    const outages = outagesOf(results, 'publish', 'desk');
    /** The lab's own configuration: a query every 2 s, answered within 0.5 s; FRR forgets what it heard while not DR. */
    const igmpNs = 2 * S + 500 * MS;
    within(outages, PIM.holdNs - PIM.helloNs, PIM.holdNs + igmpNs + AFTER_DETECTION_NS, 20 * MS);
    const missed = { endpoint: 'rb:eth1', hello: PIM_HELLO, senders: ['10.7.3.2'], deadNs: PIM.holdNs };
    for (const run of runs) endsWith(run, missed, igmpNs + AFTER_DETECTION_NS);
    expect(Math.max(...outages) - Math.min(...outages)).to.be.at.least(15 * S);
  });

  it('an RP’s death: shared trees move when BFD has noticed', async () => {
    const { runs, results } = await runSeedsOf(place, 'tests/fixtures/labs/trading-floor/rp-death.yml', SEEDS, {
      FRR_IMAGE: 'faultline/frr:10.3',
    });
    const detection = BFD.intervalNs * BFD.multiplier;
    for (const desk of ['desk1', 'desk2']) {
      within(outagesOf(results, 'publish', desk), detection - BFD.intervalNs, detection + AFTER_DETECTION_NS, MS);
      expect(outagesOf(results, 'direct', desk).every((outage) => outage === 0)).to.equal(true);
    }
    // a sender has the processor when it is due, whatever fifty daemons do
    for (const { dir } of runs) {
      const { log } = lastOf(readJournal(join(dir, 'journal.jsonl')), 'traffic-stopped')!;
      for (const { lateNsMax } of Object.values(log.flows)) expect(lateNsMax).to.be.below(5 * MS);
    }
  });

  it('a control loses nothing with any seed', async () => {
    const { results } = await runSeedsOf(place, 'tests/fixtures/labs/triangle/control.yml', SEEDS);
    expect(results.map((result) => result.analysis!.flows.map(({ lost }) => lost))).to.deep.equal(
      results.map(() => [0]),
    );
  });
});

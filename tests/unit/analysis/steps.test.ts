import { expect } from 'chai';
import { analyze } from '../../../src/analysis/analyze.js';
import { inBursts } from '../../../src/analysis/steps/account.js';
import { parseLogSteps } from '../../../src/analysis/steps/log-steps.js';
import { STEP_KINDS, type Step, type StepKind } from '../../../src/analysis/steps/types.js';
import type { Analysis } from '../../../src/analysis/types.js';
import { addNs, instantToText } from '../../../src/core/instant.js';
import { evidenceOf, expectation, MS, paced, through, ZERO } from './synthetic.js';

function step(kind: StepKind, atMs: number, extra: Partial<Step> = {}): Step {
  const at = instantToText(addNs(ZERO, atMs * MS));
  return {
    ...{ kind, at, until: at, count: 1, node: 'we1', what: kind, source: 'netlink', frame: null, withinNs: null },
    ...extra,
  };
}

/** A link fails at 1000 ms; packets of 1 ms are lost from then to 1165 ms. */
const SENT = paced({ count: 3000, intervalNs: MS });
const STEPS = [
  step('link', 1001),
  step('es', 1103, { what: 'segment down, by the bond monitor' }),
  step('bgp-withdraw', 1120),
  step('nexthop', 1163, { node: 'pe1' }),
];
const WITHIN = { link: 10 * MS, es: 110 * MS, 'bgp-withdraw': 30 * MS, nexthop: 50 * MS };

function laid(steps: readonly Step[], unexplainedNs: number, problems: readonly string[] = []): Analysis {
  const { evidence, readCapture } = evidenceOf({
    ...{ sent: SENT, intervalNs: MS, receivers: { desk1: { rows: through(SENT, [[1000 * MS, 1165 * MS]]) } } },
    ...{ window: [0, 2999 * MS], fault: [1000 * MS, 1000 * MS], revert: [2000 * MS, 2000 * MS] },
    expect: [expectation({ initial: { unexplainedNs }, reversion: { unexplainedNs: 0 } })],
  });
  return analyze({ ...evidence, steps: { steps, withinNs: WITHIN, problems } }, readCapture);
}

describe('the steps of an outage', () => {
  it('account for it piece by piece, each for what its timer reaches', () => {
    const analysis = laid(STEPS, 2 * MS);
    const [outage] = analysis.timeline!.outages;
    expect(outage).to.include({ lengthNs: 165 * MS, unexplainedNs: 1 * MS, event: 'initial' });
    expect(outage!.parts.map(({ fromNs, toNs, step: by }) => [fromNs / MS, toNs / MS, by])).to.deep.equal([
      [0, 1, 0],
      [1, 103, 1],
      [103, 120, 2],
      [120, 163, 3],
      [163, 164, null],
      [164, 165, 'sampling'],
    ]);
    expect(analysis.judged.map(({ event, outcome }) => [event, outcome])).to.deep.equal([
      ['initial', 'pass'],
      ['reversion', 'pass'],
    ]);
  });

  for (const [taken, grown] of [
    ['es', 90],
    ['nexthop', 44],
  ] as const) {
    it(`without the evidence of ${taken} more of it is unexplained, and the limit is exceeded`, () => {
      const analysis = laid(
        STEPS.filter(({ kind }) => kind !== taken),
        2 * MS,
      );
      expect(analysis.timeline!.outages[0]!.unexplainedNs).to.equal(grown * MS);
      expect(analysis.judged[0]).to.include({ what: 'unexplained', outcome: 'fail' });
    });
  }

  it('without any step all of it is unexplained but the wait for the next packet', () => {
    expect(laid([], 0).timeline!.outages[0]!.unexplainedNs).to.equal(164 * MS);
  });

  it('what was there before the fault or comes after the repair explains nothing', () => {
    const analysis = laid([step('nexthop', 999), step('nexthop', 1190), step('mac', 900)], 0);
    expect(analysis.timeline!.outages[0]!.unexplainedNs).to.equal(164 * MS);
  });

  it('evidence that could not be had makes an excess inconclusive', () => {
    expect(laid([], 0, ['the monitor ended']).judged[0]).to.include({ outcome: 'inconclusive' });
  });

  it('a step’s own evidence of its timer comes before the default, the scenario’s before both', () => {
    const bfd = (withinNs: number | null): number =>
      laid([step('bfd', 1164, { withinNs })], 0).timeline!.outages[0]!.unexplainedNs;
    expect(STEP_KINDS.bfd.withinNs).to.be.above(164 * MS);
    expect(bfd(null)).to.equal(0);
    expect(bfd(100 * MS)).to.equal(64 * MS);
  });

  it('what happens at once to many things at one node is one step', () => {
    const many = [0, 1, 2, 30].map((ms) => step('route', 1000 + ms, { what: `route ${ms}` }));
    expect(inBursts([...many, step('route', 1001, { node: 'pe1' })])).to.deep.include.members([
      { ...many[0]!, until: many[2]!.until, count: 3, what: 'route 0 …' },
      many[3]!,
    ]);
  });
});

describe('steps in logs', () => {
  it('are read from lines with microseconds, in the log’s own time zone', () => {
    const text = [
      '2023/11/14 22:13:21.103000 ZEBRA: [XXXXX-YYYYY] es 03:44:38:39:ff:ff:01:00:00:01 state changed to down ',
      '2023/11/14 22:13:21 ZEBRA: es 03:00 state changed to up',
      '2023/11/14 22:13:21.200000 BGP: nothing of interest',
      '2023/11/14 22:13:21.300400 ZEBRA: [X] df-change es 03:44:38 non-df to df; zebra_evpn_es_vtep_del: elected',
      '2023/11/14 22:13:21.300500 es1 DF, filter opened 1.2 ms after zebra said so',
      '2023/11/14 22:13:21.300600 ZEBRA: [X] df-change es 03:44:38 df to df; zebra_evpn_es_vtep_add: elected',
      '2023/11/14 22:13:21.800000 es1: the DF wait of 500 ms is over',
      '2023/11/14 22:13:21.900000 BFD: [S] state-change: [mhop:no peer:10.0.1.0 ifname:eth1] up -> down reason:control-expired',
      '2023/11/14 22:13:21.900100 BFD: [S] state-change: [mhop:no peer:10.0.2.0 ifname:eth2] up -> down reason:neighbor signaled session down',
      '2023/11/14 22:13:21.900200 BFD: [J] state-change: [mhop:no peer:10.0.1.0 ifname:eth1] down -> up',
    ].join('\n');
    const steps = parseLogSteps('we1', `${text}\n`, 0);
    expect(steps.map(({ kind, at, what, withinNs }) => [kind, at, what.slice(0, 9), withinNs])).to.deep.equal([
      ['es', '1700000001103000000', 'es 03:44:', null],
      ['df', '1700000001300400000', 'df-change', null],
      // What a line says of its own share is what it accounts for.
      ['helper', '1700000001300500000', 'es1 DF, f', 1_200_000],
      ['df', '1700000001800000000', 'es1: the ', 500_000_000],
      ['bfd', '1700000001900000000', 'state-cha', null],
    ]);
    expect(parseLogSteps('we1', `${text}\n`, -60)[0]!.at).to.equal('1699996401103000000');
  });
});

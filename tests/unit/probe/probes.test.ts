import { load } from 'js-yaml';
import { expect } from 'chai';
import { PROBES, type ProbeKind } from '../../../src/probe/index.js';
import type { Judgement, LabView, Probe } from '../../../src/probe/types.js';
import { FABRIC } from './cases/fabric.js';
import { MULTICAST } from './cases/multicast.js';
import { NEIGHBORS } from './cases/neighbors.js';
import { PATHS } from './cases/paths.js';
import { REACH } from './cases/reach.js';
import { TRAFFIC } from './cases/traffic.js';

const CASES = [...NEIGHBORS, ...MULTICAST, ...REACH, ...TRAFFIC, ...FABRIC, ...PATHS];

function probe(kind: ProbeKind): Probe<unknown> {
  return PROBES[kind];
}

async function look(view: LabView, kind: ProbeKind, options: unknown): Promise<Judgement> {
  const checked = probe(kind).schema.parse(options);
  const seen = await probe(kind).observe(view, checked);
  expect(JSON.parse(JSON.stringify(seen.data)), 'data is plain JSON').to.deep.equal(seen.data);
  return probe(kind).judge(checked, seen);
}

describe('probes', () => {
  for (const { title, kind, options, view, met, says } of CASES) {
    it(`${kind}: ${title}: ${met ? 'holds' : 'does not hold'}`, async () => {
      const judgement = await look(view(), kind, options);
      expect(judgement.met, judgement.summary).to.equal(met);
      if (says !== undefined) expect(judgement.summary).to.match(says);
    });
  }

  for (const kind of Object.keys(PROBES) as ProbeKind[]) {
    it(`${kind}: has its own kind, an example that its schema takes, a case that holds and one that does not`, () => {
      expect(probe(kind).kind).to.equal(kind);
      const example = load(probe(kind).example);
      expect(probe(kind).schema.parse(example)).to.deep.equal(example);
      const outcomes = CASES.filter((one) => one.kind === kind).map((one) => one.met);
      expect(outcomes).to.include.members([true, false]);
    });

    it(`${kind}: refuses unknown keys and empty options`, () => {
      const example = load(probe(kind).example);
      const more = typeof example === 'string' ? { for: example, odd: 1 } : { ...(example as object), odd: 1 };
      expect(probe(kind).schema.safeParse(more).success).to.equal(false);
      expect(probe(kind).schema.safeParse({}).success).to.equal(false);
      expect(probe(kind).schema.safeParse(null).success).to.equal(false);
    });
  }

  it('name what they refer to, with its place', () => {
    const of = (kind: ProbeKind, options: unknown): unknown => probe(kind).references(options);
    expect(of('ospf-neighbors', { node: 'r1' })).to.deep.equal([{ path: ['node'], type: 'node', value: 'r1' }]);
    expect(of('bfd-peers', { node: ['r1', 'r2'] })).to.deep.equal([
      { path: ['node', 0], type: 'node', value: 'r1' },
      { path: ['node', 1], type: 'node', value: 'r2' },
    ]);
    expect(of('pim-neighbors', { node: 'r1', on: ['eth1'] })).to.deep.include({
      path: ['on', 0],
      type: 'endpoint',
      value: 'r1:eth1',
    });
    expect(of('dr', { at: 'r1:eth3', is: 'r1' })).to.deep.equal([
      { path: ['at'], type: 'endpoint', value: 'r1:eth3' },
      { path: ['is'], type: 'node', value: 'r1' },
    ]);
    expect(of('ping', { from: 'r1', to: ['10.0.0.1', 'r2:eth1'] })).to.deep.equal([
      { path: ['from'], type: 'node', value: 'r1' },
      { path: ['to', 1], type: 'endpoint', value: 'r2:eth1' },
    ]);
    expect(of('loss-free', { for: '1 s', flows: 'a' })).to.deep.equal([{ path: ['flows'], type: 'flow', value: 'a' }]);
    expect(of('loss-free', '1 s')).to.deep.equal([]);
  });

  it('refuse wrong values in words', () => {
    const messageOf = (kind: ProbeKind, options: unknown): string =>
      JSON.stringify(probe(kind).schema.safeParse(options).error?.issues);
    expect(messageOf('loss-free', '2')).to.contain('must be a duration');
    expect(messageOf('loss-free', '0 s')).to.contain('must be a duration');
    expect(messageOf('rp', { group: '10.1.1.1', at: 'r1', is: '10.0.0.1' })).to.contain('multicast group');
    expect(messageOf('route', { node: 'r1', to: '10.0.0.256' })).to.contain('IPv4 address');
    expect(messageOf('command', { node: 'r1', run: ['x'], expect: '(' })).to.contain('regular expression');
  });
});

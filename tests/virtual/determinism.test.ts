import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { Workplace } from '../lab/cli.js';
import { expectRepeatable, expectSame, made, make, type Made } from './again.js';

/** A sample; `tests/full/determinism.test.ts` has every scenario that is shipped. */
describe('the same seed, the same bytes', function () {
  this.timeout(1_800_000);
  const runs: Made[] = [];
  afterEach(() => {
    for (const { place } of runs.splice(0)) {
      expect(readdirSync(place.temporary), 'left behind').to.deep.equal([]);
      place.remove();
    }
  });

  for (const [what, file, env] of [
    ['default timers and a silent link', 'tests/fixtures/labs/triangle/blackhole.yml', {}],
    ['an L2CP matrix', 'topologies/l2cp/scenarios/bridge.yml', {}],
    ['an RP’s death', 'tests/fixtures/labs/trading-floor/rp-death.yml', { FRR_IMAGE: 'faultline/frr:10.3' }],
  ] as const) {
    it(`${what}: twice in a row and on a busy machine; another seed, other bytes`, async () => {
      runs.push(...(await expectRepeatable(resolve(file), [1, 2], env)));
    });
  }

  it('holds from another folder and as another user', async function () {
    // made by root, from the project's own folder: see scripts/test-virtual.sh
    const byRoot = process.env['RUN_BY_ROOT'];
    if (byRoot === undefined) return this.skip();
    const place = new Workplace();
    const [name, ...more] = readdirSync(byRoot);
    expect(more).to.deep.equal([]);
    const first = made(place, resolve(byRoot, name!));
    place.remove();
    const second = await make(resolve('tests/fixtures/labs/triangle/control.yml'), first.result.clock.seed);
    runs.push(second);
    expectSame(first, second);
  });
});

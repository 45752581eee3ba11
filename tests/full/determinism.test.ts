import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expectRepeatable, type Made } from '../virtual/again.js';

/** Only scenarios that match, as `trading-floor/rp-`; all unless told. */
const ONLY = new RegExp(process.env['SCENARIOS'] ?? '');
/** FRR 8.4, the trading floor's own, is slower by the virtual clock and no other in this. */
const FRR = { FRR_IMAGE: 'faultline/frr:10.3' };

/** Every scenario that is shipped, four times: hours on a small machine. */
describe('the same seed, the same bytes', function () {
  this.timeout(7_200_000);
  let runs: readonly Made[] = [];
  afterEach(() => {
    for (const { place } of runs) place.remove();
    runs = [];
  });

  for (const lab of readdirSync('topologies').sort()) {
    for (const file of readdirSync(resolve('topologies', lab, 'scenarios')).sort()) {
      const name = `${lab}/${file.replace(/\.yml$/, '')}`;
      if (!ONLY.test(name)) continue;
      it(name, async () => {
        runs = await expectRepeatable(resolve('topologies', lab, 'scenarios', file), [1, 2], FRR);
      });
    }
  }
});

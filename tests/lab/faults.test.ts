import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RUNTIMES } from '../../src/runtime/index.js';
import { readTopology } from '../../src/topology/read.js';
import { faultsContract } from '../contract/faults.js';

describe('faults on a lab', function () {
  this.timeout(120_000);
  const stateDir = mkdtempSync(join(tmpdir(), 'faultline-faults-'));
  faultsContract(
    () => RUNTIMES.netns({ stateDir }),
    () => readTopology(resolve('tests/fixtures/labs/frr01/frr01.clab.yml')),
    'faults',
  );
  // After the lab is down: its state is in there.
  after(() => rmSync(stateDir, { recursive: true, force: true }));
});

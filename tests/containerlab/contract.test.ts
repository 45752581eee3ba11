import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { runtimeContract } from '../contract/runtime.js';
import { LabFiles, pairText } from './labs.js';

describe('the containerlab runtime keeps the contract', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  after(() => files.remove());
  runtimeContract(() => new ContainerlabRuntime(), 'clab-contract', files.topology('clab-contract', pairText('clab-contract')));
});

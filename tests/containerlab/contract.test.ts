import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { killText, nodeKillContract } from '../contract/node-kill.js';
import { nodeStopContract } from '../contract/node-stop.js';
import { runtimeContract } from '../contract/runtime.js';
import { HOST_IMAGE, LabFiles, pairText } from './labs.js';

describe('the containerlab runtime keeps the contract', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  runtimeContract(
    () => new ContainerlabRuntime(),
    'clab-contract',
    files.topology('clab-contract', pairText('clab-contract')),
  );
  after(() => files.remove());
});

// tests/lab/netns-contract.test.ts holds netns to the same.
describe('neighbours of a dead or stopped node see on containerlab what they see on netns', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  after(() => files.remove());
  describe('killed', () => {
    nodeKillContract(
      () => new ContainerlabRuntime(),
      () => files.topology('clab-kill', killText('clab-kill', HOST_IMAGE)),
    );
  });
  describe('stopped, by containerlab’s own stop and start where nobody says goodbye', () => {
    nodeStopContract(
      () => new ContainerlabRuntime(),
      () => files.topology('clab-stop', killText('clab-stop', HOST_IMAGE, 'eth2')),
    );
  });
  describe('stopped, with an interface that the node has renamed', () => {
    nodeStopContract(
      () => new ContainerlabRuntime(),
      () => files.topology('clab-stop2', killText('clab-stop2', HOST_IMAGE)),
    );
  });
});

import { ContainerlabRuntime } from '../../src/runtime/containerlab/runtime.js';
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { killText, nodeKillContract } from '../contract/node-kill.js';
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

describe('neighbours of a dead node see the same on both runtimes', function () {
  this.timeout(240_000);
  const files = new LabFiles();
  after(() => files.remove());
  describe('containerlab', () => {
    nodeKillContract(
      () => new ContainerlabRuntime(),
      () => files.topology('clab-kill', killText('clab-kill', HOST_IMAGE)),
    );
  });
  describe('netns', () => {
    nodeKillContract(
      () => new NetnsRuntime(),
      () => files.topology('netns-kill', killText('netns-kill', HOST_IMAGE)),
    );
  });
});

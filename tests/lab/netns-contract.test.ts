import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { HOST_IMAGE, LabFiles } from '../containerlab/labs.js';
import { killText, nodeKillContract } from '../contract/node-kill.js';
import { nodeStopContract } from '../contract/node-stop.js';
import { runtimeContract } from '../contract/runtime.js';

describe('the netns runtime keeps the contract', function () {
  this.timeout(120_000);
  runtimeContract(() => new NetnsRuntime(), 'netns-contract');
});

describe('neighbours of a dead or stopped node see on netns what they see on containerlab', function () {
  this.timeout(120_000);
  const files = new LabFiles();
  after(() => files.remove());
  describe('killed', () => {
    nodeKillContract(
      () => new NetnsRuntime(),
      () => files.topology('netns-kill', killText('netns-kill', HOST_IMAGE)),
    );
  });
  describe('stopped', () => {
    nodeStopContract(
      () => new NetnsRuntime(),
      () => files.topology('netns-stop', killText('netns-stop', HOST_IMAGE)),
    );
  });
});

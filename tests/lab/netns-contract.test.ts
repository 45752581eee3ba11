import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { runtimeContract } from '../contract/runtime.js';

describe('the netns runtime keeps the contract', function () {
  this.timeout(120_000);
  runtimeContract(() => new NetnsRuntime(), 'netns-contract');
});

/** Brings up the lab named on the command line, tells its progress, and never ends by itself. */
import { NetnsRuntime } from '../../src/runtime/netns/runtime.js';
import { hangingTopology } from './netns-topologies.js';

const stages: string[] = [];
await new NetnsRuntime().up(hangingTopology(process.argv[2]!), {
  onProgress: (step) => {
    stages.push(step.stage);
    process.stdout.write(`${step.stage} ${step.node ?? ''}\n`);
  },
});

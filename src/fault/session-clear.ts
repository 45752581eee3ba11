import { z } from 'zod';
import { LabError } from '../core/errors.js';
import { withNeighbours } from './link-state.js';
import { timed } from './applied.js';
import { nodeName, reference } from './options.js';
import type { Fault } from './types.js';

const schema = z.strictObject({
  node: nodeName,
  protocol: z.enum(['bgp', 'ldp']),
  peer: z
    .string()
    .regex(/^\d+\.\d+\.\d+\.\d+$/, 'must be an IPv4 address')
    .optional()
    .describe('the peer’s address (of LDP its identifier); absent: all of them'),
});
type Options = z.output<typeof schema>;
interface Target {
  readonly node: string;
  readonly commands: readonly string[];
}

/** BGP or LDP sessions of a router are closed by its operator and open again by themselves: nothing is to be undone. */
export const sessionClear: Fault<Options> = {
  kind: 'session-clear',
  title: 'BGP or LDP sessions of a router are cleared, and come back by themselves',
  example: '{ node: pe1, protocol: bgp, peer: 10.255.0.11 }',
  schema,
  references: (options) => [reference('node', options.node, 'node')],

  async resolve(view, options) {
    const driver = view.driver(options.node);
    const found =
      options.protocol === 'bgp'
        ? (await driver.query('bgp-peers')).map(({ peer }) => peer)
        : (await driver.query('ldp-neighbors')).map(({ id }) => id);
    const peers = [...new Set(found)].filter((peer) => options.peer === undefined || peer === options.peer);
    if (peers.length === 0) {
      const who = options.peer ?? 'anybody';
      throw new LabError(
        `${options.node} has no ${options.protocol.toUpperCase()} session with ${who}; it has: ${found.join(', ')}`,
      );
    }
    const verb = options.protocol === 'bgp' ? 'clear bgp' : 'clear mpls ldp neighbor';
    return {
      summary: `${options.node} clears its ${options.protocol.toUpperCase()} sessions with ${peers.join(', ')}`,
      nodes: withNeighbours(view.lab, options.node),
      broken: { nodes: [options.node], endpoints: [] },
      resolvedBy: { node: options.node, protocol: options.protocol, peers },
      undo: [],
      target: { node: options.node, commands: peers.map((peer) => `${verb} ${peer}`) },
    };
  },

  async inject(view, raw) {
    const { node, commands } = raw as unknown as Target;
    const argv = ['vtysh', ...commands.flatMap((command) => ['-c', command])];
    let said = '';
    const applied = await timed(view, async () => {
      said = (await view.lab.node(node).exec(argv)).stdout;
    });
    if (/^%/m.test(said)) throw new LabError(`${node} refuses to clear: ${said.trim()}`);
    return { applied, details: { commands: [...commands] } };
  },
};

import { z } from 'zod';
import { LabError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { Flow, OrderFlow } from '../traffic/types.js';
import { timed } from './applied.js';
import { endpointText, reference, splitEndpoint } from './options.js';
import type { Fault } from './types.js';

const TABLE = 'faultline_blackhole';

const schema = z.strictObject({
  interface: endpointText,
  direction: z.enum(['in', 'out', 'both']).default('both').describe('seen from the node'),
});
type Options = z.output<typeof schema>;
interface Target {
  readonly node: string;
  readonly interface: string;
  readonly directions: readonly ('in' | 'out')[];
  /** Names of counters and what they match. */
  readonly flows: readonly {
    readonly id: number;
    readonly name: string;
    /** What its packets look like, for nft. */
    readonly match: string;
  }[];
}

function countedFlow({ id, name, group, from, port }: Flow): Target['flows'][number] {
  return { id, name, match: `ip saddr ${from.address} ip daddr ${group} udp dport ${port}` };
}

/** Orders one way, replies the other; of TCP that is every segment. */
function countedOrders(orders: OrderFlow): Target['flows'] {
  const { id, replyId, name, over, client, engine, port } = orders;
  return [
    { id, name, match: `ip saddr ${client.address} ip daddr ${engine.address} ${over} dport ${port}` },
    {
      id: replyId,
      name: `${name} replies`,
      match: `ip saddr ${engine.address} ip daddr ${client.address} ${over} sport ${port}`,
    },
  ];
}

/** The rules: one counter per flow and direction, then all the rest; every packet that matches is dropped. */
export function blackholeRules(target: Target): string {
  const counters = target.directions.flatMap((direction) =>
    [...target.flows.map((flow) => `flow_${flow.id}`), 'other'].map((name) => `  counter ${direction}_${name} { }`),
  );
  const chains = target.directions.map((direction) => {
    const hook = direction === 'in' ? 'ingress' : 'egress';
    const rules = target.flows.map((flow) => `    ${flow.match} counter name ${direction}_flow_${flow.id} drop`);
    return [
      `  chain ${direction} {`,
      `    type filter hook ${hook} device "${target.interface}" priority -500; policy accept;`,
      ...rules,
      `    counter name ${direction}_other drop`,
      '  }',
    ].join('\n');
  });
  return [`table netdev ${TABLE} {`, ...counters, ...chains, '}', ''].join('\n');
}

/**
 * Every packet through an interface vanishes while the link stays up: nftables netdev hooks, with a counter per flow.
 * The hooks see frames of every protocol (OSPF, PIM, BFD, ARP too).
 */
export const blackhole: Fault<Options> = {
  kind: 'blackhole',
  title: 'an interface silently drops every packet, in, out or both; the link stays up',
  example: '{ interface: core1:eth3, direction: out }',
  schema,
  references: (options) => [reference('endpoint', options.interface, 'interface')],

  hidesFrom(options) {
    const refusals = [];
    if (options.direction !== 'out') {
      const why = 'a capture sees arriving packets before they are dropped, and would count them as received';
      refusals.push({ endpoint: options.interface, role: 'receiver' as const, why });
    }
    if (options.direction !== 'in') {
      const why = 'a capture sees leaving packets only after they were dropped, and would not count them as sent';
      refusals.push({ endpoint: options.interface, role: 'sender' as const, why });
    }
    return refusals;
  },

  async resolve(view, options) {
    const end = splitEndpoint(options.interface);
    const peer = view.lab.peerOf(end.node, end.interface);
    const directions = options.direction === 'both' ? (['in', 'out'] as const) : [options.direction];
    const flows = [...(view.flows ?? []).map(countedFlow), ...(view.orders ?? []).flatMap(countedOrders)];
    const nft = (...argv: string[]): readonly string[] => ['nft', ...argv];
    return {
      summary: `${options.interface} silently drops everything ${options.direction === 'both' ? 'in and out' : options.direction}`,
      nodes: [end.node, ...(peer === undefined ? [] : [peer.node])],
      broken: { nodes: [], endpoints: [options.interface] },
      resolvedBy: { endpoint: options.interface, peer: peer === undefined ? null : `${peer.node}:${peer.interface}` },
      // The chains go first: from then on nothing is dropped and the counters, which are still there, are final.
      undo: [
        ...directions.flatMap((direction) => [
          // `add` before `delete` makes each step work whether or not the thing is there.
          {
            do: 'exec-outside' as const,
            node: end.node,
            argv: nft(
              `add table netdev ${TABLE}; add chain netdev ${TABLE} ${direction}; flush chain netdev ${TABLE} ${direction}`,
            ),
          },
        ]),
        { do: 'exec-outside', node: end.node, argv: nft(`add table netdev ${TABLE}; delete table netdev ${TABLE}`) },
      ],
      readAfter: directions.length,
      target: { node: end.node, interface: end.interface, directions: [...directions], flows } satisfies Json,
    };
  },

  async inject(view, raw) {
    const target = raw as unknown as Target;
    const rules = blackholeRules(target);
    const node = view.lab.node(target.node);
    const applied = await timed(view, () => node.execOutside(['nft', '-f', '-'], { input: rules }));
    return { applied, details: { rules } };
  },

  async read(view, raw) {
    const target = raw as unknown as Target;
    const listed = await view.lab
      .node(target.node)
      .execOutside(['nft', '-j', 'list', 'counters', 'table', 'netdev', TABLE]);
    const counters = new Map<string, number>();
    for (const item of (JSON.parse(listed.stdout) as { nftables: { counter?: { name: string; packets: number } }[] })
      .nftables) {
      if (item.counter !== undefined) counters.set(item.counter.name, item.counter.packets);
    }
    const dropped = (name: string): Record<string, number> =>
      Object.fromEntries(
        target.directions.map((direction) => {
          const packets = counters.get(`${direction}_${name}`);
          if (packets === undefined) throw new LabError(`nft shows no counter ${direction}_${name}`);
          return [direction, packets];
        }),
      );
    return [
      ...target.flows.map((flow) => ({
        label: `dropped packets of ${flow.name}`,
        node: target.node,
        data: { flow: flow.name, ...dropped(`flow_${flow.id}`) },
      })),
      { label: 'dropped packets of everything else', node: target.node, data: dropped('other') },
    ];
  },
};

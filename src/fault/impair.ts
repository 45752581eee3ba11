import { z } from 'zod';
import { formatDuration } from '../core/duration.js';
import { LabError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { timed } from './applied.js';
import { duration, endpointText, reference, splitEndpoint } from './options.js';
import type { Fault } from './types.js';

const percent = z.number().gt(0).max(100);
const schema = z
  .strictObject({
    interface: endpointText,
    loss: percent.optional().describe('percent of the packets that vanish'),
    delay: duration.optional().describe('how much later each packet leaves'),
    jitter: duration.optional().describe('by how much the delay varies at most, up and down'),
    reorder: percent.optional().describe('percent of the packets that leave at once, before those that wait'),
    duplicate: percent.optional().describe('percent of the packets that leave twice'),
    corrupt: percent.optional().describe('percent of the packets with one bit turned'),
    rate: z
      .string()
      .regex(/^\d+(?:\.\d+)?(?:kbit|mbit|gbit)$/, 'a rate as tc writes it: 10mbit')
      .optional()
      .describe('bits per second that pass'),
  })
  .refine((options) => Object.values(options).filter((value) => value !== undefined).length > 1, 'say what is impaired')
  .refine((options) => options.delay !== undefined || (options.jitter === undefined && options.reorder === undefined), {
    message: '`jitter` and `reorder` need a `delay`',
  })
  .refine((options) => options.jitter === undefined || options.jitter <= (options.delay ?? 0), {
    message: '`jitter` cannot be more than `delay`',
  });
type Options = z.output<typeof schema>;
interface Target {
  readonly node: string;
  readonly interface: string;
  readonly netem: readonly string[];
}

/** The options as netem takes them. The queue is long, so that nothing but what is asked for gets lost. */
export function netemArgs(options: Options): readonly string[] {
  const us = (ns: number): string => `${Math.round(ns / 1000)}us`;
  const share = (name: string, value: number | undefined): string[] => (value === undefined ? [] : [name, `${value}%`]);
  return [
    ...['netem', 'limit', '1000000'],
    ...(options.delay === undefined ? [] : ['delay', us(options.delay)]),
    ...(options.jitter === undefined ? [] : [us(options.jitter)]),
    ...share('loss', options.loss),
    ...share('duplicate', options.duplicate),
    ...share('corrupt', options.corrupt),
    ...share('reorder', options.reorder),
    ...(options.rate === undefined ? [] : ['rate', options.rate]),
  ];
}

/** What leaves an interface is lost, late, doubled, out of order, corrupt or slow: netem at its root. */
export const impair: Fault<Options> = {
  kind: 'impair',
  title: 'what leaves an interface is lost, delayed, reordered, doubled, corrupted or slowed (netem)',
  example: '{ interface: core1:eth3, loss: 1, delay: 20 ms, jitter: 5 ms }',
  schema,
  references: (options) => [reference('endpoint', options.interface, 'interface')],

  hidesFrom: (options) => [
    {
      endpoint: options.interface,
      role: 'sender',
      why: 'a capture sees leaving packets only after netem, and would not count those it lost as sent',
    },
  ],

  async resolve(view, options) {
    const end = splitEndpoint(options.interface);
    const node = view.lab.node(end.node);
    const there = await node.execOutside(['tc', '-j', 'qdisc', 'show', 'dev', end.interface, 'root']);
    const kinds = (JSON.parse(there.stdout || '[]') as { kind: string }[]).map((qdisc) => qdisc.kind);
    const foreign = kinds.find((kind) => kind !== 'noqueue');
    if (foreign !== undefined) {
      throw new LabError(
        `${options.interface} has a queueing discipline already (${foreign}), which impair would replace`,
      );
    }
    const peer = view.lab.peerOf(end.node, end.interface);
    const netem = netemArgs(options);
    const said = [
      ...(options.loss === undefined ? [] : [`loses ${options.loss} %`]),
      ...(options.delay === undefined ? [] : [`delays by ${formatDuration(options.delay)}`]),
      ...(options.jitter === undefined ? [] : [`± ${formatDuration(options.jitter)}`]),
      ...(options.reorder === undefined ? [] : [`reorders ${options.reorder} %`]),
      ...(options.duplicate === undefined ? [] : [`doubles ${options.duplicate} %`]),
      ...(options.corrupt === undefined ? [] : [`corrupts ${options.corrupt} %`]),
      ...(options.rate === undefined ? [] : [`passes ${options.rate}`]),
    ];
    return {
      summary: `${options.interface} ${said.join(', ')} of what leaves it`,
      nodes: [end.node, ...(peer === undefined ? [] : [peer.node])],
      broken: { nodes: [], endpoints: [options.interface] },
      resolvedBy: { endpoint: options.interface, peer: peer === undefined ? null : `${peer.node}:${peer.interface}` },
      undo: [
        {
          do: 'exec-outside',
          node: end.node,
          argv: ['tc', 'qdisc', 'delete', 'dev', end.interface, 'root'],
          // 2: there is none, as when it was undone before
          okExitCodes: [0, 2],
        },
      ],
      target: { node: end.node, interface: end.interface, netem: [...netem] } satisfies Json,
    };
  },

  async inject(view, raw) {
    const target = raw as unknown as Target;
    const argv = ['tc', 'qdisc', 'add', 'dev', target.interface, 'root', ...target.netem];
    const applied = await timed(view, () => view.lab.node(target.node).execOutside(argv));
    return { applied, details: { netem: [...target.netem] } };
  },

  async read(view, raw) {
    const target = raw as unknown as Target;
    const { stdout } = await view.lab
      .node(target.node)
      .execOutside(['tc', '-s', '-j', 'qdisc', 'show', 'dev', target.interface, 'root']);
    const [qdisc] = JSON.parse(stdout) as { packets?: number; drops?: number; overlimits?: number }[];
    return [
      {
        label: 'packets through netem',
        node: target.node,
        data: { passed: qdisc?.packets ?? null, dropped: qdisc?.drops ?? null },
      },
    ];
  },
};

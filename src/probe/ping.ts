import { z } from 'zod';
import { isIpv4, withoutLength } from '../device/address.js';
import { settle, summarize, type Answered } from './ask.js';
import { endpoint, ipv4, many, nodeName, oneOrMany, references, splitEndpoint, type OneOrMany } from './options.js';
import type { LabView, Observation, Probe } from './types.js';

export interface PingOptions {
  from: OneOrMany<string>;
  to: OneOrMany<string>;
  silent?: boolean | undefined;
}
type Reply = { readonly to: string; readonly answered: boolean };
export interface PingSeen extends Observation {
  readonly data: readonly Answered<readonly Reply[]>[];
}

const schema: z.ZodType<PingOptions> = z.strictObject({
  from: oneOrMany(nodeName),
  to: oneOrMany(z.union([ipv4, endpoint])),
  silent: z.boolean().optional(),
});

/**
 * One ICMP echo from each node to each address; the host's `ping` is used, in the node's network namespace. With `silent`
 * nobody may answer, for as long as ping waits (one second): what is to be apart is apart.
 */
export const ping: Probe<PingOptions, PingSeen> = {
  kind: 'ping',
  title: 'Nodes reach addresses (or the first IPv4 address of `node:interface`) with one ICMP echo',
  example: '{ from: desk1, to: [10.1.1.10, feed-a:eth1] }',
  schema,
  needs: 'lab',
  references: (options) => [
    ...references('from', 'node', options.from),
    ...many(options.to).flatMap((to, index) =>
      isIpv4(to)
        ? []
        : [{ path: Array.isArray(options.to) ? ['to', index] : ['to'], type: 'endpoint' as const, value: to }],
    ),
  ],
  async observe(view, options) {
    const data = await Promise.all(
      many(options.from).map((node) =>
        settle(view, node, async () => {
          const replies: Reply[] = [];
          for (const to of many(options.to)) replies.push(await echo(view, node, to));
          return replies;
        }),
      ),
    );
    return { data, summary: summarize(data, tell) };
  },
  judge: ({ silent = false }, seen) => ({
    met: seen.data.every(
      ({ facts }) => facts !== null && facts.length > 0 && facts.every((reply) => reply.answered !== silent),
    ),
    summary: `wanted ${silent ? 'no answer from anyone' : 'an answer from everyone'}; seen: ${seen.summary}`,
  }),
};

async function echo(view: LabView, node: string, to: string): Promise<Reply> {
  const address = isIpv4(to) ? to : await addressOf(view, to);
  const argv = ['ping', '-n', '-q', '-c', '1', '-W', '1', address];
  const result = await view.lab.node(node).execOutside(argv, { allowFailure: true, timeoutMs: 10_000 });
  // 1: no answer. Anything else but 0 is ping's own trouble (no route, no program).
  if (result.exitCode > 1 && !/unreachable/i.test(result.stderr)) throw new Error(result.stderr.trim());
  return { to, answered: result.exitCode === 0 };
}

async function addressOf(view: LabView, at: string): Promise<string> {
  const { node, interface: name } = splitEndpoint(at);
  const found = (await view.driver(node).query('interfaces')).find((one) => one.name === name);
  const address = found?.addresses.map(withoutLength).find(isIpv4);
  if (address === undefined) throw new Error(`${at} has no IPv4 address`);
  return address;
}

function tell(replies: readonly Reply[]): string {
  return replies.map((reply) => `${reply.to} ${reply.answered ? 'answers' : 'is silent'}`).join(', ');
}

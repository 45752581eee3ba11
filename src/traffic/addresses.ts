import { LabError } from '../core/errors.js';
import type { Lab } from '../runtime/types.js';
import type { Flow, OrderFlow } from './types.js';

/** The first global IPv4 address in what `ip -j addr show dev <if>` printed; undefined where there is none. */
export function firstGlobalIpv4(json: string): string | undefined {
  const links = JSON.parse(json) as readonly {
    readonly addr_info?: readonly { readonly family?: string; readonly scope?: string; readonly local?: string }[];
  }[];
  return links
    .flatMap((link) => link.addr_info ?? [])
    .find((address) => address.family === 'inet' && address.scope === 'global')?.local;
}

/** An end of traffic; its address is '' where the plan did not know it. */
interface End {
  readonly node: string;
  readonly interface: string;
  readonly address: string;
}

/**
 * The flows with every address filled in that the plan left open (''), as the lab has it now.
 * @throws LabError naming each interface that is not there or has no global IPv4 address.
 */
export async function resolveFlowAddresses(lab: Lab, flows: readonly Flow[]): Promise<readonly Flow[]> {
  const fill = await addressesOf(
    lab,
    flows.flatMap((flow) => [flow.from, ...flow.receivers]),
  );
  return flows.map((flow) => ({ ...flow, from: fill(flow.from), receivers: flow.receivers.map(fill) }));
}

/** The same for order entry. @throws LabError */
export async function resolveOrderAddresses(lab: Lab, orders: readonly OrderFlow[]): Promise<readonly OrderFlow[]> {
  const fill = await addressesOf(
    lab,
    orders.flatMap(({ client, engine }) => [client, engine]),
  );
  return orders.map((one) => ({ ...one, client: fill(one.client), engine: fill(one.engine) }));
}

async function addressesOf(lab: Lab, all: readonly End[]): Promise<<E extends End>(end: E) => E> {
  const ends = all.filter((end) => end.address === '');
  const names = [...new Set(ends.map((end) => `${end.node}:${end.interface}`))];
  const missing: string[] = [];
  const found = new Map<string, string>();
  await Promise.all(
    names.map(async (name) => {
      const [node, interfaceName] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
      const argv = ['ip', '-j', '-4', 'addr', 'show', 'dev', interfaceName];
      const result = await lab.node(node).execOutside(argv, { allowFailure: true });
      const address = result.exitCode === 0 ? firstGlobalIpv4(result.stdout) : undefined;
      if (address !== undefined) found.set(name, address);
      else missing.push(result.exitCode === 0 ? `${name} has no IPv4 address` : `${name}: ${result.stderr.trim()}`);
    }),
  );
  if (missing.length > 0) throw new LabError(`traffic needs an address: ${missing.sort().join('; ')}`);
  return (end) => (end.address === '' ? { ...end, address: found.get(`${end.node}:${end.interface}`)! } : end);
}

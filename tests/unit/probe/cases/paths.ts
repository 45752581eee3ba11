import type { DeviceFacts } from '../../../../src/device/types.js';
import type { LabView } from '../../../../src/probe/types.js';
import type { Flow } from '../../../../src/traffic/types.js';
import { fakeLab, flowOf } from '../../device/support.js';
import { fails, holds, type Case } from './case.js';

const LINKS = [
  ...['src-a:eth1--sw:eth3', 'src-b:eth1--sw:eth4', 'sw:eth1--r1:eth1', 'sw:eth2--r2:eth1'],
  ...['r1:eth2--ce:eth1', 'r2:eth2--ce:eth2', 'r1:eth3--r2:eth3', 'ce:eth3--rx:eth1'],
];
const ADDRESS = { a: '10.1.0.1', b: '10.2.0.1' };
const GROUP = { a: '239.1.0.1', b: '239.2.0.1' };
const ENDS = ['sw', 'ce', 'ce:eth3--rx:eth1'];

const flow = (name: 'a' | 'b'): Flow => ({
  ...flowOf(name, ['rx']),
  from: { node: `src-${name}`, interface: 'eth1', address: ADDRESS[name] },
  group: GROUP[name],
});
const entry = (name: 'a' | 'b', iif: string): DeviceFacts['mroutes'][number] => ({
  ...{ source: ADDRESS[name], group: GROUP[name], iif, oifs: ['x'], installed: true, flags: '', packets: null },
});

/**
 * Sources behind a switch with a link to r1 and r2 each, the receiver behind ce. `leaves`: the switch's port for each feed;
 * `enters`: the interface of ce.
 */
function lab(leaves: Record<'a' | 'b', string>, enters: Record<'a' | 'b', string>): () => LabView {
  return () => {
    const view = fakeLab(['src-a', 'src-b', 'sw', 'r1', 'r2', 'ce', 'rx'], {
      links: LINKS,
      flows: [flow('a'), flow('b')],
      programs: (argv) => {
        const [feed] = (['a', 'b'] as const).filter((name) => argv.at(-1)!.includes(ADDRESS[name]));
        return { exitCode: argv[argv.indexOf('-i') + 1] === leaves[feed!] ? 0 : 124 };
      },
    });
    Object.assign(view.lab.node('sw'), { spec: { name: 'sw', driver: 'linux' } });
    const answer = (entries: DeviceFacts['mroutes']) => (args: { readonly group?: string }) =>
      entries.filter(({ group }) => group === args.group);
    view.drivers['ce']!.set('mroutes', answer([entry('a', enters.a), entry('b', enters.b)]));
    for (const [index, node] of ['r1', 'r2'].entries()) {
      const driver = view.drivers[node]!;
      driver.set('mroutes', answer([entry('a', 'vlan10'), entry('b', 'vlan20')]));
      driver.set('interfaces', [{ name: 'lo', up: true, carrier: true, addresses: [`10.0.0.${index + 1}/32`] }]);
      const peers = [`10.0.0.${2 - index}`];
      driver.set('evpn-segments', [{ id: '03:01', interface: 'es1', up: true, forwarder: index === 0, peers }]);
      driver.set('route-to', [{ prefix: `${peers[0]}/32`, protocol: 'ospf', nexthop: null, interface: 'eth3' }]);
    }
    return view;
  };
}

const separate = { a: 'eth1', b: 'eth2' };
const options = { flows: ['a', 'b'], at: 'rx', shared: ENDS };

/** Ways of redundant feeds. */
export const PATHS: readonly Case[] = [
  holds('disjoint-paths', 'separate but for the ends', options, lab(separate, separate)),
  fails(
    'disjoint-paths',
    'the ends are not forgiven unless named',
    { flows: ['a', 'b'], at: 'rx' },
    lab(separate, separate),
    /share ce, sw, ce:eth3--rx:eth1 too/,
  ),
  fails('disjoint-paths', 'one router', options, lab({ a: 'eth1', b: 'eth1' }, { a: 'eth1', b: 'eth1' }), /share r1, /),
  fails(
    'disjoint-paths',
    'the switch hands one feed to the other router, which passes it on',
    options,
    lab({ a: 'eth2', b: 'eth2' }, separate),
    /rx: a and b share r2, sw:eth2--r2:eth1 too/,
  ),
  fails(
    'disjoint-paths',
    'a feed is nowhere',
    options,
    lab({ a: 'eth9', b: 'eth2' }, separate),
    /leaves sw at no port/,
  ),
  fails('disjoint-paths', 'no such flow', { flows: ['a', 'c'], at: 'rx' }, lab(separate, separate), /no flow c/),
  fails('disjoint-paths', 'no entry', options, lab(separate, { a: '', b: 'eth2' }), /ce has no forwarding entry/),
];

import type { DeviceFacts } from '../../../../src/device/types.js';
import { fakeLab } from '../../device/support.js';
import { both, fails, holds, type Case } from './case.js';
import type { LabView } from '../../../../src/probe/types.js';

const rpInfo = (entries: readonly (readonly [rp: string, groups: string, way: string])[]) => (): LabView =>
  both(
    'rp-info',
    entries.map(([rp, groups, way]) => ({ rp, groups, interface: way, isThisRouter: false, source: 'Static' })),
  );
const dr = (seenBy1: string, seenBy2: string) => (): LabView => {
  const view = fakeLab(['r1', 'r2']);
  const answer = (address: string): DeviceFacts['pim-interfaces'] => [
    { interface: 'eth3', address: '10.2.2.9', designatedRouter: address, isDesignatedRouter: false },
  ];
  view.drivers['r1']!.set('pim-interfaces', answer(seenBy1)).set('interfaces', [
    { name: 'eth3', up: true, carrier: true, addresses: ['10.2.2.1/24'] },
  ]);
  view.drivers['r2']!.set('pim-interfaces', answer(seenBy2));
  return view;
};
type RouteDraft = readonly [
  source: string,
  iif: string,
  oifs: readonly string[],
  state: 'SPT' | 'joined' | 'not joined',
  installed?: boolean,
];
const mroutes = (...drafts: readonly RouteDraft[]): (() => LabView) => {
  return () => {
    const group = '239.1.1.1';
    const view = both(
      'mroutes',
      drafts.map(([source, iif, oifs, , installed = true]) => ({
        source,
        group,
        iif,
        oifs,
        installed,
        flags: '',
        packets: 1,
      })),
    );
    for (const node of ['r1', 'r2']) {
      view.drivers[node]!.set(
        'pim-upstream',
        drafts.map(([source, , , state]) => ({
          source,
          group,
          iif: 'eth1',
          state: state === 'not joined' ? 'NotJoined' : 'Joined',
          rpfNeighbor: state === 'SPT' ? '' : '10.0.0.1',
          sptBit: state === 'SPT',
        })),
      );
    }
    return view;
  };
};
const igmp = (...sources: readonly (string | null)[]): (() => LabView) => {
  return () =>
    both(
      'igmp-groups',
      sources.map((source) => ({ interface: 'eth3', group: '239.1.1.1', source, version: 3 })),
    );
};

const two = ['r1', 'r2'];
const group = '239.1.1.1';
const shared: RouteDraft = ['*', 'eth1', ['pimreg', 'eth3'], 'joined'];
const specific: RouteDraft = ['10.1.1.10', 'eth1', ['eth3'], 'SPT'];

export const MULTICAST: readonly Case[] = [
  holds('rp', 'this one', { group, at: two, is: '10.0.0.1' }, rpInfo([['10.0.0.1', '239.0.0.0/8', 'eth1']])),
  fails(
    'rp',
    'another',
    { group, at: two, is: '10.0.0.1' },
    rpInfo([['10.0.0.2', '239.0.0.0/8', 'eth1']]),
    /10\.0\.0\.2/,
  ),
  fails(
    'rp',
    'of another range',
    { group, at: two, is: '10.0.0.1' },
    rpInfo([['10.0.0.1', '232.0.0.0/8', 'eth1']]),
    /no RP/,
  ),
  holds(
    'rp',
    'the longer range',
    { group, at: two, is: '10.0.0.2' },
    rpInfo([
      ['10.0.0.1', '224.0.0.0/4', 'eth1'],
      ['10.0.0.2', '239.1.0.0/16', 'eth1'],
    ]),
  ),
  fails('rp', 'no way to it', { group, at: two, is: '10.0.0.1' }, rpInfo([['10.0.0.1', '239.0.0.0/8', '']]), /no way/),
  holds('dr', 'both see it', { at: ['r1:eth3', 'r2:eth3'], is: 'r1' }, dr('10.2.2.1', '10.2.2.1')),
  fails(
    'dr',
    'they disagree',
    { at: ['r1:eth3', 'r2:eth3'], is: 'r1' },
    dr('10.2.2.1', '10.2.2.2'),
    /r2:eth3: 10\.2\.2\.2/,
  ),
  fails('dr', 'no PIM there', { at: 'r1:eth9', is: 'r1' }, dr('10.2.2.1', '10.2.2.1'), /no PIM/),
  holds('multicast-state', 'any', { group, at: two }, mroutes(shared)),
  fails('multicast-state', 'none', { group, at: two }, mroutes(), /no entry/),
  fails(
    'multicast-state',
    'only the register interface',
    { group, at: two },
    mroutes(['*', 'eth1', ['pimreg'], 'joined']),
    /nowhere/,
  ),
  fails(
    'multicast-state',
    'not installed',
    { group, at: two },
    mroutes(['*', 'eth1', ['eth3'], 'joined', false]),
    /not installed/,
  ),
  holds('multicast-state', 'of this source', { group, at: two, source: '10.1.1.10' }, mroutes(shared, specific)),
  fails('multicast-state', 'of another source', { group, at: two, source: '10.1.1.11' }, mroutes(shared, specific)),
  holds('multicast-state', 'shared', { group, at: two, tree: 'shared' }, mroutes(shared)),
  fails(
    'multicast-state',
    'not shared any more',
    { group, at: two, tree: 'shared' },
    mroutes(shared, specific),
    /from the source/,
  ),
  fails(
    'multicast-state',
    'shared no more, before the SPT bit says so',
    { group, at: two, tree: 'shared' },
    mroutes(shared, ['10.1.1.10', 'eth1', ['eth3'], 'joined']),
  ),
  holds(
    'multicast-state',
    'shortest path, before the SPT bit says so',
    { group, at: two, tree: 'shortest-path' },
    mroutes(shared, ['10.1.1.10', 'eth1', ['eth3'], 'joined']),
  ),
  fails(
    'multicast-state',
    'joined to the source, but still fed by the other tree',
    { group, at: two, tree: 'shortest-path' },
    mroutes(shared, ['10.1.1.10', 'eth2', ['eth3'], 'joined']),
    /eth2→eth3 joined/,
  ),
  holds('multicast-state', 'shortest path', { group, at: two, tree: 'shortest-path' }, mroutes(shared, specific)),
  fails(
    'multicast-state',
    'not yet shortest path',
    { group, at: two, tree: 'shortest-path' },
    mroutes(shared, ['10.1.1.10', 'eth1', ['eth3'], 'not joined']),
  ),
  holds('multicast-state', 'in by this interface', { group, at: two, in: 'eth1' }, mroutes(shared, specific)),
  fails(
    'multicast-state',
    'in by another interface, whatever the shared tree uses',
    { group, at: two, in: 'eth1' },
    mroutes(shared, ['10.1.1.10', 'eth2', ['eth3'], 'SPT']),
    /in by eth1; seen: .*eth2→eth3/,
  ),
  fails('multicast-state', 'nothing, by no interface', { group, at: two, in: 'eth1' }, mroutes(), /no entry/),
  holds('igmp-groups', 'learnt', { node: two, group }, igmp(null)),
  fails('igmp-groups', 'not all learnt', { node: two, group: [group, '239.1.1.2'] }, igmp(null)),
  fails('igmp-groups', 'on another interface', { node: two, group, on: 'eth1' }, igmp(null), /on eth3/),
  holds('igmp-groups', 'of the source', { node: two, group, on: 'eth3', source: '10.1.1.10' }, igmp('10.1.1.10')),
  fails('igmp-groups', 'of any source only', { node: two, group, source: '10.1.1.10' }, igmp(null)),
];

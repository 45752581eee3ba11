import type { QueryKind } from '../../../../src/device/types.js';
import { both, fails, holds, type Case } from './case.js';
import type { LabView } from '../../../../src/probe/types.js';

const ospf = (...states: readonly string[]): (() => LabView) => {
  return () =>
    both(
      'ospf-neighbors',
      states.map((state, index) => ({ neighborId: `10.0.0.${index}`, address: '10.1.1.1', interface: 'eth1', state })),
    );
};
const bfd = (...statuses: readonly string[]): (() => LabView) => {
  return () =>
    both(
      'bfd-peers',
      statuses.map((status) => ({ peer: '10.0.0.1', interface: 'eth1', status, detectMs: 300 })),
    );
};
const msdp = (state: string) => (): LabView =>
  both('msdp-peers', [{ peer: '10.0.0.1', local: '10.0.0.2', state, meshGroup: 'rps' }]);
const bgp = (state: string) => (): LabView =>
  both('bgp-peers', [{ peer: '10.0.0.1', family: 'ipv4Unicast', state, prefixesReceived: 1 }]);
const pim = (...on: readonly string[]): (() => LabView) => {
  return () =>
    both(
      'pim-neighbors',
      on.map((name) => ({ interface: name, address: '10.0.0.1', holdTimeS: 105 })),
    );
};
const silent = (kind: QueryKind) => (): LabView => {
  const view = both(kind, []);
  view.drivers['r2']!.set(kind, new Error('ospfd is not running'));
  return view;
};

const ldp = (state: string) => (): LabView => both('ldp-neighbors', [{ id: '10.0.0.1', state }]);

const two = ['r1', 'r2'];

export const NEIGHBORS: readonly Case[] = [
  holds('ospf-neighbors', 'all Full', { node: two, all: 'full' }, ospf('Full/-', 'Full/DR')),
  fails('ospf-neighbors', 'one not Full', { node: two, all: 'full' }, ospf('Full/-', 'Init/-'), /Init/),
  holds('ospf-neighbors', 'one not Full, but enough', { node: 'r1', 'at-least': 1 }, ospf('Full/-', 'Init/-')),
  fails('ospf-neighbors', 'too few', { node: two, all: 'full', 'at-least': 2 }, ospf('Full/-'), /at least 2/),
  fails('ospf-neighbors', 'none at all is never all', { node: two, all: 'full' }, ospf(), /r1: none/),
  fails(
    'ospf-neighbors',
    'one device silent',
    { node: two },
    silent('ospf-neighbors'),
    /r2: no answer \(ospfd is not running\)/,
  ),
  holds('pim-neighbors', 'there', { node: two, 'at-least': 2 }, pim('eth1', 'eth2')),
  fails('pim-neighbors', 'too few', { node: two, 'at-least': 3 }, pim('eth1', 'eth2')),
  holds('pim-neighbors', 'on every interface', { node: 'r1', on: ['eth1', 'eth2'] }, pim('eth1', 'eth2')),
  fails(
    'pim-neighbors',
    'nobody on one interface',
    { node: 'r1', on: ['eth1', 'eth2'] },
    pim('eth1', 'eth1'),
    /nobody on eth2/,
  ),
  holds('bfd-peers', 'up', { node: two, all: 'up' }, bfd('up', 'up')),
  fails('bfd-peers', 'one down', { node: two, all: 'up' }, bfd('up', 'down'), /down/),
  holds('msdp-peers', 'established', { node: 'r1', all: 'established' }, msdp('established')),
  fails('msdp-peers', 'listening', { node: 'r1', all: 'established' }, msdp('listen'), /listen/),
  holds('bgp-peers', 'established', { node: 'r1', all: 'established' }, bgp('Established')),
  fails('bgp-peers', 'active', { node: 'r1', all: 'established' }, bgp('Active'), /Active/),
  holds('ldp-neighbors', 'operational', { node: two, all: 'operational' }, ldp('OPERATIONAL')),
  fails('ldp-neighbors', 'not yet', { node: two, all: 'operational' }, ldp('OPENSENT'), /OPENSENT/),
];

import { fakeLab, type FakePrograms } from '../../device/support.js';
import { both, fails, holds, type Case } from './case.js';
import type { LabView } from '../../../../src/probe/types.js';

const routes = (...hops: readonly (readonly [string, string])[]): (() => LabView) => {
  return () =>
    both(
      'route-to',
      hops.map(([nexthop, name]) => ({ prefix: '10.0.0.0/8', protocol: 'ospf', nexthop, interface: name })),
    );
};
const programs = (answer: FakePrograms) => (): LabView => {
  const view = fakeLab(['r1', 'r2'], { programs: answer });
  view.drivers['r2']!.set('interfaces', [
    { name: 'eth1', up: true, carrier: true, addresses: ['fe80::1/64', '10.9.9.9/24'] },
  ]);
  return view;
};

const two = ['r1', 'r2'];

export const REACH: readonly Case[] = [
  holds(
    'ping',
    'answers',
    { from: 'r1', to: '10.0.0.9' },
    programs(() => ({})),
  ),
  holds(
    'ping',
    'an endpoint answers',
    { from: 'r1', to: ['10.0.0.9', 'r2:eth1'] },
    programs((argv) => ({ exitCode: argv.includes('10.9.9.9') || argv.includes('10.0.0.9') ? 0 : 1 })),
  ),
  fails(
    'ping',
    'is silent',
    { from: 'r1', to: '10.0.0.9' },
    programs(() => ({ exitCode: 1 })),
    /10\.0\.0\.9 is silent/,
  ),
  holds(
    'ping',
    'silent, as it shall be',
    { from: 'r1', to: '10.0.0.9', silent: true },
    programs(() => ({ exitCode: 1 })),
  ),
  fails(
    'ping',
    'one of two answers, and none shall',
    { from: 'r1', to: ['10.0.0.8', '10.0.0.9'], silent: true },
    programs((argv) => ({ exitCode: argv.includes('10.0.0.9') ? 0 : 1 })),
    /wanted no answer.*10\.0\.0\.9 answers/,
  ),
  fails(
    'ping',
    'no ping is no silence',
    { from: 'r1', to: '10.0.0.9', silent: true },
    programs(() => ({ exitCode: 2, stderr: 'no such program' })),
    /no such program/,
  ),
  fails(
    'ping',
    'cannot ping',
    { from: 'r1', to: '10.0.0.9' },
    programs(() => ({ exitCode: 2, stderr: 'no such program' })),
    /no such program/,
  ),
  fails(
    'ping',
    'an endpoint without address',
    { from: 'r1', to: 'r2:eth9' },
    programs(() => ({})),
    /no IPv4 address/,
  ),
  holds('route', 'any way', { node: two, to: '10.0.0.1' }, routes(['10.1.1.1', 'eth1'])),
  fails('route', 'no way', { node: two, to: '10.0.0.1' }, routes(), /no route/),
  holds('route', 'by this interface', { node: two, to: '10.0.0.1', via: 'eth1' }, routes(['10.1.1.1', 'eth1'])),
  holds(
    'route',
    'by both next hops',
    { node: two, to: '10.0.0.1', via: ['10.1.1.1', '10.2.2.2'] },
    routes(['10.1.1.1', 'eth1'], ['10.2.2.2', 'eth2']),
  ),
  fails(
    'route',
    'by one more than told',
    { node: two, to: '10.0.0.1', via: 'eth1' },
    routes(['10.1.1.1', 'eth1'], ['10.2.2.2', 'eth2']),
  ),
  fails(
    'route',
    'by one less than told',
    { node: two, to: '10.0.0.1', via: ['eth1', 'eth2'] },
    routes(['10.1.1.1', 'eth1']),
  ),
  holds(
    'command',
    'matches',
    { node: two, run: ['x'], expect: '^b$' },
    programs(() => ({ stdout: 'a\nb\n' })),
  ),
  fails(
    'command',
    'does not match',
    { node: two, run: ['x'], expect: '^c$' },
    programs(() => ({ stdout: 'a\nb\n' })),
    /exit code 0, a b/,
  ),
  fails(
    'command',
    'matches, but failed',
    { node: two, run: ['x'], expect: 'b' },
    programs(() => ({ stdout: 'b', exitCode: 1 })),
  ),
];

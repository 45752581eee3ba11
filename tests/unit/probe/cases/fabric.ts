import type { DeviceFacts } from '../../../../src/device/types.js';
import type { LabView } from '../../../../src/probe/types.js';
import { fakeLab } from '../../device/support.js';
import { both, fails, holds, type Case } from './case.js';

type Segment = DeviceFacts['evpn-segments'][number];
const segment = (more: Partial<Segment>): Segment => ({
  ...{ id: '03:01', interface: 'es1', up: true, forwarder: false, peers: ['10.0.0.9'] },
  ...more,
});
const segments = (first: Partial<Segment>, second: Partial<Segment>) => (): LabView => {
  const view = fakeLab(['r1', 'r2']);
  view.drivers['r1']!.set('evpn-segments', [segment(first)]);
  view.drivers['r2']!.set('evpn-segments', [segment(second)]);
  return view;
};
const hop = (labels: number[]): DeviceFacts['vrf-route'][number] => ({
  ...{ prefix: '10.9.0.1/32', protocol: 'bgp', nexthop: '10.0.0.1', interface: 'eth1', labels },
});
const routes =
  (...labels: number[][]) =>
  (): LabView =>
    both('vrf-route', labels.map(hop));

const at = ['r1', 'r2'];
const asked = { node: 'r1', vrf: 'red', to: '10.9.0.1' };

/** Ethernet Segments and VPNs. */
export const FABRIC: readonly Case[] = [
  holds('evpn-segment', 'up, one forwarder', { at }, segments({ forwarder: true }, {})),
  holds('evpn-segment', 'the one that is named', { at, forwarder: 'r2' }, segments({}, { forwarder: true })),
  fails('evpn-segment', 'another one', { at, forwarder: 'r2' }, segments({ forwarder: true }, {}), /r2 as its forw/),
  fails('evpn-segment', 'two forwarders', { at }, segments({ forwarder: true }, { forwarder: true })),
  fails('evpn-segment', 'no forwarder', { at }, segments({}, {}), /not forwarder/),
  fails('evpn-segment', 'down at one', { at }, segments({ forwarder: true }, { up: false }), /down/),
  fails('evpn-segment', 'alone', { at }, segments({ forwarder: true, peers: [] }, {}), /nobody else/),
  fails('evpn-segment', 'two segments', { at }, segments({ forwarder: true }, { id: '03:02' })),
  fails('evpn-segment', 'of others only', { at }, segments({ forwarder: true }, { interface: null }), /on no segment/),
  fails('evpn-segment', 'silent', { at }, () => both('evpn-segments', new Error('dead')), /no answer/),
  holds('vpn-route', 'there', asked, routes([])),
  holds('vpn-route', 'labelled', { ...asked, labelled: true }, routes([23, 80], [80])),
  fails('vpn-route', 'one way without a label', { ...asked, labelled: true }, routes([80], []), /no label/),
  fails('vpn-route', 'none', asked, routes(), /no route/),
  holds('vpn-route', 'absent', { ...asked, absent: true }, routes()),
  fails('vpn-route', 'there, though it must not', { ...asked, absent: true }, routes([80])),
  fails('vpn-route', 'no answer is not absent', { ...asked, absent: true }, () => both('vrf-route', new Error('dead'))),
];

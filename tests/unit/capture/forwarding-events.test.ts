import { expect } from 'chai';
import { parseForwardingEvents } from '../../../src/capture/forwarding-events.js';

describe('forwarding events', () => {
  it('are read from what ip monitor writes; the kernel’s own routes are left out', () => {
    const text = [
      '[2026-11-21T00:33:44.179102] [NEXTHOP]id 100 group 5/6 ',
      '[2026-11-21T00:33:44.180971] [ROUTE]10.77.0.0/24 nhid 100 ',
      '\tnexthop via 10.66.0.2 dev b0 weight 1 ',
      '[2026-11-21T00:33:44.190305] [ROUTE]Deleted 10.77.0.0/24 nhid 100 via 10.66.0.2 dev b0 ',
      '[2026-11-21T00:33:44.790969] [ROUTE]local fe80::c462:37ff:fe6b:c6e9 dev d0 table local proto kernel metric 0',
      '[2026-11-21T00:34:09.968200] [NEIGH]dev d2 lladdr 02:00:00:00:00:09 PERMANENT ',
      '[2026-11-21T00:34:09.9',
    ].join('\n');
    expect(parseForwardingEvents(text).map(({ kind, what }) => `${kind} ${what}`)).to.deep.equal([
      'nexthop id 100 group 5/6',
      'route 10.77.0.0/24 nhid 100',
      'route Deleted 10.77.0.0/24 nhid 100 via 10.66.0.2 dev b0',
      'mac dev d2 lladdr 02:00:00:00:00:09 PERMANENT',
    ]);
    expect(parseForwardingEvents(text)[0]!.at).to.equal(1_795_221_224_179_102_000n);
  });

  it('tell when a port of a bond goes out of use and into use, and by whom', () => {
    const port = (second: string, state: string, link: string, actor: number): string =>
      `[2026-11-21T00:33:${second}.000001] [LINK]2: eth1@if2: <UP> mtu 1500 qdisc noqueue master es1 state UP group default ` +
      `\\    link/ether aa:c1:ab:42:9d:a5 \\    bond_slave state ${state} mii_status ${link} link_failure_count 0 ` +
      `ad_aggregator_id 1 ad_actor_oper_port_state ${actor} ad_actor_oper_port_state_str <active> numtxqueues 1 `;
    const text = [
      port('40', 'ACTIVE', 'UP', 63), // said again
      port('41', 'BACKUP', 'UP', 15),
      port('42', 'ACTIVE', 'UP', 71), // defaulted: on its own, without a partner
      port('43', 'ACTIVE', 'UP', 63),
      port('44', 'ACTIVE', 'DOWN', 63),
      port('45', 'BACKUP', 'DOWN', 63),
      '[2026-11-21T00:33:46.000001] [LINK]3: eth2@if1: <UP> mtu 1500 state UP \\    link/ether aa:c1:ab:42:9d:a6',
    ].join('\n');
    const told = parseForwardingEvents(`${text}\n`).map(({ at, kind, what }) => [
      Number(at / 1_000_000_000n) % 60,
      kind,
      what,
    ]);
    expect(told).to.deep.equal([
      [41, 'lacp', 'eth1 of es1 is out of use'],
      [43, 'lacp', 'eth1 of es1 is in use'],
      [44, 'bundle', 'eth1 of es1 is out of use, its link is down'],
    ]);
  });
});

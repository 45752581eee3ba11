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
});

import { bfdPeers } from './bfd-peers.js';
import { bgpPeers } from './bgp-peers.js';
import { command } from './command.js';
import { disjointPaths } from './disjoint-paths.js';
import { dr } from './dr.js';
import { evpnSegment } from './evpn-segment.js';
import { flowReceived } from './flow-received.js';
import { igmpGroups } from './igmp-groups.js';
import { ldpNeighbors } from './ldp-neighbors.js';
import { lossFree } from './loss-free.js';
import { msdpPeers } from './msdp-peers.js';
import { multicastState } from './multicast-state.js';
import { ospfNeighbors } from './ospf-neighbors.js';
import { pimNeighbors } from './pim-neighbors.js';
import { ping } from './ping.js';
import { route } from './route.js';
import { rp } from './rp.js';
import { vpnRoute } from './vpn-route.js';
import type { Probe } from './types.js';

export type ProbeKind =
  | 'ospf-neighbors'
  | 'pim-neighbors'
  | 'bfd-peers'
  | 'msdp-peers'
  | 'bgp-peers'
  | 'ldp-neighbors'
  | 'rp'
  | 'dr'
  | 'multicast-state'
  | 'igmp-groups'
  | 'ping'
  | 'route'
  | 'vpn-route'
  | 'evpn-segment'
  | 'loss-free'
  | 'flow-received'
  | 'disjoint-paths'
  | 'command';

/** All probes, in the order in which lists and docs show them. */
export const PROBES: Readonly<Record<ProbeKind, Probe<never>>> = {
  'ospf-neighbors': anyOf(ospfNeighbors),
  'pim-neighbors': anyOf(pimNeighbors),
  'bfd-peers': anyOf(bfdPeers),
  'msdp-peers': anyOf(msdpPeers),
  'bgp-peers': anyOf(bgpPeers),
  'ldp-neighbors': anyOf(ldpNeighbors),
  rp: anyOf(rp),
  dr: anyOf(dr),
  'multicast-state': anyOf(multicastState),
  'igmp-groups': anyOf(igmpGroups),
  ping: anyOf(ping),
  route: anyOf(route),
  'vpn-route': anyOf(vpnRoute),
  'evpn-segment': anyOf(evpnSegment),
  'loss-free': anyOf(lossFree),
  'flow-received': anyOf(flowReceived),
  'disjoint-paths': anyOf(disjointPaths),
  command: anyOf(command),
};

/** A probe whose options are known to its own schema only: whoever calls it has them checked by that. */
function anyOf<Options>(probe: Probe<Options>): Probe<never> {
  return probe as unknown as Probe<never>;
}

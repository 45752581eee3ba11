import { bfdPeers } from './bfd-peers.js';
import { bgpPeers } from './bgp-peers.js';
import { command } from './command.js';
import { dr } from './dr.js';
import { flowReceived } from './flow-received.js';
import { igmpGroups } from './igmp-groups.js';
import { lossFree } from './loss-free.js';
import { msdpPeers } from './msdp-peers.js';
import { multicastState } from './multicast-state.js';
import { ospfNeighbors } from './ospf-neighbors.js';
import { pimNeighbors } from './pim-neighbors.js';
import { ping } from './ping.js';
import { route } from './route.js';
import { rp } from './rp.js';
import type { Probe } from './types.js';

export type ProbeKind =
  | 'ospf-neighbors'
  | 'pim-neighbors'
  | 'bfd-peers'
  | 'msdp-peers'
  | 'bgp-peers'
  | 'rp'
  | 'dr'
  | 'multicast-state'
  | 'igmp-groups'
  | 'ping'
  | 'route'
  | 'loss-free'
  | 'flow-received'
  | 'command';

/** All probes, in the order in which lists and docs show them. */
export const PROBES: Readonly<Record<ProbeKind, Probe<never>>> = {
  'ospf-neighbors': ospfNeighbors,
  'pim-neighbors': pimNeighbors,
  'bfd-peers': bfdPeers,
  'msdp-peers': msdpPeers,
  'bgp-peers': bgpPeers,
  rp,
  dr,
  'multicast-state': multicastState,
  'igmp-groups': igmpGroups,
  ping,
  route,
  'loss-free': lossFree,
  'flow-received': flowReceived,
  command,
};

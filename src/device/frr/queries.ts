import { UnsupportedQuery, type DeviceFacts, type QueryArguments, type QueryKind } from '../types.js';
import { parseBfdPeers } from './parse/bfd-peers.js';
import { parseBgpPeers } from './parse/bgp-peers.js';
import { parseEvpnSegments } from './parse/evpn-segments.js';
import { parseIgpSettings } from './parse/igp-settings.js';
import { parseIgmpGroups } from './parse/igmp-groups.js';
import { parseLdpNeighbors } from './parse/ldp-neighbors.js';
import { parseMroutes } from './parse/mroutes.js';
import { parseMsdpPeers } from './parse/msdp-peers.js';
import { parseMsdpSa } from './parse/msdp-sa.js';
import { parseOspfNeighbors } from './parse/ospf-neighbors.js';
import { parsePimInterfaces } from './parse/pim-interfaces.js';
import { parsePimNeighbors } from './parse/pim-neighbors.js';
import { parsePimUpstream } from './parse/pim-upstream.js';
import { parseRouteTo } from './parse/route-to.js';
import { parseRpInfo } from './parse/rp-info.js';
import { parseVrfRoute } from './parse/vrf-route.js';
import type { Vtysh } from './vtysh.js';

type Ask<K extends QueryKind> = (vtysh: Vtysh, args: QueryArguments) => Promise<DeviceFacts[K]>;

/** How each kind of question is put to FRR. Interfaces are the kernel's: they are not asked here. */
const QUERIES: { readonly [K in Exclude<QueryKind, 'interfaces'>]: Ask<K> } = {
  'ospf-neighbors': async (vtysh) => parseOspfNeighbors(await vtysh.answer('show ip ospf neighbor json')),
  'pim-neighbors': async (vtysh) => parsePimNeighbors(await vtysh.answer('show ip pim neighbor json')),
  'pim-interfaces': async (vtysh) => parsePimInterfaces(await vtysh.answer('show ip pim interface json')),
  'rp-info': async (vtysh) => parseRpInfo(await vtysh.answer('show ip pim rp-info json')),
  mroutes: async (vtysh, { group }) =>
    ofGroup(
      parseMroutes(await vtysh.answer('show ip mroute json'), await vtysh.answer('show ip pim state json')),
      group,
    ),
  'pim-upstream': async (vtysh, { group }) =>
    ofGroup(
      parsePimUpstream(
        await vtysh.answer('show ip pim upstream json'),
        await vtysh.answer('show ip pim upstream-rpf json'),
      ),
      group,
    ),
  'igmp-groups': async (vtysh, { group }) =>
    ofGroup(
      parseIgmpGroups(await vtysh.answer('show ip igmp groups json'), await vtysh.answer('show ip igmp sources json')),
      group,
    ),
  'msdp-peers': async (vtysh) =>
    parseMsdpPeers(await vtysh.answer('show ip msdp peer json'), await vtysh.answer('show ip msdp mesh-group json')),
  'msdp-sa': async (vtysh, { group }) => ofGroup(parseMsdpSa(await vtysh.answer('show ip msdp sa json')), group),
  'bfd-peers': async (vtysh) => parseBfdPeers(await vtysh.answer('show bfd peers json')),
  'bgp-peers': async (vtysh) => parseBgpPeers(await vtysh.answer('show bgp summary json')),
  'evpn-segments': async (vtysh) => parseEvpnSegments(await vtysh.answer('show evpn es detail json')),
  'ldp-neighbors': async (vtysh) => parseLdpNeighbors(await vtysh.answer('show mpls ldp neighbor json')),
  'vrf-route': async (vtysh, { vrf, address }) => {
    if (vrf === undefined || address === undefined) throw new RangeError('vrf-route needs a VRF and an address');
    if (!/^[\w.-]+$/.test(vrf)) throw new UnsupportedQuery(`vrf-route takes the name of a VRF, not ${vrf}`);
    return parseVrfRoute(await vtysh.answer(`show ip route vrf ${vrf} ${ipv4Address(address)} json`));
  },
  'igp-settings': async (vtysh) => parseIgpSettings(await vtysh.show('show running-config')),
  'route-to': async (vtysh, { address }) => {
    if (address === undefined) throw new RangeError('route-to needs an address');
    return parseRouteTo(await vtysh.answer(`show ip route ${ipv4Address(address)} json`));
  },
};

/** The address as a word of a command. */
function ipv4Address(address: string): string {
  if (!/^[0-9.]+(\/\d+)?$/.test(address)) throw new UnsupportedQuery(`${address} is no IPv4 address`);
  return address;
}

/** @throws UnsupportedQuery, CommandError with FRR's words, LabError where the answer is not understood */
export async function askFrr<K extends Exclude<QueryKind, 'interfaces'>>(
  vtysh: Vtysh,
  kind: K,
  args: QueryArguments,
): Promise<DeviceFacts[K]> {
  return QUERIES[kind](vtysh, args);
}

function ofGroup<T extends { readonly group: string }>(facts: readonly T[], group: string | undefined): readonly T[] {
  return group === undefined ? facts : facts.filter((fact) => fact.group === group);
}

/** What goes into the run folder as it is, by file name. */
export const STATE_TABLES: readonly { readonly file: string; readonly daemon: string; readonly command: string }[] = [
  { file: 'interface.json', daemon: 'zebra', command: 'show interface json' },
  { file: 'ip-route.json', daemon: 'zebra', command: 'show ip route json' },
  { file: 'ip-ospf-neighbor.json', daemon: 'ospfd', command: 'show ip ospf neighbor json' },
  { file: 'ip-pim-neighbor.json', daemon: 'pimd', command: 'show ip pim neighbor json' },
  { file: 'ip-pim-interface.json', daemon: 'pimd', command: 'show ip pim interface json' },
  { file: 'ip-pim-rp-info.json', daemon: 'pimd', command: 'show ip pim rp-info json' },
  { file: 'ip-pim-upstream.json', daemon: 'pimd', command: 'show ip pim upstream json' },
  { file: 'ip-pim-upstream-rpf.json', daemon: 'pimd', command: 'show ip pim upstream-rpf json' },
  { file: 'ip-pim-join.json', daemon: 'pimd', command: 'show ip pim join json' },
  { file: 'ip-pim-state.json', daemon: 'pimd', command: 'show ip pim state json' },
  { file: 'ip-mroute.json', daemon: 'pimd', command: 'show ip mroute json' },
  { file: 'ip-igmp-groups.json', daemon: 'pimd', command: 'show ip igmp groups json' },
  { file: 'ip-igmp-sources.json', daemon: 'pimd', command: 'show ip igmp sources json' },
  { file: 'ip-msdp-peer.json', daemon: 'pimd', command: 'show ip msdp peer json' },
  { file: 'ip-msdp-sa.json', daemon: 'pimd', command: 'show ip msdp sa json' },
  { file: 'bfd-peers.json', daemon: 'bfdd', command: 'show bfd peers json' },
  { file: 'bgp-summary.json', daemon: 'bgpd', command: 'show bgp summary json' },
  { file: 'bgp-l2vpn-evpn.json', daemon: 'bgpd', command: 'show bgp l2vpn evpn json' },
  { file: 'bgp-ipv4-vpn.json', daemon: 'bgpd', command: 'show bgp ipv4 vpn json' },
  { file: 'evpn-es.json', daemon: 'zebra', command: 'show evpn es detail json' },
  { file: 'mpls-ldp-neighbor.json', daemon: 'ldpd', command: 'show mpls ldp neighbor json' },
];

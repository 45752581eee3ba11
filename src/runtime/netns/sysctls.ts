import type { TopologyNode } from '../../topology/types.js';

/**
 * Kernel settings that every node starts from, before its interfaces are made; a node's own `sysctls` come after.
 * A new network namespace takes its IPv4 settings from the host's, so all that matter are written: a lab behaves the
 * same on every host. The values:
 * - as in a container on a Docker host (which forwards, and so do its containers): `ip_forward` 1; IPv6 forwarding
 *   only in FRR nodes, which need it and have it set in practice;
 * - reverse-path filter off: multicast and asymmetric paths are what these labs are about;
 * - quiet: no duplicate address detection (an address is usable at once), no router solicitations, no address
 *   from router advertisements. A node that wants them says so: `net.ipv6.conf.default.accept_ra: 1`;
 * - enough multicast memberships for many groups per receiver.
 */
export function defaultSysctls(node: TopologyNode): readonly (readonly [key: string, value: string])[] {
  const forwards = node.kind === 'bridge' ? '0' : '1';
  const settings: (readonly [string, string])[] = [
    // first: a change of it resets others
    ['net.ipv4.ip_forward', forwards],
    ['net.ipv6.conf.all.forwarding', node.driver === 'frr' ? '1' : '0'],
    ['net.ipv6.conf.default.forwarding', node.driver === 'frr' ? '1' : '0'],
    ['net.ipv4.igmp_max_memberships', '4096'],
    ['net.ipv4.igmp_max_msf', '512'],
    ['net.ipv4.ping_group_range', '0 2147483647'],
  ];
  for (const scope of ['all', 'default']) settings.push(...interfaceSysctls(node, scope));
  return settings;
}

/** The settings of `defaultSysctls` that one interface (or `all`, or `default`) has of its own. */
export function interfaceSysctls(node: TopologyNode, scope: string): (readonly [key: string, value: string])[] {
  const ipv4: [string, string][] = [
    ['rp_filter', '0'],
    ['log_martians', '0'],
    ['accept_redirects', node.kind === 'bridge' ? '1' : '0'],
    ['secure_redirects', '1'],
    ['send_redirects', '1'],
    ['accept_source_route', '0'],
    ['accept_local', '0'],
    ['arp_ignore', '0'],
    ['arp_announce', '0'],
    ['arp_filter', '0'],
    ['arp_notify', '0'],
    ['proxy_arp', '0'],
    ['force_igmp_version', '0'],
  ];
  const ipv6: [string, string][] = [
    ['disable_ipv6', node.kind === 'bridge' ? '1' : '0'],
    ['accept_dad', '0'],
    ['dad_transmits', '0'],
    ['accept_ra', '0'],
    ['autoconf', '0'],
    ['router_solicitations', '0'],
    ['use_tempaddr', '0'],
    ['addr_gen_mode', '0'],
  ];
  return [
    ...ipv4.map(([name, value]) => [`net/ipv4/conf/${scope}/${name}`, value] as const),
    ...ipv6.map(([name, value]) => [`net/ipv6/conf/${scope}/${name}`, value] as const),
  ];
}

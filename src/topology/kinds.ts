/** Node kinds of containerlab 0.79, each with its other names. */
const KIND_NAMES: readonly (readonly string[])[] = [
  ['linux'],
  ['bridge'],
  ['ovs-bridge'],
  ['host'],
  ['ext-container'],
  ['k8s-kind'],
  ['nokia_srlinux', 'srl'],
  ['nokia_srsim'],
  ['nokia_sros', 'vr-sros', 'vr-nokia_sros'],
  ['juniper_crpd', 'crpd'],
  ['juniper_csrx'],
  ['juniper_cjunosevolved', 'cjunosevolved'],
  ['juniper_vjunosevolved'],
  ['juniper_vjunosrouter'],
  ['juniper_vjunosswitch'],
  ['juniper_vmx', 'vr-vmx', 'vr-juniper_vmx'],
  ['juniper_vqfx', 'vr-vqfx', 'vr-juniper_vqfx'],
  ['juniper_vsrx', 'vr-vsrx', 'vr-juniper_vsrx'],
  ['arista_ceos', 'ceos'],
  ['arista_veos', 'vr-veos', 'vr-arista_veos'],
  ['cisco_asav'],
  ['cisco_c8000', 'c8000'],
  ['cisco_c8000v'],
  ['cisco_cat9kv'],
  ['cisco_csr1000v', 'vr-csr', 'vr-cisco_csr1000v'],
  ['cisco_ftdv'],
  ['cisco_iol'],
  ['cisco_n9kv', 'vr-n9kv', 'vr-cisco_n9kv'],
  ['cisco_sdwan'],
  ['cisco_vios'],
  ['cisco_xrd', 'xrd'],
  ['cisco_xrd_vrouter'],
  ['cisco_xrv', 'vr-xrv', 'vr-cisco_xrv'],
  ['cisco_xrv9k', 'vr-xrv9k', 'vr-cisco_xrv9k'],
  ['6wind_vsr'],
  ['arrcus_arcos'],
  ['aruba_aoscx', 'vr-aoscx', 'vr-aruba_aoscx'],
  ['border0'],
  ['checkpoint_cloudguard'],
  ['ciena_saos', 'vr-ciena_saos'],
  ['cumulus_cvx', 'cvx'],
  ['dell_ftosv', 'vr-ftosv', 'vr-dell_ftosv'],
  ['dell_sonic'],
  ['f5_bigip-ve'],
  ['fdio_vpp'],
  ['fortinet_fortigate'],
  ['freebsd'],
  ['generic_vm'],
  ['huawei_vrp'],
  ['ipinfusion_ocnos'],
  ['keysight_ixia-c-one'],
  ['mikrotik_ros', 'vr-ros', 'vr-mikrotik_ros'],
  ['nvidia_cumulusvx'],
  ['openbsd'],
  ['openwrt'],
  ['ostinato'],
  ['paloalto_panos', 'vr-pan', 'vr-paloalto_panos'],
  ['plvision_sonic'],
  ['rare'],
  ['sonic-vm'],
  ['sonic-vs'],
  ['spirent_stc'],
  ['veesix_osvbng'],
  ['vyosnetworks_vyos'],
];

/** Every kind that containerlab knows, other names included. */
export const KINDS: readonly string[] = KIND_NAMES.flat();
/** The kinds under the names that containerlab prefers. */
export const MAIN_KINDS: readonly string[] = KIND_NAMES.map(([name]) => name!);

/** True for what runs Junos, in a container or a virtual machine. */
export function isJunosKind(kind: string): boolean {
  return /^(vr-)?juniper_/.test(kind) || ['crpd', 'cjunosevolved', 'vr-vmx', 'vr-vqfx', 'vr-vsrx'].includes(kind);
}

/** True where the kind's interfaces lie in the host's own network namespace, so that their names must differ there. */
export function isRootNamespaceKind(kind: string): boolean {
  return kind === 'bridge' || kind === 'ovs-bridge' || kind === 'host';
}

interface AliasRule {
  readonly kinds: readonly string[];
  /** Its group 1 is the port's number. */
  readonly pattern: RegExp;
  /** What is added to the port's number to get X in `ethX`. */
  readonly add: number;
  readonly help: string;
}

const JUNOS_PORT = { pattern: /^(?:et|xe|ge)-0\/0\/(\d+)$/, add: 1, help: 'ge-0/0/X, xe-0/0/X or et-0/0/X (X from 0)' };

/** The NOS's own port names, per kind: containerlab calls the same interface `ethX` outside the device. */
const ALIASES: readonly AliasRule[] = [
  {
    kinds: ['juniper_vjunosrouter', 'juniper_vjunosswitch', 'juniper_vjunosevolved', 'juniper_vmx', 'juniper_vqfx'],
    ...JUNOS_PORT,
  },
  { kinds: ['juniper_vsrx'], ...JUNOS_PORT },
  { kinds: ['juniper_cjunosevolved'], pattern: /^et-0\/0\/(\d+)$/, add: 4, help: 'et-0/0/X (X from 0)' },
  {
    kinds: ['cisco_csr1000v', 'cisco_c8000v'],
    pattern: /^(?:Gi|GigabitEthernet)\s?(\d+)$/,
    add: -1,
    help: 'GiX or GigabitEthernetX (X from 2)',
  },
  { kinds: ['cisco_vios'], pattern: /^(?:Gi|GigabitEthernet)\s?(\d+)$/, add: 1, help: 'GiX (X from 0)' },
  {
    kinds: ['cisco_cat9kv'],
    pattern: /^(?:Gi|GigabitEthernet)\s?1\/0\/(\d+)$/,
    add: 0,
    help: 'Gi1/0/X (X from 1)',
  },
  { kinds: ['cisco_n9kv'], pattern: /^(?:Et|Ethernet)\s?1\/(\d+)$/, add: 0, help: 'Ethernet1/X (X from 1)' },
  { kinds: ['cisco_xrv'], pattern: /^(?:Gi|GigabitEthernet)\s?0\/0\/0\/(\d+)$/, add: 1, help: 'Gi0/0/0/X (X from 0)' },
  {
    kinds: ['cisco_xrv9k', 'cisco_xrd_vrouter'],
    pattern: /^(?:Gi|GigabitEthernet|Te|TenGigE|TenGigabitEthernet)\s?0\/0\/0\/(\d+)$/,
    add: 1,
    help: 'Gi0/0/0/X or Te0/0/0/X (X from 0)',
  },
  {
    kinds: ['cisco_asav', 'cisco_ftdv'],
    pattern: /^(?:Gi|GigabitEthernet)\s?0\/(\d+)$/,
    add: 1,
    help: 'Gi0/X (X from 0)',
  },
  { kinds: ['arista_veos'], pattern: /^(?:Et|Ethernet)1\/(\d+)$/, add: 0, help: 'Et1/X (X from 1)' },
  { kinds: ['aruba_aoscx'], pattern: /^1\/1\/(\d+)$/, add: 0, help: '1/1/X (X from 1)' },
  { kinds: ['paloalto_panos'], pattern: /^Ethernet1\/(\d+)$/, add: 0, help: 'Ethernet1/X (X from 1)' },
  { kinds: ['mikrotik_ros'], pattern: /^ether(\d+)$/, add: -1, help: 'etherX (X from 2)' },
  { kinds: ['nvidia_cumulusvx'], pattern: /^swp(\d+)$/, add: 0, help: 'swpX (X from 1)' },
  { kinds: ['fortinet_fortigate'], pattern: /^port(\d+)$/, add: -1, help: 'portX (X from 2)' },
  { kinds: ['freebsd'], pattern: /^vtnet(\d+)$/, add: 0, help: 'vtnetX (X from 1)' },
  { kinds: ['openbsd'], pattern: /^vio(\d+)$/, add: 0, help: 'vioX (X from 1)' },
  { kinds: ['ciena_saos'], pattern: /^(\d+)$/, add: 0, help: 'X (X from 1)' },
  { kinds: ['f5_bigip-ve'], pattern: /^1\.(\d+)$/, add: 0, help: '1.X (X from 1)' },
];

/** Kinds whose interfaces are plain Linux interfaces under the name that the file gives them. */
const PLAIN_KINDS = ['linux', 'bridge', 'ovs-bridge', 'host', 'ext-container', 'juniper_crpd', 'crpd'];

/**
 * The name of an interface as the node's network namespace has it: `ge-0/0/0` of a vJunos router is `eth1`.
 * @returns a `problem` where the kind has no such interface.
 */
export function linuxInterface(kind: string, name: string): { readonly name: string } | { readonly problem: string } {
  const main = KIND_NAMES.find((names) => names.includes(kind))?.[0] ?? kind;
  const rule = ALIASES.find(({ kinds }) => kinds.includes(main));
  if (rule !== undefined) {
    if (/^eth[1-9]\d*$/.test(name)) return { name };
    const match = rule.pattern.exec(name);
    const index = match === null ? 0 : Number(match[1]) + rule.add;
    if (index < 1)
      return { problem: `a ${kind} has no interface \`${name}\`; its names are ${rule.help} or eth1, eth2 …` };
    return { name: `eth${index}` };
  }
  if (main === 'nokia_srlinux') {
    const port = /^(?:ethernet-|e)(\d+)[/-](\d+)(?:[/-](\d+))?$/.exec(name);
    if (port !== null)
      return {
        name: `e${port
          .slice(1)
          .filter((part) => part !== undefined)
          .join('-')}`,
      };
  }
  if (!PLAIN_KINDS.includes(main)) return { name };
  if (name.length > 15) return { problem: `interface name \`${name}\` has ${name.length} characters, Linux allows 15` };
  if (!/^[^\s/:]+$/.test(name) || name === '.' || name === '..') {
    return { problem: `\`${name}\` is not an interface name: no spaces, slashes or colons` };
  }
  return { name };
}

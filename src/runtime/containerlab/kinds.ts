import { LabError } from '../../core/errors.js';
import type { Topology } from '../../topology/types.js';

/** Kinds of containerlab 0.79 that are a virtual machine in a container (vrnetlab and the like). */
const VIRTUAL_MACHINES = new Set([
  ...['juniper_vjunosrouter', 'juniper_vjunosswitch', 'juniper_vjunosevolved', 'juniper_vmx', 'juniper_vqfx'],
  ...['juniper_vsrx', 'nokia_sros', 'arista_veos', 'cisco_asav', 'cisco_c8000v', 'cisco_cat9kv', 'cisco_csr1000v'],
  ...['cisco_ftdv', 'cisco_n9kv', 'cisco_sdwan', 'cisco_vios', 'cisco_xrv', 'cisco_xrv9k', 'cisco_c8000', 'c8000'],
  ...['6wind_vsr', 'arrcus_arcos', 'aruba_aoscx', 'checkpoint_cloudguard', 'ciena_saos', 'dell_ftosv', 'dell_sonic'],
  ...['f5_bigip-ve', 'fortinet_fortigate', 'freebsd', 'generic_vm', 'huawei_vrp', 'ipinfusion_ocnos', 'mikrotik_ros'],
  ...['nvidia_cumulusvx', 'openbsd', 'openwrt', 'paloalto_panos', 'plvision_sonic', 'sonic-vm', 'spirent_stc'],
  ...['juniper_cjunosevolved', 'cjunosevolved'],
]);

export function isVirtualMachine(kind: string): boolean {
  return kind.startsWith('vr-') || VIRTUAL_MACHINES.has(kind);
}

/**
 * @throws LabError where nodes are virtual machines: what is done in the container's network namespace, or run in the
 *   container, reaches their launcher and not them.
 */
export function refuseVirtualMachines(topology: Topology): void {
  const found = topology.nodes.filter((node) => isVirtualMachine(node.kind));
  if (found.length === 0) return;
  const names = found.map((node) => `${node.name} (${node.kind})`).join(', ');
  throw new LabError(
    `nodes that are virtual machines in containers are not supported: ${names}. A program that is run there, a link that ` +
      'is set down and a process that is ended are those of the launcher, and the device inside does not notice',
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { runCommand } from '../../process/command.js';
import { FEATURES, type Feature } from './needs.js';

/** How a feature is tried in a namespace of its own, and which module it would come from. */
const LINK_TRIALS: Partial<Record<Feature, { readonly module: string; readonly line: string }>> = {
  veth: { module: 'veth', line: 'link add t0 type veth peer name t1' },
  bridge: { module: 'bridge', line: 'link add t2 type bridge' },
  vxlan: { module: 'vxlan', line: 'link add t3 type vxlan id 1 dstport 4789' },
  vlan: { module: '8021q', line: 'link add link t0 name t4 type vlan id 5' },
  vrf: { module: 'vrf', line: 'link add t5 type vrf table 10' },
  bond: { module: 'bonding', line: 'link add t6 type bond' },
  dummy: { module: 'dummy', line: 'link add t7 type dummy' },
  macvlan: { module: 'macvlan', line: 'link add link t0 name t8 type macvlan' },
  gre: { module: 'ip_gre', line: 'link add t9 type gre remote 192.0.2.1 local 192.0.2.2' },
};

/**
 * Which kernel features this host has. Tried in a network namespace that goes away at once. What would have to be
 * loaded as a module is not tried but looked up: loading leaves traces on the host (bonding makes a `bond0`).
 */
export async function kernelFeatures(): Promise<ReadonlyMap<Feature, boolean>> {
  const found = new Map<Feature, boolean>();
  const tried: Feature[] = [];
  for (const feature of FEATURES) {
    const trial = LINK_TRIALS[feature];
    if (!trial) continue;
    if (await isLoadable(trial.module)) found.set(feature, true);
    else tried.push(feature);
  }
  const lines = tried.map((feature) => LINK_TRIALS[feature]!.line);
  const needsVeth = tried.includes('veth') ? [] : ['link add t0 type veth peer name t1'];
  const failed = await failedLines(['ip', '-force', '-batch', '-'], [...needsVeth, ...lines]);
  tried.forEach((feature, index) => found.set(feature, !failed.has(index + needsVeth.length + 1)));
  found.set(
    'netem',
    (await isLoadable('sch_netem')) || (await tries(['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem'])),
  );
  for (const hook of ['ingress', 'egress'] as const) {
    const rule = `table netdev t {\nchain c { type filter hook ${hook} device "lo" priority 0; }\n}\n`;
    found.set(`nft-netdev-${hook}`, await tries(['nft', '-f', '-'], rule));
  }
  found.set('mpls', existsSync('/proc/sys/net/mpls') || (await isLoadable('mpls_router')));
  found.set('multicast-routing', existsSync('/proc/net/ip_mr_vif'));
  return found;
}

/** Whether the kernel has this file system, or would load it. */
export async function hasFileSystem(name: string): Promise<boolean> {
  const listed = readFileSync('/proc/filesystems', 'utf8').split('\n');
  return listed.some((line) => line.split('\t')[1] === name) || isLoadable(name);
}

/** A module that is not in the kernel yet and that modprobe would load. */
async function isLoadable(module: string): Promise<boolean> {
  if (existsSync(`/sys/module/${module.replace('-', '_')}`) || !existsSync(`/lib/modules/${release()}`)) return false;
  try {
    const argv = ['modprobe', '--dry-run', '--show-depends', module];
    const { exitCode, stdout } = await runCommand(argv, { allowFailure: true });
    return exitCode === 0 && stdout.includes('insmod ');
  } catch {
    return false; // no modprobe here
  }
}

async function tries(argv: readonly string[], input = ''): Promise<boolean> {
  try {
    return (await runCommand(['unshare', '--net', ...argv], { input, allowFailure: true })).exitCode === 0;
  } catch {
    return false;
  }
}

/** Numbers (from 1) of the lines that a batch fails with in a new network namespace. */
async function failedLines(argv: readonly string[], lines: readonly string[]): Promise<ReadonlySet<number>> {
  try {
    const input = `${lines.join('\n')}\n`;
    const { stderr } = await runCommand(['unshare', '--net', ...argv], { input, allowFailure: true });
    return new Set([...stderr.matchAll(/^Command failed -:(\d+)/gm)].map((match) => Number(match[1])));
  } catch {
    return new Set(lines.map((_, index) => index + 1));
  }
}

import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import type { Topology } from '../../topology/types.js';
import { checkPrograms } from '../netns/host-check.js';
import type { HostFinding } from '../types.js';
import { factsOfDocker, notLocal } from './docker.js';
import { imageHint, missingImages } from './images.js';
import { isVirtualMachine } from './kinds.js';
import { findProgram, programVersion } from './program.js';

/** What this host has of what containerlab's labs need. Creates nothing. */
export async function checkHost(docker: Docker, topology?: Topology): Promise<readonly HostFinding[]> {
  const findings: HostFinding[] = [...checkPrograms()];
  findings.push(await containerlab());
  try {
    const facts = await factsOfDocker(docker);
    findings.push(
      facts.local
        ? { what: 'docker', state: 'ok', detail: `Docker ${facts.version} at ${facts.where}` }
        : { what: 'docker', state: 'missing', detail: notLocal(facts) },
    );
  } catch (error) {
    findings.push({ what: 'docker', state: 'missing', detail: (error as Error).message });
    return findings;
  }
  findings.push(...forwarding(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim() === '1', topology));
  if (topology === undefined) return findings;
  for (const node of topology.nodes.filter((one) => isVirtualMachine(one.kind))) {
    findings.push({
      what: node.name,
      state: 'missing',
      detail: `kind ${node.kind} is a virtual machine: not supported`,
    });
  }
  for (const { image, nodes } of await missingImages(docker, topology)) {
    findings.push({
      what: 'image',
      state: image.startsWith('faultline/') ? 'missing' : 'note',
      detail: `${image} is not here (${nodes.join(', ')})`,
      hint: imageHint(image),
    });
  }
  return findings;
}

/** The kernel has two names for it. */
const FORWARDING = ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding'];

/**
 * Whether routers in containers route: a network namespace begins with the host's own setting.
 * @param isOn that of the host
 */
export function forwarding(isOn: boolean, topology?: Topology): readonly HostFinding[] {
  const what = 'ip_forward';
  if (isOn) return [{ what, state: 'ok', detail: 'this host forwards IPv4, so containers begin with that' }];
  const without = topology?.nodes.filter(
    ({ driver, sysctls }) => driver === 'frr' && !FORWARDING.some((name) => sysctls[name] === '1'),
  );
  if (without?.length === 0) return [];
  const who = without === undefined ? 'containers' : without.map(({ name }) => name).join(', ');
  return [
    {
      what,
      state: 'note',
      detail: `this host does not forward IPv4, and containers begin with that: ${who} may route nothing`,
      hint: "sysctl -w net.ipv4.ip_forward=1, as Docker does unless told not to, or net.ipv4.ip_forward: 1 in the topology's sysctls",
    },
  ];
}

async function containerlab(): Promise<HostFinding> {
  const program = findProgram();
  if (program === undefined) {
    const hint = 'https://containerlab.dev/install, or scripts/containerlab.sh';
    return { what: 'containerlab', state: 'missing', detail: 'the program is not there', hint };
  }
  const version = await programVersion().catch(() => undefined);
  return version === undefined
    ? { what: 'containerlab', state: 'missing', detail: `${program} does not tell its version` }
    : { what: 'containerlab', state: 'ok', detail: `${version}, ${program}` };
}

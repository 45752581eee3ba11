import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../../topology/types.js';
import type { HostFinding } from '../types.js';
import { readBoundFile } from './frr-files.js';
import { FRR_DIR } from './frr.js';
import { hasFileSystem, kernelFeatures } from './kernel-features.js';
import { FEATURES, neededFeatures } from './needs.js';
import { PERL } from './perl-programs.js';
import { installedFrr } from './software.js';

const LAB_KERNEL = { hint: 'the lab kernel has it: run with --kernel lab', labKernelHas: true } as const;
/** Programs that labs are made and measured with, and Debian's package of each. */
const PROGRAMS = [
  { name: 'ip', package: 'iproute2', needed: true },
  { name: 'tc', package: 'iproute2', needed: true },
  { name: 'nft', package: 'nftables', needed: true },
  { name: 'tcpdump', package: 'tcpdump', needed: false },
  { name: 'unshare', package: 'util-linux', needed: true },
] as const;

/**
 * What this host has of what labs in namespaces need. With a topology, `missing` is what that one needs and the host
 * lacks; without, only what every lab needs is `missing`, the rest is a `note`. Creates nothing that stays.
 * @param roots root folder of each node's files; a node with an image's own root needs no FRR of the host.
 */
export async function checkHost(
  topology?: Topology,
  roots: Readonly<Record<string, string>> = {},
): Promise<readonly HostFinding[]> {
  const findings: HostFinding[] = [...checkPrograms()];
  findings.push(await checkFrr(topology, roots));
  if (process.geteuid?.() !== 0) return findings;
  findings.push(
    (await hasFileSystem('overlay'))
      ? { what: 'overlayfs', state: 'ok', detail: "nodes get their own copy of the host's files" }
      : { what: 'overlayfs', state: 'missing', detail: 'the kernel has no overlay file system', ...LAB_KERNEL },
  );
  const features = await kernelFeatures();
  const needs = topology === undefined ? undefined : neededFeatures(topology, readBoundFile);
  for (const feature of FEATURES) {
    const why = needs?.get(feature);
    if (features.get(feature) === true) findings.push({ what: feature, state: 'ok', detail: why ?? 'available' });
    else if (why !== undefined || (needs === undefined && feature === 'veth')) {
      findings.push({
        what: feature,
        state: 'missing',
        detail: `this kernel lacks it (${why ?? 'every lab'})`,
        ...LAB_KERNEL,
      });
    } else {
      const detail =
        needs === undefined ? 'this kernel lacks it' : 'this kernel lacks it; this topology does not need it';
      findings.push({ what: feature, state: 'note', detail, ...LAB_KERNEL });
    }
  }
  return findings;
}

/** Root, and the programs of the host that every runtime on it works with. */
export function checkPrograms(): readonly HostFinding[] {
  return [
    process.geteuid?.() === 0
      ? { what: 'root', state: 'ok', detail: 'runs as root' }
      : {
          what: 'root',
          state: 'missing',
          detail: 'namespaces need root',
          hint: 'run it with sudo, or with --kernel lab, which needs no privileges',
          labKernelHas: true,
        },
    existsSync(PERL)
      ? { what: 'perl', state: 'ok', detail: PERL }
      : { what: 'perl', state: 'missing', detail: `${PERL} is not there`, hint: 'apt-get install perl-base' },
    ...PROGRAMS.map(checkProgram),
  ];
}

function checkProgram(program: (typeof PROGRAMS)[number]): HostFinding {
  const found = pathOf(program.name);
  if (found !== undefined) return { what: program.name, state: 'ok', detail: found };
  const hint = `apt-get install ${program.package}`;
  return { what: program.name, state: program.needed ? 'missing' : 'note', detail: 'not found in PATH', hint };
}

function pathOf(program: string): string | undefined {
  const dirs = (process.env['PATH'] ?? '').split(':').filter((dir) => dir !== '');
  return dirs.map((dir) => join(dir, program)).find((path) => existsSync(path));
}

async function checkFrr(topology: Topology | undefined, roots: Readonly<Record<string, string>>): Promise<HostFinding> {
  const version = await installedFrr('/').catch(() => undefined);
  if (version !== undefined) return { what: 'frr', state: 'ok', detail: `FRR ${version} in ${FRR_DIR}` };
  const needing = topology?.nodes.find((node) => node.driver === 'frr' && (roots[node.name] ?? '/') === '/');
  return {
    what: 'frr',
    state: needing === undefined ? 'note' : 'missing',
    detail: `no FRR in ${FRR_DIR}${needing === undefined ? '' : `, which node ${needing.name} needs`}`,
    hint: 'apt-get install frr (and keep its service disabled), or build an FRR image',
  };
}

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.js';
import type { Topology, TopologyNode } from '../../topology/types.js';
import { boundFile, isFrrConfigured, readBoundFile } from './frr-files.js';
import { FRR_DIR, frrStart, parseDaemonsFile } from './frr.js';
import { hostsFile, nodeAddresses } from './hosts-file.js';
import type { InitPlan } from './init-plan.js';
import { isFrrStart, runAs, type NodeImage } from './node-image.js';
import { nodeInitPlan, ownCommand } from './node-plan.js';
import { hostSubmounts } from './submounts.js';

/** Where a node's daemons file comes from when neither the topology nor its image has one. */
const DEFAULT_DAEMONS = 'zebra=yes\nstaticd=yes\nvtysh_enable=yes\nzebra_options="-A 127.0.0.1 -s 90000000"\n';

/** The plans of all nodes; reads what they bind and creates nothing. @throws LabError */
export function prepareNodes(
  topology: Topology,
  images: Readonly<Record<string, NodeImage | undefined>>,
  fullNames: Readonly<Record<string, string>>,
  staging: string,
): ReadonlyMap<string, InitPlan> {
  const missing = topology.nodes.flatMap((node) =>
    [...node.binds.map((bind) => bind.hostPath), ...(node.driver === 'frr' ? [node.startupConfig ?? '/'] : [])]
      .filter((path) => !existsSync(path))
      .map((path) => `node ${node.name}: ${path} is not there`),
  );
  if (missing.length > 0) throw new LabError(missing.join('\n'));
  const addresses = nodeAddresses(topology, readBoundFile);
  const submounts = hostSubmounts(readFileSync('/proc/self/mountinfo', 'utf8'), isFolder);
  return new Map(
    topology.nodes.map((node) => {
      const image = images[node.name];
      const root = image?.root ?? '/';
      const runsFrr = startsFrrHere(node, image);
      const bound = readBoundFile(node, '/etc/frr/daemons');
      const imageFile = join(root, 'etc/frr/daemons');
      const daemonsFile = bound ?? (root !== '/' && existsSync(imageFile) ? undefined : DEFAULT_DAEMONS);
      const text = daemonsFile ?? readFileSync(imageFile, 'utf8');
      const file = boundFile(node, '/etc/frr/daemons') ?? imageFile;
      const plan = nodeInitPlan({
        topology,
        node: withRealPaths(node),
        fullName: fullNames[node.name]!,
        root,
        image,
        runAs: runAs(node, image, root),
        submounts: root === '/' ? submounts : [],
        staging,
        hostsFile: hostsFile(topology, node.name, addresses),
        frr: runsFrr
          ? frrStart(parseDaemonsFile(text, file), (daemon) => existsSync(join(root, FRR_DIR, daemon)), node.name)
          : undefined,
        // a bound one is copied with its bind
        frrDaemonsFile: runsFrr && bound === undefined ? daemonsFile : undefined,
        frrConfigured: isFrrConfigured(node),
      });
      return [node.name, plan];
    }),
  );
}

/** Whether faultline starts the FRR daemons of this node: not where its image has a start program of another kind. */
export function startsFrrHere(node: TopologyNode, image: NodeImage | undefined): boolean {
  const own = ownCommand(node, image);
  return node.driver === 'frr' && (own.length === 0 || isFrrStart(own));
}

/** Symbolic links of the host are followed here: in a node they would lead elsewhere. */
function withRealPaths(node: TopologyNode): TopologyNode {
  return {
    ...node,
    binds: node.binds.map((bind) => ({ ...bind, hostPath: realpathSync(bind.hostPath) })),
    startupConfig:
      node.startupConfig === undefined
        ? undefined
        : node.driver === 'frr'
          ? realpathSync(node.startupConfig)
          : node.startupConfig,
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

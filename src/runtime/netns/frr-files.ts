import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TopologyNode } from '../../topology/types.js';

/** What a node finds at this path through its binds; undefined where no bind covers it or the file is not there. */
export function boundFile(node: TopologyNode, nodePath: string): string | undefined {
  for (const bind of [...node.binds].reverse()) {
    const path =
      bind.nodePath === nodePath
        ? bind.hostPath
        : nodePath.startsWith(`${bind.nodePath}/`)
          ? join(bind.hostPath, nodePath.slice(bind.nodePath.length + 1))
          : undefined;
    if (path !== undefined && existsSync(path) && statSync(path).isFile()) return path;
  }
  return undefined;
}

export function readBoundFile(node: TopologyNode, nodePath: string): string | undefined {
  if (node.driver === 'frr' && nodePath === '/etc/frr/frr.conf' && node.startupConfig !== undefined) {
    return readFileSync(node.startupConfig, 'utf8');
  }
  const path = boundFile(node, nodePath);
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

/** Whether a configuration file of FRR comes with the node, of all daemons or of one. */
export function isFrrConfigured(node: TopologyNode): boolean {
  return node.startupConfig !== undefined || ['frr', 'zebra'].some((name) => boundFile(node, `/etc/frr/${name}.conf`));
}

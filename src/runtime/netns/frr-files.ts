import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Bind, TopologyNode } from '../../topology/types.js';

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

const FRR_CONF = '/etc/frr/frr.conf';
const CONF_SINCE = /^\/etc\/frr\/frr-(\d+)\.conf$/;

/**
 * A node with the binds that fit its version of FRR, `10.3`: a file bound at `/etc/frr/frr-10.conf` takes the place of
 * `frr.conf` in FRR 10 and later (that with the highest number, where there are several), and is left out before.
 * @returns with a note where a file has taken that place.
 */
export function forItsFrr(
  node: TopologyNode,
  version: string,
): { readonly node: TopologyNode; readonly note?: string } {
  const since = (bind: Bind): number => Number(CONF_SINCE.exec(bind.nodePath)?.[1] ?? Number.NaN);
  if (node.driver !== 'frr' || node.binds.every((bind) => Number.isNaN(since(bind)))) return { node };
  const major = Number.parseInt(version, 10);
  const [chosen] = node.binds.filter((bind) => since(bind) <= major).sort((a, b) => since(b) - since(a));
  const others = node.binds.filter((bind) => Number.isNaN(since(bind)));
  if (chosen === undefined || node.startupConfig !== undefined) return { node: { ...node, binds: others } };
  const binds = [...others.filter((bind) => bind.nodePath !== FRR_CONF), { ...chosen, nodePath: FRR_CONF }];
  const note = `${node.name}: ${basename(chosen.hostPath)} in place of frr.conf: it runs FRR ${version}`;
  return { node: { ...node, binds }, note };
}

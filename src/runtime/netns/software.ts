import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../process/command.js';
import type { TopologyNode } from '../../topology/types.js';
import type { NodeSoftware } from '../types.js';
import { canonicalName } from '../../image/name.js';
import { FRR_DIR, frrVersion, sameFrrVersion } from './frr.js';
import type { NodeImage } from './node-image.js';

/**
 * What a node really runs. `root` is `/` where the host's programs stand in for its image; `from` is the image that its
 * files come from. A node without an image, or
 * whose image is only a carrier of Linux tools, is never said to be substituted.
 */
export async function softwareOf(node: TopologyNode, root: string, from: NodeImage | undefined): Promise<NodeSoftware> {
  const image = node.image ?? '';
  const standsIn = image !== '' && from !== undefined && canonicalName(from.name) !== canonicalName(image);
  const where =
    from === undefined
      ? "the host's programs"
      : `the root folder of ${from.name}${standsIn ? ` in place of ${image}` : ''}`;
  if (node.driver !== 'frr') {
    return { product: 'Linux', version: release(), image, substituted: false, detail: `${where}, the host's kernel` };
  }
  const version = (await installedFrr(root)) ?? 'none';
  const substituted = (root === '/' || standsIn) && image !== '' && !sameFrrVersion(image, version);
  const instead = substituted && !standsIn ? ` in place of ${image}` : '';
  return { product: 'FRR', version, image, substituted, detail: `${where}${instead}` };
}

/** The FRR version below a root folder; undefined where there is none. */
export async function installedFrr(root: string): Promise<string | undefined> {
  const zebra = join(FRR_DIR, 'zebra');
  if (!existsSync(join(root, zebra))) return undefined;
  const argv = root === '/' ? [zebra, '--version'] : ['chroot', root, zebra, '--version'];
  return frrVersion((await runCommand(argv, { timeoutMs: 10_000 })).stdout);
}

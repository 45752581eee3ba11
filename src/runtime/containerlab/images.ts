import type Docker from 'dockerode';
import type { Topology } from '../../topology/types.js';
import { asking } from './docker.js';

/** Images that nodes ask for and this Docker does not have, with the nodes; containerlab would pull them. */
export async function missingImages(
  docker: Docker,
  topology: Topology,
): Promise<readonly { readonly image: string; readonly nodes: readonly string[] }[]> {
  const wanted = new Map<string, string[]>();
  for (const node of topology.nodes) {
    if (node.image !== undefined) wanted.set(node.image, [...(wanted.get(node.image) ?? []), node.name]);
  }
  const missing: { image: string; nodes: string[] }[] = [];
  for (const [image, nodes] of wanted) {
    const there = await asking(docker, () =>
      docker
        .getImage(image)
        .inspect()
        .then(
          () => true,
          (error: unknown) => {
            if ((error as { statusCode?: number }).statusCode === 404) return false;
            throw error;
          },
        ),
    );
    if (!there) missing.push({ image, nodes });
  }
  return missing;
}

/** The topology with images that stand in for others under their own names. */
export function withStandIns(topology: Topology, standIn: (image: string) => string | undefined): Topology {
  const nodes = topology.nodes.map((node) => ({
    ...node,
    image: node.image === undefined ? undefined : (standIn(node.image) ?? node.image),
  }));
  return { ...topology, nodes };
}

/** What to do about an image that is not there. */
export function imageHint(image: string): string {
  return image.startsWith('faultline/')
    ? 'made on this machine: make images'
    : `docker pull ${image}, or give an image that you have this name: docker tag <yours> ${image}`;
}

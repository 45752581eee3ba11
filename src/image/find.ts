import { LabError } from '../core/errors.js';
import { findImage, imageDefinitions } from '../guest/images.js';
import type { NodeImage } from '../runtime/netns/node-image.js';
import { findImported } from './imported.js';
import { standIn, type ImageMap } from './map.js';
import { canonicalName } from './name.js';

/**
 * The image in the cache that a topology's `image` means: what stands in for it, else what faultline built or the user
 * imported under that name. Undefined: none of these.
 * @throws LabError where an image stands in that is not there
 */
export function findNodeImage(imagesDir: string, map: ImageMap, asked: string): NodeImage | undefined {
  const used = standIn(map, asked);
  const found = inCache(imagesDir, used ?? asked);
  if (found === undefined && used !== undefined) {
    throw new LabError(
      `${used} shall stand in for ${asked}, and is not in the cache: faultline image build, or import, makes it`,
    );
  }
  return found;
}

function inCache(imagesDir: string, name: string): NodeImage | undefined {
  const built = imageDefinitions(imagesDir).find((one) => canonicalName(one.name) === canonicalName(name));
  if (built !== undefined) return findImage(imagesDir, built.name);
  const imported = findImported(name);
  return imported === undefined
    ? undefined
    : { name: imported.name, root: imported.root, id: imported.id, start: imported.start };
}

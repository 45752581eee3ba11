import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../guest/cache.js';
import { canonicalName } from './name.js';
import type { ImageStart } from './start.js';

/** `image.json` beside the root folder of an imported image. */
export interface ImportedImage {
  readonly name: string;
  /** SHA-256 of its configuration: Docker's image ID. */
  readonly id: string;
  /** Where it came from: a file's name, or `docker`. */
  readonly from: string;
  readonly layers: number;
  readonly start: ImageStart;
  /** What of it is not in the root folder, for people. */
  readonly notes: readonly string[];
}

/** Where imported images are kept, each in a folder of its own. */
export function importedDir(): string {
  return join(cacheDir(), 'imported');
}

export function importedFolder(name: string): string {
  return join(
    importedDir(),
    canonicalName(name).replace(/[^A-Za-z0-9.]/g, (char) =>
      char === '/' ? '--' : `-${char.charCodeAt(0).toString(16)}-`,
    ),
  );
}

/** All imported images, by name, each with its root folder. */
export function importedImages(): readonly (ImportedImage & { readonly root: string })[] {
  const dir = importedDir();
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .sort()
    .map((folder) => join(dir, folder))
    .filter((folder) => existsSync(join(folder, 'image.json')))
    .map((folder) => ({
      ...(JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as ImportedImage),
      root: join(folder, 'root'),
    }));
}

export function findImported(name: string): (ImportedImage & { readonly root: string }) | undefined {
  const folder = importedFolder(name);
  const file = join(folder, 'image.json');
  if (!existsSync(file)) return undefined;
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as ImportedImage), root: join(folder, 'root') };
}

/** @returns whether it was there. */
export function removeImported(name: string): boolean {
  const folder = importedFolder(name);
  if (!existsSync(folder)) return false;
  rmSync(folder, { recursive: true });
  return true;
}

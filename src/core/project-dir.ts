import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder: where its package.json lies, above the sources or the bundled programs. */
export function projectDir(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const above = dirname(dir);
    if (above === dir) throw new Error(`no package.json above ${import.meta.url}: the installation is incomplete`);
    dir = above;
  }
  return dir;
}

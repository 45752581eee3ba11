import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The style sheet of the HTML report, from the project's `reports/`, wherever this file was compiled to.
 * @throws Error where the installation is incomplete.
 */
export function readStyleSheet(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'reports', 'report.css');
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  throw new Error(`reports/report.css is in no folder above ${here}: the installation is incomplete`);
}

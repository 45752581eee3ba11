import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../core/project-dir.js';

/**
 * The style sheet of the HTML report, from the project's `reports/`.
 * @throws Error where the installation is incomplete.
 */
export function readStyleSheet(): string {
  return readFileSync(join(projectDir(), 'reports', 'report.css'), 'utf8');
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What decides, beside the inputs, how faultline behaves in a run; relative to the project. */
const PARTS = [
  'dist',
  'bin',
  'package-lock.json',
  join('lab-kernel', 'init.sh'),
  join('lab-kernel', 'init.pl'),
  join('topologies', 'l2cp', 'profiles'),
];

/** One SHA-256 over faultline's own programs, those that run inside nodes too, and the versions of its packages. */
export function programSha256(projectDir: string): string {
  const hash = createHash('sha256');
  for (const part of PARTS) {
    const path = join(projectDir, part);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((file) => !file.endsWith('.map') && statSync(join(path, file)).isFile())
          .sort()
          .map((file) => join(part, file))
      : [part];
    for (const file of files) {
      hash.update(`${file}\0`).update(
        createHash('sha256')
          .update(readFileSync(join(projectDir, file)))
          .digest(),
      );
    }
  }
  return hash.digest('hex');
}

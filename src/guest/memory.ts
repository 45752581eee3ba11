import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { LabError } from '../core/errors.js';
import { cacheDir } from './cache.js';

/**
 * A folder that takes the guest's memory, which is a file: in memory where that is large enough (containers often have
 * 64 MiB of /dev/shm), else on the disk.
 * @throws LabError that lists what was looked at.
 */
export function memoryFolder(needBytes: number): string {
  const seen: string[] = [];
  for (const folder of ['/dev/shm', process.env['TMPDIR'] ?? tmpdir(), '/var/tmp', cacheDir()]) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      if (bavail * bsize >= needBytes) return folder;
      seen.push(`${folder} has ${Math.round((bavail * bsize) / 2 ** 20)} MiB left`);
    } catch {
      seen.push(`${folder} is not there`);
    }
  }
  throw new LabError(`the guest needs a folder with ${needBytes / 2 ** 20} MiB for its memory: ${seen.join(', ')}`);
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { lockFile } from '../../process/file-lock.js';

const HOSTS_FILE = '/etc/hosts';
/** containerlab's own for changes of the hosts file, from 0.79 on. */
const HOSTS_LOCK = '/run/lock/clab-hosts.lock';

/** Takes away what containerlab writes about a lab outside of its folder, where it has not done so itself. */
export async function cleanHostFiles(lab: string): Promise<void> {
  rmSync(`/etc/ssh/ssh_config.d/clab-${lab}.conf`, { force: true });
  if (withoutLab(lab) === undefined) return;
  const lock = await lockFile(HOSTS_LOCK);
  try {
    const text = withoutLab(lab);
    // The file stays the same one: containers and name services may have it open or mounted.
    if (text !== undefined) writeFileSync(HOSTS_FILE, text);
  } finally {
    await lock.release();
  }
}

/** The hosts file without the lines of a lab; undefined where it has none. */
function withoutLab(lab: string): string | undefined {
  const text = readFileSync(HOSTS_FILE, 'utf8');
  const [start, end] = [`###### CLAB-${lab}-START ######`, `###### CLAB-${lab}-END ######`];
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? undefined : text.slice(0, from) + text.slice(to + end.length).replace(/^\n/, '');
}

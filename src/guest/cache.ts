import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what is built once is kept: `$XDG_CACHE_HOME/faultline`, else `~/.cache/faultline`. */
export function cacheDir(): string {
  const named = process.env['XDG_CACHE_HOME'];
  return join(named === undefined || !named.startsWith('/') ? join(homedir(), '.cache') : named, 'faultline');
}

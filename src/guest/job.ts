import { shellQuote } from './debian.js';

/** A folder of the host that the guest sees. */
export interface Mount {
  /** In the guest. */
  readonly path: string;
  /** On the host; the same unless told. */
  readonly host?: string;
  readonly writable: boolean;
}

export interface Job {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

/**
 * The mounts that are needed for all of these: none below another one that serves it too, outer ones first.
 * @param mounts absolute, real paths
 */
export function neededMounts(mounts: readonly Mount[]): readonly Mount[] {
  const kept: Mount[] = [];
  const sorted = [...mounts].sort((a, b) => a.path.length - b.path.length || Number(b.writable) - Number(a.writable));
  for (const mount of sorted) {
    if (mount.host !== undefined) {
      kept.push(mount);
      continue;
    }
    const above = kept
      .filter((other) => other.host === undefined)
      .filter((other) => mount.path === other.path || mount.path.startsWith(`${other.path}/`))
      .at(-1);
    if (above === undefined || (mount.writable && !above.writable)) kept.push(mount);
  }
  return kept;
}

/** For the guest's init, a line for each mount: path there, path for the kernel, access; tabs between. */
export function mountLines(mounts: readonly Mount[]): string {
  return neededMounts(mounts)
    .map(({ path, host = path, writable }) => `${path}\t${host}\t${writable ? 'rw' : 'ro'}\n`)
    .join('');
}

/** The script that the guest's init runs when all is mounted. */
export function jobScript(job: Job): string {
  return [
    ...Object.entries(job.env).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
    `cd ${shellQuote(job.cwd)} || exit 125`,
    `exec ${job.argv.map(shellQuote).join(' ')}`,
    '',
  ].join('\n');
}

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

/** The script that the guest's init runs. Access times stay as they are: to write one takes virtual time. */
export function jobScript(job: Job): string {
  const lines = ['cd /'];
  for (const { path, host = path, writable } of neededMounts(job.mounts)) {
    const quoted = shellQuote(path);
    // Below a folder that cannot be written to, the place for the mount is there already: it is the host's own.
    lines.push(`mkdir -p ${quoted} 2>/dev/null`);
    lines.push(
      `mount -t hostfs none ${quoted} -o ${shellQuote(`${writable ? 'rw' : 'ro'},noatime,hostfs=${host}`)} || { echo "the guest cannot mount "${quoted} >&2; exit 125; }`,
    );
  }
  for (const [name, value] of Object.entries(job.env)) lines.push(`export ${name}=${shellQuote(value)}`);
  lines.push(`cd ${shellQuote(job.cwd)} || exit 125`, `exec ${job.argv.map(shellQuote).join(' ')}`, '');
  return lines.join('\n');
}

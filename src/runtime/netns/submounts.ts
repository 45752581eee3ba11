/** File systems of the host whose files a node may need: disks and their like. */
const FILE_SYSTEMS = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'f2fs',
  'zfs',
  'bcachefs',
  'hostfs',
  'virtiofs',
  '9p',
  'nfs',
  'nfs4',
  'tmpfs',
]);
/** What a node has of its own, or what holds other programs' machinery. */
const LEFT_OUT = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/lib/docker', '/var/lib/containers', '/boot', '/snap'];

/**
 * The folders below `/` at which further file systems of the host are mounted, outer ones first, from the text of
 * /proc/self/mountinfo (proc(5)). Files that are mounted over files are left out.
 */
export function hostSubmounts(mountinfo: string, isFolder: (path: string) => boolean): string[] {
  const points = new Set<string>();
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const point = left
      ?.split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
    const type = right?.split(' ')[0];
    if (point === undefined || type === undefined || point === '/' || !FILE_SYSTEMS.has(type)) continue;
    if (LEFT_OUT.some((path) => point === path || point.startsWith(`${path}/`))) continue;
    if (isFolder(point)) points.add(point);
  }
  return [...points].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}

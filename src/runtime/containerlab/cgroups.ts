import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that take a process into the control groups of another one, version 1 and 2: what is paused with it, and limited. */
export function cgroupFiles(pid: number): readonly string[] {
  return cgroupFilesOf(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), readFileSync('/proc/self/mountinfo', 'utf8'));
}

/** @param memberships a process's /proc/<pid>/cgroup. @param mountinfo where the hierarchies are mounted. */
export function cgroupFilesOf(memberships: string, mountinfo: string): readonly string[] {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , , root, point] = before!.split(' ');
    const [type, , options] = (after ?? '').split(' ');
    if (root !== '/' || point === undefined) return [];
    if (type === 'cgroup2') return [{ point, controllers: [''] }];
    return type === 'cgroup' ? [{ point, controllers: (options ?? '').split(',') }] : [];
  });
  return memberships.split('\n').flatMap((line) => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match === null) return [];
    const wanted = match[1]!.split(',');
    const mount = mounts.find((one) => wanted.every((name) => one.controllers.includes(name)));
    return mount === undefined ? [] : [join(mount.point, match[2]!, 'cgroup.procs')];
  });
}

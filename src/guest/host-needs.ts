import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFinding } from '../runtime/types.js';
import { findImage } from './images.js';
import { findKernel } from './kernel.js';
import { memoryFolder } from './memory.js';
import { GUEST_IMAGE, GUEST_MEMORY_MIB } from './place.js';

const ACTIONS = '/proc/sys/kernel/seccomp/actions_avail';

/** What the lab kernel needs of this host, and whether kernel and image are built. Without it labs run here all the same. */
export function checkGuestNeeds(projectDir: string): readonly HostFinding[] {
  const kernel = findKernel(join(projectDir, 'lab-kernel'));
  const image = findImage(join(projectDir, 'containerlab', 'images'), GUEST_IMAGE);
  return [
    finding('lab-kernel', kernel && `Linux ${kernel.release}, ${kernel.path}`, 'it is not built', 'make lab-kernel'),
    finding(
      'lab-kernel-image',
      image && `${image.name}, ${image.root}`,
      `${GUEST_IMAGE} is not built`,
      `faultline image build ${GUEST_IMAGE}`,
    ),
    finding(
      'lab-kernel-cpu',
      process.arch === 'x64' ? process.arch : undefined,
      `it runs on x86-64 only, and this is ${process.arch}`,
    ),
    finding(
      'lab-kernel-seccomp',
      seccompTraps() ? 'programs may use it' : undefined,
      'this kernel, or the container that this is, does not let programs trap system calls by seccomp',
    ),
    ...['setpriv', 'taskset'].map((name) =>
      finding(`lab-kernel-${name}`, pathOf(name), 'not found in PATH', 'apt-get install util-linux'),
    ),
    memory(),
  ];
}

function finding(what: string, good: string | undefined, lack: string, hint?: string): HostFinding {
  if (good !== undefined) return { what, state: 'ok', detail: good };
  return { what, state: 'note', detail: lack, ...(hint === undefined ? {} : { hint }) };
}

function memory(): HostFinding {
  const what = 'lab-kernel-memory';
  try {
    return { what, state: 'ok', detail: `${GUEST_MEMORY_MIB} MiB in ${memoryFolder(GUEST_MEMORY_MIB * 2 ** 20)}` };
  } catch (error) {
    return { what, state: 'note', detail: (error as Error).message };
  }
}

function seccompTraps(): boolean {
  try {
    return readFileSync(ACTIONS, 'utf8').split(/\s+/).includes('trap');
  } catch {
    return false;
  }
}

function pathOf(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

import { join } from 'node:path';
import { projectDir } from '../../core/project-dir.js';

export const PERL = '/usr/bin/perl';

/** The programs of this folder that are not TypeScript; the build leaves them where they are, under `src`. */
export function perlProgram(name: 'node-init.pl' | 'enter.pl' | 'power.pl'): string {
  return join(projectDir(), 'src/runtime/netns', name);
}

/** The processor as the kernel names it; the perl programs choose system call numbers by it. */
export function machine(): string {
  return process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch;
}

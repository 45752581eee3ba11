import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/process/command.js';

const SCRIPTS = fileURLToPath(new URL('../../scripts/', import.meta.url));

/** A Docker daemon of a test's own; its folder holds all that it has. */
export interface TestDaemon {
  readonly host: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startDaemon(folder = mkdtempSync('/var/tmp/faultline-docker-')): Promise<TestDaemon> {
  const script = join(SCRIPTS, 'docker-daemon.sh');
  const { stdout } = await runCommand([script, 'start', folder], { timeoutMs: 120_000 });
  return {
    host: stdout.trim(),
    folder,
    stop: async () => void (await runCommand([script, 'stop', folder], { timeoutMs: 180_000 })),
  };
}

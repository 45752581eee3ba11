import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type Docker from 'dockerode';
import { lockFile, type FileLock, type FileLockOptions } from '../../process/file-lock.js';
import { allPids } from '../../process/proc.js';

/*
 * Labs share Docker's network for their management. Two deploys that find none both make it, and one of them fails
 * (Docker: "Pool overlaps"); and who takes away one without users may take it from a deploy that has yet to connect its
 * first container. So one at a time goes from its look to where it cannot be hurt any more.
 */
const LOCK = '/run/lock/faultline-containerlab.lock';

/**
 * To be held by a deploy until the network is there, which its first container tells.
 * @throws LabError where the lock cannot be had; the abort signal's reason
 */
export function lockNetworks(options: FileLockOptions): Promise<FileLock> {
  return lockFile(LOCK, options);
}

/** Of these networks, removes containerlab's that nobody uses any more and that no deploy may be about to use. */
export async function removeNetworks(docker: Docker, names: ReadonlySet<string>): Promise<void> {
  if (names.size === 0 || isDeploying()) return;
  const lock = await lockNetworks({});
  try {
    if (!isDeploying()) for (const name of names) await removeIfUnused(docker, name);
  } finally {
    await lock.release();
  }
}

async function removeIfUnused(docker: Docker, name: string): Promise<void> {
  try {
    const network = docker.getNetwork(name);
    const { Labels: labels } = (await network.inspect()) as { Labels?: Readonly<Record<string, string>> | null };
    if (labels?.['containerlab'] === undefined) return;
    // The network itself names those that run only, and a container that was stopped wants it when it is started again.
    const users = await docker.listContainers({ all: true, filters: { network: [name] } });
    if (users.length === 0) await network.remove();
  } catch (error) {
    // It went, or got a user, while we looked.
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 403) throw error;
  }
}

const PROGRAMS = new Set(['containerlab', 'clab']);
const DEPLOYS = new Set(['deploy', 'dep', 'apply', 'redeploy', 'rdep']);

/** Whether a containerlab brings a lab up on this machine right now, whoever started it. */
function isDeploying(): boolean {
  return allPids().some(deploys);
}

function deploys(pid: number): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const program = argv.findIndex((word) => PROGRAMS.has(basename(word)));
    return program >= 0 && argv.slice(program + 1).some((word) => DEPLOYS.has(word));
  } catch {
    return false; // it has ended
  }
}

import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../core/errors.js';
import type { Image } from '../guest/images.js';
import { startChild } from '../process/command.js';
import { asking } from '../runtime/containerlab/docker.js';
import { canonicalName } from './name.js';
import { FRR_START } from './start.js';

/** Label of an image in Docker that was made of a root folder here: its name, and a digest of what it is made of. */
const LABEL = { name: 'org.faultline.image', made: 'org.faultline.made' } as const;

/** The bytes that `docker save` writes of this image. @throws LabError where Docker or the image is not there */
export async function saveFromDocker(docker: Docker, name: string): Promise<NodeJS.ReadableStream> {
  return asking(docker, async () => {
    const image = docker.getImage(name);
    if ((await labelsOf(docker, name)) === undefined) {
      throw new LabError(`Docker has no image ${name}, and there is no such file`);
    }
    return image.get();
  });
}

/**
 * Makes a Docker image of a root folder (`docker import`), with a label that says so. Its command starts FRR where the
 * folder has that; else the container sleeps.
 * @returns false where Docker has it already
 * @throws LabError, CommandError
 */
export async function importIntoDocker(docker: Docker, image: Image, signal: AbortSignal): Promise<boolean> {
  const command = existsSync(join(image.root, 'usr/lib/frr/frrinit.sh')) ? FRR_START : ['sleep', 'infinity'];
  const made = createHash('sha256')
    .update(`${image.packagesSha256}\n${JSON.stringify(command)}`)
    .digest('hex');
  const before = await labelsOf(docker, image.name);
  if (before?.[LABEL.made] === made) return false;
  const { repo, tag } = splitTag(image.name);
  const changes = [
    `CMD ${JSON.stringify(command)}`,
    `LABEL ${LABEL.name}=${JSON.stringify(image.name)} ${LABEL.made}=${made}`,
  ];
  const tar = await startChild([
    ...['tar', '--create', '--numeric-owner', '--sort=name', `--directory=${image.root}`],
    ...['--exclude=./dev/*', '--exclude=./proc/*', '--exclude=./sys/*', '--exclude=./faultline-init'],
    '.',
  ]);
  const onAbort = (): void => void tar.stop('SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const reply = await asking(docker, () => docker.importImage(tar.stdout!, { repo, tag, changes }));
    await endOf(reply);
    const end = await tar.exited;
    signal.throwIfAborted();
    if (end.exitCode !== 0) throw new LabError(`tar of ${image.root} failed: ${end.stderrTail.trim()}`);
    return true;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await tar.stop('SIGKILL');
  }
}

/**
 * Gives an image of faultline's in Docker a further name, so that a topology which names that runs unchanged.
 * @throws LabError where Docker has another image of that name
 */
export async function nameInDocker(docker: Docker, image: string, further: string): Promise<void> {
  const there = await labelsOf(docker, further);
  refuseForeign(further, there);
  const { repo, tag } = splitTag(further);
  await asking(docker, () => docker.getImage(image).tag({ repo, tag }));
}

function refuseForeign(name: string, labels: Readonly<Record<string, string>> | undefined): void {
  if (labels === undefined || labels[LABEL.name] !== undefined) return;
  throw new LabError(
    `Docker has an image ${name} that faultline has not made, and keeps it; to replace it: docker image rm ${name}`,
  );
}

/** The labels of an image; undefined where Docker does not have it. */
async function labelsOf(docker: Docker, name: string): Promise<Readonly<Record<string, string>> | undefined> {
  return asking(docker, async () => {
    try {
      return (await docker.getImage(name).inspect()).Config.Labels ?? {};
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  });
}

/** Reads what Docker says of its progress. @throws LabError where it says that it failed */
async function endOf(reply: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for await (const part of reply) text += String(part);
  const failed = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (failed !== undefined) throw new LabError(`Docker could not import it: ${failed}`);
}

function splitTag(name: string): { repo: string; tag: string } {
  const canonical = canonicalName(name);
  const colon = canonical.lastIndexOf(':');
  return { repo: canonical.slice(0, colon), tag: canonical.slice(colon + 1) };
}

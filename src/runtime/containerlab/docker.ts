import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, release } from 'node:os';
import type Docker from 'dockerode';
import { LabError } from '../../core/errors.js';

/** The oldest Docker API that is asked: that of Docker 20.10. */
const OLDEST_API = '1.41';

export interface DockerFacts {
  /** Where it is asked: `unix:///var/run/docker.sock`, `https://lab7:2376` … */
  readonly where: string;
  readonly version: string;
  /** Whether its containers run on this machine, under this kernel. */
  readonly local: boolean;
  /** Name and system of the machine that it says it runs on. */
  readonly machine: string;
}

/**
 * The Docker that its own variables (DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH) name; asks nothing yet. Over TLS its
 * certificate is always verified.
 * @throws LabError where the certificates cannot be read
 */
export function connectDocker(): Docker {
  // Loaded only where it is used: that takes longer than all of faultline's own start.
  const Program = createRequire(import.meta.url)('dockerode') as typeof Docker;
  const { DOCKER_HOST: host = '', DOCKER_TLS_VERIFY: verify = '', DOCKER_CERT_PATH: certificates = '' } = process.env;
  const isTcp = host !== '' && !/^(unix|npipe|ssh):/.test(host);
  try {
    // dockerode goes by DOCKER_TLS_VERIFY=1 alone; containerlab, and whoever goes by Docker's own library, also by the other.
    return new Program(isTcp && (verify !== '' || certificates !== '') ? { protocol: 'https' } : {});
  } catch (cause) {
    const why = (cause as Error).message;
    throw new LabError(`Docker at ${host} cannot be asked as its variables say: ${why}`, { cause });
  }
}

/** Where Docker is asked, as DOCKER_HOST would say it. */
export function dockerPlace(docker: Docker): string {
  const modem = docker.modem as { socketPath?: unknown; protocol?: string; host?: string; port?: string | number };
  if (typeof modem.socketPath === 'string') return `unix://${modem.socketPath}`;
  if (modem.socketPath !== undefined) return 'unix:///var/run/docker.sock'; // or the user's own, where that is there
  return `${modem.protocol ?? 'http'}://${modem.host ?? ''}:${modem.port ?? ''}`;
}

/** @throws LabError that tells no Docker, no permission and a version that is too old apart. */
export async function factsOfDocker(docker: Docker): Promise<DockerFacts> {
  const where = dockerPlace(docker);
  const { version, info } = await asking(docker, async () => ({
    version: await docker.version(),
    info: (await docker.info()) as { Name?: string; KernelVersion?: string; OperatingSystem?: string },
  }));
  if (compareVersions(version.ApiVersion, OLDEST_API) < 0) {
    throw new LabError(
      `Docker ${version.Version} at ${where} speaks API ${version.ApiVersion}; ${OLDEST_API} (Docker 20.10) is the oldest that works`,
    );
  }
  return {
    where,
    version: version.Version,
    local: info.KernelVersion === release() && info.Name === hostname(),
    machine: `${info.Name ?? 'unknown'}, ${info.OperatingSystem ?? 'unknown'}, kernel ${info.KernelVersion ?? 'unknown'}`,
  };
}

/** Why a Docker elsewhere cannot hold labs that are measured from here. */
export function notLocal(facts: Pick<DockerFacts, 'where' | 'machine'>): string {
  return (
    `Docker at ${facts.where} runs on another machine (${facts.machine}): links, traffic, captures and faults are made ` +
    'in the network namespaces of its containers, which are out of reach from here; run faultline on that machine'
  );
}

/** Asks Docker; what goes wrong is told in words that say what to do. */
export async function asking<T>(docker: Docker, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw dockerProblem(docker, error);
  }
}

/** @returns the error of a call to Docker as a LabError where it is one of Docker's or of the way there. */
export function dockerProblem(docker: Docker, error: unknown): Error {
  if (!(error instanceof Error) || error instanceof LabError) return error as Error;
  const where = dockerPlace(docker);
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const failed = (text: string): LabError => new LabError(text, { cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    return failed(`no permission to use Docker at ${where}: run as root or as a member of the group docker`);
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return failed(`no Docker answers at ${where} (${code}): start it, or set DOCKER_HOST to where it is`);
  }
  if (code !== undefined && statusCode === undefined) {
    return failed(`Docker at ${where} cannot be reached: ${error.message}`);
  }
  if (/client version \S+ is too (new|old)|minimum supported API version/i.test(error.message)) {
    return failed(`Docker at ${where} speaks another version of its API: ${reasonOf(error)}`);
  }
  return statusCode === undefined ? error : failed(`Docker at ${where}: ${reasonOf(error)}`);
}

/** What Docker itself said, without dockerode's frame. */
function reasonOf(error: Error): string {
  const json = (error as { json?: { message?: unknown } }).json;
  return typeof json?.message === 'string' ? json.message : error.message.trim();
}

/** Whether this process, as Docker numbers it, is one of this container on this machine. */
export function isHere(pid: number, containerId: string): boolean {
  return [`/proc/${pid}/cgroup`, `/proc/${pid}/mountinfo`].some((file) => {
    try {
      return readFileSync(file, 'utf8').includes(containerId);
    } catch {
      return false;
    }
  });
}

/** Compares dotted numbers. */
export function compareVersions(a: string, b: string): number {
  const numbers = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

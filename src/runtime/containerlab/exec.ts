import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { CommandError } from '../../core/errors.js';
import { identify, signalProcess } from '../../process/proc.js';
import type { ExecOptions, ExecResult } from '../types.js';
import { dockerProblem } from './docker.js';

const STDERR_TAIL_BYTES = 4096;
/** How a container runtime says that a program is not there; it has no exit code of its own for it. */
const NOT_THERE = /executable file not found|no such file or directory/i;

/**
 * Runs a program in a container, as its user and in its folder, to its end.
 * @throws CommandError as `runCommand` does; LabError where Docker does not do it.
 */
export async function execInContainer(
  docker: Docker,
  id: string,
  argv: readonly string[],
  options: Omit<ExecOptions, 'input'> = {},
): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const startedAt = performance.now();
  const exec = await docker
    .getContainer(id)
    .exec({
      Cmd: [...argv],
      AttachStdout: true,
      AttachStderr: true,
      Env: Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`),
    })
    .catch((error: unknown) => {
      throw dockerProblem(docker, error);
    });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let why: string | undefined;
  const end = async (reason: string): Promise<void> => {
    why = reason;
    const { Pid: pid } = await exec.inspect();
    const target = pid > 0 ? identify(pid) : undefined;
    if (target !== undefined) signalProcess(target, 'SIGKILL');
  };
  let refusal = '';
  try {
    const stream = await exec.start({ hijack: true, stdin: false });
    const [out, err] = [new PassThrough(), new PassThrough()];
    out.on('data', (chunk: Buffer) => stdout.push(chunk));
    err.on('data', (chunk: Buffer) => stderr.push(chunk));
    docker.modem.demuxStream(stream, out, err);
    const over = new Promise<void>((resolve, reject) => {
      stream.on('end', resolve).on('close', resolve).on('error', reject);
    });
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            void end(`did not end within ${options.timeoutMs ?? 0} ms`).finally(() => stream.destroy());
          }, options.timeoutMs);
    const onAbort = (): void => void end('was interrupted').finally(() => stream.destroy());
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await over;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  } catch (error) {
    // A program that cannot be started: Docker answers the call itself with what the container runtime said.
    refusal = (error as Error).message;
    if ((error as { statusCode?: number }).statusCode === undefined) throw dockerProblem(docker, error);
  }
  options.signal?.throwIfAborted();
  const durationMs = performance.now() - startedAt;
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  let exitCode = why === undefined ? await exitCodeOf(exec) : null;
  let errorText = text(stderr);
  if (exitCode !== null && (exitCode === 126 || exitCode === 127 || refusal !== '')) {
    const said = `${refusal}${text(stdout)}${errorText}`;
    if (/OCI runtime exec failed|exec failed: /.test(said)) {
      exitCode = NOT_THERE.test(said) ? 127 : 126;
      errorText = `${argv[0] ?? ''}: ${said.trim()}\n`;
      stdout.length = 0;
    }
  }
  if (exitCode === null || (exitCode !== 0 && options.allowFailure !== true)) {
    const stderrTail = errorText.slice(-STDERR_TAIL_BYTES);
    throw new CommandError({
      argv,
      exitCode,
      signal: null,
      stderrTail,
      durationMs,
      ...(why === undefined ? {} : { why }),
    });
  }
  return { exitCode, stdout: text(stdout), stderr: errorText, durationMs };
}

/** Docker knows the code only a moment after the output has ended. */
async function exitCodeOf(exec: Docker.Exec): Promise<number> {
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 50)) {
    const { Running: running, ExitCode: code } = await exec.inspect();
    if (!running && code !== null) return code;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync, constants } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LabError } from '../core/errors.js';
import { startGroup } from '../process/group.js';
import { CLOCK_READ_NS, epochNs } from './clock.js';
import { jobScript, mountLines, neededMounts, type Job } from './job.js';
import { memoryFolder } from './memory.js';
import { makeControlFolder, removeFolder } from './owned-folder.js';
import { Watchdog } from './watchdog.js';

export interface GuestRequest extends Job {
  /** Path of the kernel. */
  readonly kernel: string;
  /** Root folder of the image. */
  readonly root: string;
  /** The project's `lab-kernel` folder. */
  readonly assets: string;
  readonly clock: 'real' | 'virtual';
  readonly seed: number;
  /** The one CPU that it runs on; one of this process's unless told. */
  readonly cpu?: number;
  readonly memoryMiB: number;
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  /** How far the guest's clock is, every few of its seconds. */
  readonly onBeat: (virtualS: number, realS: number) => void;
  readonly signal: AbortSignal;
  /** Without a beat of the guest's clock for so long it is taken for hung: see `looksHung`. */
  readonly watchdogMs: number;
}

export interface GuestEnd {
  readonly exitCode: number;
  readonly guestS: number;
  readonly realS: number;
}

/** How much of what a guest's kernel says is kept, and how much of it is shown. */
const CONSOLE = { kept: 200, shown: 30 };
/** Descriptor of the kernel's that its root folder has; the others follow. */
const FIRST_FOLDER = 9;

/**
 * Boots the lab kernel, runs one program in it, passes on what that prints, and comes back with its exit code. The guest
 * is one CPU's work and dies with this process. Nothing stays on the host but what the program wrote to its mounts.
 * @throws LabError with the console's last lines where the guest panics, hangs or ends without an exit code; the
 *   signal's reason.
 */
export async function runGuest(request: GuestRequest): Promise<GuestEnd> {
  request.signal.throwIfAborted();
  const startedAt = performance.now();
  const realS = (): number => (performance.now() - startedAt) / 1000;
  const control = makeControlFolder();
  const home = join(control, 'home');
  mkdirSync(home);
  const opened: number[] = [];
  // The guest is given folders as descriptors: where they lie on this host, even how long a path is, stays outside.
  const descriptor = (folder: string): string => {
    opened.push(openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY));
    return `/proc/self/fd/${FIRST_FOLDER + opened.length - 1}`;
  };
  let kill: () => void = () => undefined;
  let watchdog: Watchdog | undefined;
  try {
    for (const file of ['init.sh', 'init.pl']) copyFileSync(join(request.assets, file), join(control, file));
    const root = descriptor(request.root);
    const folder = descriptor(control);
    const mounts = neededMounts(request.mounts).map((mount) => ({
      ...mount,
      host: descriptor(mount.host ?? mount.path),
    }));
    writeFileSync(join(control, 'mounts'), mountLines(mounts));
    writeFileSync(join(control, 'job.sh'), jobScript(request));
    const memory = memoryFolder(request.memoryMiB * 2 ** 20);
    const argv = [
      // The kernel dies with this process, and the guest's processes with the kernel.
      ...['setpriv', '--pdeathsig', 'KILL', 'taskset', '-c', String(request.cpu ?? ownCpu()), request.kernel],
      ...[`mem=${request.memoryMiB}M`, 'seccomp=on', 'root=/dev/root', 'rootfstype=hostfs', `rootflags=${root}`, 'ro'],
      ...['quiet', 'init=/faultline-init', `folder=${folder}`],
      ...['con=null', 'con0=null,fd:1', 'con1=null,fd:3', 'con2=null,fd:4', 'con3=null,fd:5'],
      ...(request.clock === 'real'
        ? []
        : [
            'time-travel=inf-cpu',
            `time-travel-start=${epochNs(request.seed)}`,
            `time-travel-clock-read=${CLOCK_READ_NS}`,
          ]),
    ];
    const group = startGroup(argv, {
      cwd: '/',
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: home,
        TMPDIR: memory,
        ...(request.clock === 'virtual' ? { UML_SEED: String(request.seed) } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', ...opened],
    });
    kill = () => group.kill('SIGKILL');
    const onAbort = (): void => kill();
    request.signal.addEventListener('abort', onAbort, { once: true });
    const console: string[] = [];
    const hearConsole = (line: string): void => {
      if (console.push(line) > CONSOLE.kept) console.shift();
    };
    const pipe = (index: number): Readable => group.child.stdio[index] as Readable;
    createInterface({ input: pipe(1) }).on('line', hearConsole);
    createInterface({ input: pipe(2) }).on('line', hearConsole);
    pipe(3).on('data', request.stdout);
    pipe(4).on('data', request.stderr);
    let hung = false;
    let guestS = 0;
    let exitCode: number | undefined;
    if (group.child.pid !== undefined) {
      watchdog = new Watchdog(group.child.pid, request.watchdogMs, () => {
        hung = true;
        kill();
      });
    }
    createInterface({ input: pipe(5) }).on('line', (line) => {
      watchdog?.wind();
      const ended = /^end (\d+) ([\d.]+)/.exec(line);
      if (ended !== null) exitCode = Number(ended[1]);
      const now = Number(ended === null ? line : ended[2]);
      if (!Number.isFinite(now)) return;
      guestS = now;
      request.onBeat(now, realS());
    });
    const end = await group.ended;
    request.signal.removeEventListener('abort', onAbort);
    request.signal.throwIfAborted();
    if (exitCode !== undefined && !hung) return { exitCode, guestS, realS: realS() };
    const how =
      end.error !== undefined
        ? `could not be started: ${end.error.message}`
        : hung
          ? `did not get on (its clock stood at ${guestS} s) and was ended after ${realS().toFixed(0)} s of real time`
          : end.signal !== null
            ? `was ended by ${end.signal}`
            : `ended (exit ${String(end.exitCode)}) without the exit code of what ran in it`;
    throw new LabError(`the lab kernel's guest ${how}; ${lastWords(console)}`);
  } finally {
    watchdog?.stop();
    kill();
    for (const fd of opened) closeSync(fd);
    removeFolder(control);
  }
}

/** What a kernel said at its end: from its panic on, where there was one, else its last lines. */
export function lastWords(console: readonly string[]): string {
  if (console.length === 0) return 'its console said nothing';
  const panic = console.findIndex((line) => /\] init: |Kernel panic|BUG: |Oops|Kernel mode (fault|signal)/.test(line));
  const shown = panic < 0 ? console.slice(-CONSOLE.shown) : console.slice(panic, panic + CONSOLE.shown);
  return `its console’s last lines:\n${shown.join('\n')}`;
}

/** One of the CPUs that this process may use: guests side by side spread over them. */
function ownCpu(): number {
  const cpus = usableCpus();
  return cpus[process.pid % cpus.length]!;
}

/** The CPUs that this process may use. */
export function usableCpus(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number);
    return Array.from({ length: (last ?? first!) - first! + 1 }, (_, index) => first! + index);
  });
}

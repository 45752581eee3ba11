import { runCommand, startChild } from '../../process/command.js';
import type { ExecOptions, ExecResult, LabProcess, SpawnOptions } from '../types.js';
import type { RunAs } from './node-image.js';
import { machine, PERL, perlProgram } from './perl-programs.js';

/** Which namespaces to enter: a node's network alone, or all of the node whose init has this pid. */
export type Entrance =
  | { readonly how: 'net'; readonly file: string; readonly lab: string }
  | {
      readonly how: 'node';
      readonly initPid: number;
      readonly env: Readonly<Record<string, string>>;
      /** `cgroup.procs` files of the control groups that it joins, too. */
      readonly cgroups?: readonly string[];
      /** Who runs the program, and where; root in `/` unless told. */
      readonly as?: RunAs;
    };

/** Marks programs that faultline runs in a node's network from outside, so that `down` can tell them from others. */
export const LAB_MARK = 'FAULTLINE_LAB';

/** Runs a program there to its end. @throws CommandError */
export function runThere(where: Entrance, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { env, ...rest } = options;
  return runCommand(enterArgv(where, argv), { ...rest, env: environment(where, env) });
}

/** Starts a program there that dies with faultline. @throws CommandError */
export function startThere(where: Entrance, argv: readonly string[], options: SpawnOptions = {}): Promise<LabProcess> {
  const { env, ...rest } = options;
  return startChild(enterArgv(where, argv), { ...rest, stdin: true, env: environment(where, env) });
}

function enterArgv(where: Entrance, argv: readonly string[]): string[] {
  return [PERL, perlProgram('enter.pl'), where.how, where.how === 'net' ? where.file : String(where.initPid), ...argv];
}

function environment(where: Entrance, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = { FAULTLINE_MACHINE: machine(), FAULTLINE_CALLER: String(process.pid) };
  if (where.how === 'net') return { ...env, ...own, [LAB_MARK]: where.lab };
  const inside = { ...where.env, ...env };
  const cgroups = where.cgroups === undefined ? {} : { FAULTLINE_CGROUPS: where.cgroups.join(':') };
  return { ...inside, ...own, ...cgroups, ...runAsVariable(where.as), FAULTLINE_ENV: Object.keys(inside).join(',') };
}

/** None where the program's way of entering has it so anyway. */
function runAsVariable(as: RunAs | undefined): Record<string, string> {
  if (as === undefined || (as.uid === 0 && as.gid === 0 && as.workdir === '/')) return {};
  return { FAULTLINE_AS: [as.uid, as.gid, as.groups.join(','), as.workdir].join(' ') };
}

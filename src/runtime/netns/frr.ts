import { LabError } from '../../core/errors.js';
import { shellWords } from '../shell-words.js';

/** Where Debian's and the FRR project's own packages keep the daemons. */
export const FRR_DIR = '/usr/lib/frr';

/**
 * What FRR's own start script starts, in its order. zebra (and mgmtd, from 10.0 on) first: the others connect to them.
 */
const DAEMONS = [
  'mgmtd',
  'zebra',
  'bgpd',
  'ripd',
  'ripngd',
  'ospfd',
  'ospf6d',
  'isisd',
  'babeld',
  'pimd',
  'pim6d',
  'ldpd',
  'nhrpd',
  'eigrpd',
  'sharpd',
  'pbrd',
  'staticd',
  'bfdd',
  'fabricd',
  'vrrpd',
  'pathd',
] as const;
const FIRST = new Set<string>(['mgmtd', 'zebra']);
const ALWAYS = new Set<string>(['mgmtd', 'zebra', 'staticd']);

/** One daemon to start: `name` is `ospfd`, or `ospfd-2` for an instance. */
export interface FrrDaemon {
  readonly name: string;
  readonly argv: readonly string[];
}
export interface FrrStart {
  /** One after the other, before all others. */
  readonly first: readonly FrrDaemon[];
  readonly others: readonly FrrDaemon[];
  /** Whether `vtysh -b` hands them their configuration. */
  readonly vtysh: boolean;
}

/** Variables of a `daemons` file. It is a shell file to FRR; here plain assignments are understood. */
export function parseDaemonsFile(text: string, file: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const joined = text.replace(/\\\r?\n/g, ' ');
  joined.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    const value = match === null ? undefined : assigned(match[2]!);
    if (match === null || value === undefined) {
      throw new LabError(`${file}:${index + 1}: faultline reads only NAME=value lines of a daemons file: ${line}`);
    }
    variables.set(match[1]!, value);
  });
  return variables;
}

function assigned(text: string): string | undefined {
  const match = /^(?:"([^"$`]*)"|'([^']*)'|\(([^)$`]*)\)|([^\s"'$`;&|()]*))\s*(?:#.*)?;?\s*(?:#.*)?$/.exec(text);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'no' && value !== '0';
}

/**
 * The start of FRR as its own script does it for this `daemons` file, but without watchfrr, which would revive what a
 * fault kills. Each daemon logs to `/var/log/frr/<daemon>.log` besides what its configuration says.
 * @param installed which daemons the node's file tree has.
 * @throws LabError where one is wanted that is not installed.
 */
export function frrStart(
  variables: ReadonlyMap<string, string>,
  installed: (daemon: string) => boolean,
  nodeName: string,
): FrrStart {
  const first: FrrDaemon[] = [];
  const others: FrrDaemon[] = [];
  const words = (name: string): string[] => shellWords(variables.get(name) ?? '');
  for (const daemon of DAEMONS) {
    const wanted = isOn(variables.get(daemon)) || ALWAYS.has(daemon);
    if (!wanted || (daemon === 'mgmtd' && !installed(daemon))) continue;
    if (!installed(daemon)) {
      throw new LabError(`node ${nodeName}: its daemons file wants ${daemon}, which this FRR does not have`);
    }
    const instances = (variables.get(`${daemon}_instances`) ?? '').split(/[\s,]+/).filter((part) => part !== '');
    for (const instance of instances.length > 0 ? instances : [undefined]) {
      const name = instance === undefined ? daemon : `${daemon}-${instance}`;
      const options = [...words('frr_global_options'), ...words(`${daemon}_options`)];
      const log = options.some((option) => option.startsWith('--log'))
        ? []
        : ['--log', `file:/var/log/frr/${name}.log`, '--log-level', 'informational'];
      const argv = [
        ...words('all_wrap'),
        ...words(`${daemon}_wrap`),
        `${FRR_DIR}/${daemon}`,
        '-d',
        ...(instance === undefined ? [] : ['-n', instance]),
        ...log,
        ...options,
      ];
      (FIRST.has(daemon) ? first : others).push({ name, argv });
    }
  }
  return { first, others, vtysh: isOn(variables.get('vtysh_enable') ?? 'yes') };
}

/** The version in what `zebra --version` prints, `8.4.4`. */
export function frrVersion(printed: string): string | undefined {
  return /zebra version (\d+(?:\.\d+)*)/.exec(printed)?.[1];
}

/** Whether an image's tag names this FRR: major and minor are compared. A tag without a number names none. */
export function sameFrrVersion(image: string, version: string): boolean {
  const tag = /^(?:.*\/)?[^/:@]*:([^@]*)/.exec(image)?.[1] ?? '';
  const wanted = /(\d+)\.(\d+)/.exec(tag);
  const have = /^(\d+)\.(\d+)/.exec(version);
  return wanted !== null && have !== null && wanted[1] === have[1] && wanted[2] === have[2];
}

import { lstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LabError } from '../../core/errors.js';
import { FRR_START, type ImageStart } from '../../image/start.js';
import type { TopologyNode } from '../../topology/types.js';
import { shellWords } from '../shell-words.js';
import { pathInRoot } from './node-files.js';

/** The image that a node's files come from. */
export interface NodeImage {
  /** Its own name: another than the topology's where it stands in for that one. */
  readonly name: string;
  readonly root: string;
  /** SHA-256 of its configuration, of an imported image. */
  readonly id?: string;
  /** What a container of it starts; undefined for an image that says nothing of it. */
  readonly start?: ImageStart | undefined;
}

/** Who runs a node's programs, and where, in numbers. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
  /** The folder that programs start in. */
  readonly workdir: string;
}

/** Programs that FRR's published images start. What they do is done by faultline here. */
const FRR_STARTS = ['docker-start'];
/** Small inits that start the rest of their command line. */
const INITS = ['tini', 'tini-static', 'dumb-init', 'catatonit', 'docker-init'];

/**
 * The command line of a node's container as Docker puts it together of the topology's and the image's. An entrypoint of
 * the topology drops the image's command.
 */
export function startArgv(
  node: Pick<TopologyNode, 'entrypoint' | 'cmd'>,
  start: ImageStart | undefined,
): readonly string[] {
  const entrypoint = shellWords(node.entrypoint ?? '');
  const command = shellWords(node.cmd ?? '');
  return [
    ...(entrypoint.length > 0 ? entrypoint : (start?.entrypoint ?? [])),
    ...(command.length > 0 || entrypoint.length > 0 ? command : (start?.command ?? [])),
  ];
}

/** Whether this is how an FRR image starts FRR and nothing else. */
export function isFrrStart(argv: readonly string[]): boolean {
  let rest = argv;
  if (INITS.includes(basename(rest[0] ?? ''))) {
    const dashes = rest.indexOf('--');
    rest = dashes >= 0 ? rest.slice(dashes + 1) : rest.slice(1).filter((word) => !word.startsWith('-'));
  }
  const [program = '', ...args] = rest;
  return (
    rest.join('\0') === FRR_START.join('\0') ||
    (FRR_STARTS.includes(basename(program)) && args.length === 0) ||
    (basename(program) === 'frrinit.sh' && args.join(' ') === 'start')
  );
}

/**
 * The user of a node's programs: the topology's, else the image's, as Docker reads it (`name`, `uid`, `name:group` …; a
 * number that /etc/passwd does not know is that user, with group 0).
 * @throws LabError for a name that the node's files do not know
 */
export function runAs(node: Pick<TopologyNode, 'name' | 'user'>, image: NodeImage | undefined, root: string): RunAs {
  const said = node.user !== undefined && node.user !== '' ? node.user : (image?.start?.user ?? '');
  const workdir = image?.start?.workdir ?? '/';
  const [user = '', group = ''] = said.split(':');
  const users = table(root, '/etc/passwd');
  const groups = table(root, '/etc/group');
  const entry =
    users.find((one) => one[0] === (user === '' ? 'root' : user)) ??
    users.find((one) => /^\d+$/.test(user) && Number(one[2]) === Number(user));
  const unknown = (what: string, name: string): LabError =>
    new LabError(`node ${node.name}: its user is '${said}', and its files know no ${what} ${name}`);
  if (entry === undefined && user !== '' && !/^\d+$/.test(user)) throw unknown('user', user);
  const groupEntry = groups.find((one) => one[0] === group);
  if (group !== '' && groupEntry === undefined && !/^\d+$/.test(group)) throw unknown('group', group);
  const gid = group === '' ? Number(entry?.[3] ?? 0) : Number(groupEntry?.[2] ?? group);
  const name = entry?.[0];
  const further =
    group !== '' || name === undefined
      ? []
      : groups.filter((one) => one[3]?.split(',').includes(name) === true).map((one) => Number(one[2]));
  return {
    uid: Number(entry?.[2] ?? (user === '' ? 0 : user)),
    gid,
    groups: [...new Set(further.filter((id) => id !== gid))],
    home: entry?.[5] || (user === '' || user === 'root' ? '/root' : '/'),
    workdir,
  };
}

/** Lines of a file like /etc/passwd; none where it is not there. */
function table(root: string, path: string): string[][] {
  const file = pathInRoot(root, path);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}

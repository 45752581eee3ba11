import { interfacesOf } from '../../topology/find.js';
import type { Bind, Topology, TopologyNode } from '../../topology/types.js';
import { shellWords } from '../shell-words.js';
import type { FrrStart } from './frr.js';
import type { InitPlan, Step } from './init-plan.js';
import { startArgv, type NodeImage, type RunAs } from './node-image.js';
import { defaultSysctls } from './sysctls.js';

/** What a node's plan follows from, beside the topology. */
export interface NodePlanInput {
  readonly topology: Topology;
  readonly node: TopologyNode;
  /** What its init is called in a list of processes. */
  readonly fullName: string;
  /** The file tree that the node gets a copy of: `/`, or the root folder of its image. */
  readonly root: string;
  readonly image: NodeImage | undefined;
  readonly runAs: RunAs;
  /** File systems of the host below `/` that belong to it; none where the root is an image's. */
  readonly submounts: readonly string[];
  readonly staging: string;
  readonly hostsFile: string;
  /** Set for a node that runs FRR. */
  readonly frr: FrrStart | undefined;
  /** Text of the `daemons` file that the node shall have; undefined: the image's own. */
  readonly frrDaemonsFile: string | undefined;
  /** Whether any FRR configuration comes with the node (`frr.conf`, `zebra.conf` …). */
  readonly frrConfigured: boolean;
}

/** The step by which a node's daemons get their configuration. */
export const LOAD_CONFIGURATION = 'vtysh -b';

const FRR_CONFIG = '/etc/frr';
const FRR_OWNER = 'frr:frr';
/** The host's own routers are no business of a node. */
const HIDE_HOST_FRR: Step = ['tmpfs', FRR_CONFIG, '755', ''];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of everything that runs in a node: nothing of faultline's own reaches it. */
export function nodeEnvironment(
  topology: Topology,
  node: TopologyNode,
  image: NodeImage | undefined,
  home: string,
): Readonly<Record<string, string>> {
  return {
    PATH,
    HOME: home,
    USER: 'root',
    TERM: 'dumb',
    CLAB_INTFS: String(interfacesOf(topology, node.name).length),
    ...image?.start?.env,
    ...node.env,
  };
}

/** Whether a node has FRR's folders: it runs FRR, or something of it is bound. */
export function hasFrrFolders(node: TopologyNode): boolean {
  return node.driver === 'frr' || node.binds.some(isFrrConfig);
}

/** Files below /etc/frr are copied, not bound: they then belong to user frr, and the lab's own files stay as they are. */
export function isFrrConfig(bind: Bind): boolean {
  return bind.nodePath === FRR_CONFIG || bind.nodePath.startsWith(`${FRR_CONFIG}/`);
}

export function nodeInitPlan(input: NodePlanInput): InitPlan {
  return { setup: setupSteps(input), links: linkSteps(input), start: startSteps(input) };
}

function setupSteps(input: NodePlanInput): Step[] {
  const { node } = input;
  const interfaces = interfacesOf(input.topology, node.name);
  const binds = [...node.binds].sort((a, b) => depth(a.nodePath) - depth(b.nodePath));
  return [
    ['title', `faultline-init ${input.fullName}`],
    ['hostname', node.name],
    ...defaultSysctls(node).map(([key, value]): Step => ['sysctl-default', key, value]),
    ...Object.entries(node.sysctls)
      .filter(([key]) => !isInterfaceSysctl(key, interfaces))
      .map(([key, value]): Step => ['sysctl', key, value]),
    ['up', 'lo'],
    ['root', input.root, input.staging],
    ...input.submounts.map((path): Step => ['submount', path]),
    ['enter'],
    ['tmpfs', '/run', '755', ''],
    ['dir', '/run/lock', '1777', ''],
    ['tmpfs', '/tmp', '1777', ''],
    ['file', '/etc/hosts', '644', '', input.hostsFile],
    ['file', '/etc/hostname', '644', '', `${node.name}\n`],
    ...(hasFrrFolders(node) ? frrFolders(input) : input.root === '/' ? [HIDE_HOST_FRR] : []),
    ...binds.map((bind): Step =>
      isFrrConfig(bind)
        ? ['copy', bind.hostPath, bind.nodePath, FRR_OWNER]
        : ['bind', bind.hostPath, bind.nodePath, bind.readOnly ? '1' : ''],
    ),
    ...(node.driver === 'frr' && node.startupConfig !== undefined
      ? [['copy', node.startupConfig, `${FRR_CONFIG}/frr.conf`, FRR_OWNER] as const]
      : []),
    ['leave'],
    ['unset-env'],
    ...Object.entries(nodeEnvironment(input.topology, node, input.image, input.runAs.home)).map(
      ([key, value]): Step => ['env', key, value],
    ),
  ];
}

/** FRR's folders, empty but for what its image (or, on the host's FRR, its package) would put there. */
function frrFolders(input: NodePlanInput): Step[] {
  const steps: Step[] = ['/var/lib/frr', '/var/log/frr', '/var/tmp/frr'].map((path) => [
    'tmpfs',
    path,
    '755',
    FRR_OWNER,
  ]);
  steps.push(['dir', '/run/frr', '755', FRR_OWNER]);
  if (input.root === '/') {
    steps.push(['tmpfs', FRR_CONFIG, '755', FRR_OWNER]);
    steps.push(['file', `${FRR_CONFIG}/vtysh.conf`, '640', FRR_OWNER, 'service integrated-vtysh-config\n']);
    if (!input.frrConfigured) steps.push(['file', `${FRR_CONFIG}/frr.conf`, '640', FRR_OWNER, '']);
  }
  if (input.frrDaemonsFile !== undefined) {
    steps.push(['file', `${FRR_CONFIG}/daemons`, '640', FRR_OWNER, input.frrDaemonsFile]);
  }
  return steps;
}

function linkSteps({ topology, node }: NodePlanInput): Step[] {
  const interfaces = interfacesOf(topology, node.name);
  const sysctls = Object.entries(node.sysctls)
    .filter(([key]) => isInterfaceSysctl(key, interfaces))
    .map(([key, value]): Step => ['sysctl', key, value]);
  if (node.kind !== 'bridge') return [...sysctls, ...interfaces.map((name): Step => ['up', name])];
  return [
    ['bridge', node.name],
    ...sysctls,
    ...interfaces.flatMap((name): Step[] => [
      ['port', node.name, name],
      ['up', name],
    ]),
    ['up', node.name],
  ];
}

function startSteps({ node, frr, image, runAs }: NodePlanInput): Step[] {
  const steps: Step[] = [];
  if (frr) {
    for (const daemon of frr.first) steps.push(['run', daemon.name, ...daemon.argv]);
    // zebra goes into the background before it listens. Daemons that find nobody there lose what they wanted to ask: pimd
    // of FRR 10 then has no way to its RP, for good.
    steps.push(['listening', 'zebra', zebraSocket(frr.first), LISTEN_WITHIN_S]);
    for (const daemon of frr.others) steps.push(['begin', daemon.name, ...daemon.argv]);
    steps.push(['await']);
    // As in FRR's own start, lines that it does not know stop nothing; here they are told.
    if (frr.vtysh) steps.push(['exec', LOAD_CONFIGURATION, 'vtysh', '-b']);
  }
  if (runAs.uid !== 0 || runAs.gid !== 0 || runAs.workdir !== '/') {
    steps.push(['as', String(runAs.uid), String(runAs.gid), runAs.groups.join(' '), runAs.workdir]);
  }
  const [program, ...args] = frr === undefined ? ownCommand(node, image) : [];
  if (program !== undefined) steps.push(['background', program, ...args]);
  for (const line of node.exec) {
    const words = shellWords(line);
    if (words.length > 0) steps.push(['exec', line, ...words]);
  }
  return steps;
}

const LISTEN_WITHIN_S = '30';

/** Where zebra takes its clients: its option `-z`, else FRR's own place. */
function zebraSocket(first: FrrStart['first']): string {
  const argv = first.find(({ name }) => name === 'zebra')?.argv ?? [];
  const at = argv.findIndex((word) => word === '-z' || word === '--socket');
  return argv[at + 1] !== undefined && at >= 0 ? argv[at + 1]! : '/run/frr/zserv.api';
}

/**
 * What a container of this node would run as its own command. For an FRR node whose image says nothing of it, that is FRR
 * itself, which is started here anyway.
 */
export function ownCommand(node: TopologyNode, image: NodeImage | undefined): readonly string[] {
  return node.driver === 'frr' && image?.start === undefined ? [] : startArgv(node, image?.start);
}

function isInterfaceSysctl(key: string, interfaces: readonly string[]): boolean {
  const match = /^net[./]ipv[46][./](?:conf|neigh)[./]([^/]+?)[./][^./]+$/.exec(key);
  return match !== null && interfaces.includes(match[1]!);
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

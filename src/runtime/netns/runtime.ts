import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CleanupError, LabError } from '../../core/errors.js';
import { isAlive } from '../../process/proc.js';
import { stateDir as defaultStateDir } from '../../process/state-dir.js';
import type { Topology } from '../../topology/types.js';
import { complaintsOfFile, notTaken } from '../frr-complaints.js';
import { TopologyLab } from '../topology-lab.js';
import type {
  HostFinding,
  Lab,
  LabProgress,
  LabSummary,
  NodeSoftware,
  NodeSummary,
  Runtime,
  UpOptions,
} from '../types.js';
import { bringUp } from './bring-up.js';
import { forItsFrr } from './frr-files.js';
import { checkHost } from './host-check.js';
import { checkLabName, fullNodeName, netnsPath } from './names.js';
import { NetnsNode, nodeState } from './node.js';
import { startArgv, type NodeImage } from './node-image.js';
import { LOAD_CONFIGURATION } from './node-plan.js';
import { prepareNodes, startsFrrHere } from './prepare.js';
import { softwareOf } from './software.js';
import type { ExecReport } from './spawner.js';
import { LabFolder, labNames, type LabState } from './state.js';
import { supportOf } from './supported.js';
import { tearDown } from './teardown.js';

export interface NetnsOptions {
  /** Folder of all lab states; `/run/faultline` or `$FAULTLINE_STATE` unless given. */
  readonly stateDir?: string;
  /** The image that is here for this name; undefined where there is none and the host's programs stand in. */
  readonly findImage?: (name: string) => NodeImage | undefined;
}

/** containerlab topologies in namespaces of this host, without Docker. Needs root. */
export class NetnsRuntime implements Runtime {
  readonly name = 'netns';
  private readonly stateDir: string;
  private readonly findImage: (name: string) => NodeImage | undefined;

  constructor(options: NetnsOptions = {}) {
    this.stateDir = options.stateDir ?? defaultStateDir();
    this.findImage = options.findImage ?? (() => undefined);
  }

  async check(topology?: Topology): Promise<readonly HostFinding[]> {
    return checkHost(topology, topology === undefined ? {} : rootsOf(topology, this.imagesOf(topology)));
  }

  async up(topology: Topology, options: UpOptions = {}): Promise<Lab> {
    const lab = options.labName ?? topology.name;
    checkLabName(lab);
    options.signal?.throwIfAborted();
    const support = supportOf(topology);
    if (support.refused.length > 0) throw new LabError(support.refused.join('\n'));
    await this.requireHost(topology);
    const folder = new LabFolder(this.stateDir, lab);
    const fullNames = Object.fromEntries(
      topology.nodes.map((node) => [node.name, fullNodeName(topology, lab, node.name)]),
    );
    const images = this.imagesOf(topology);
    const software = await softwareOfAll(topology, images);
    const chosen = topology.nodes.map((node) => forItsFrr(node, software.get(node.name)!.version));
    const notes = [
      ...support.notes,
      ...startNotes(topology, images),
      ...substitutions(software, options.strictImages === true),
      ...chosen.flatMap(({ note }) => note ?? []),
    ];
    const fitting = { ...topology, nodes: chosen.map(({ node }) => node) };
    const plans = prepareNodes(fitting, images, fullNames, folder.staging);
    folder.create();
    const state: LabState = {
      version: 1,
      lab,
      phase: 'making',
      topology,
      runDir: options.runDir ?? null,
      owner: process.env['SUDO_USER'] ?? userInfo().username,
      fullNames,
      roots: rootsOf(topology, images),
      images,
      software: Object.fromEntries(software),
      notes,
    };
    try {
      refuseTakenNames(Object.values(fullNames));
    } catch (error) {
      folder.remove();
      throw error;
    }
    try {
      folder.write(state);
      for (const note of notes) options.onProgress?.({ stage: 'note', detail: note });
      const reports = await bringUp(folder, topology, fullNames, plans, options);
      const execNotes = reports.flatMap((report) => failureOf(report) ?? []);
      for (const note of execNotes) options.onProgress?.({ stage: 'exec-failed', detail: note });
      const made: LabState = { ...state, phase: 'up', notes: [...notes, ...execNotes] };
      folder.write(made);
      options.signal?.throwIfAborted();
      return this.labOf(folder, made);
    } catch (error) {
      await tearDown(folder).catch((cleanup: unknown) => {
        throw new CleanupError([error, cleanup], `lab ${lab} failed and could not be taken down`, { cause: error });
      });
      throw error;
    }
  }

  async attach(labName: string): Promise<Lab> {
    checkLabName(labName);
    const folder = new LabFolder(this.stateDir, labName);
    const state = folder.read();
    if (state?.phase !== 'up') {
      const half = existsSync(folder.dir) ? 'is half made: take it down' : 'is not up';
      throw new LabError(`lab ${labName} ${half} (labs here: ${labNames(this.stateDir).join(', ') || 'none'})`);
    }
    return this.labOf(folder, state);
  }

  async list(): Promise<readonly LabSummary[]> {
    return labNames(this.stateDir).flatMap((name) => {
      const folder = new LabFolder(this.stateDir, name);
      const state = folder.read();
      return state === undefined ? [] : [summaryOf(folder, state)];
    });
  }

  async down(labName: string, options: { readonly onProgress?: (progress: LabProgress) => void } = {}): Promise<void> {
    checkLabName(labName);
    const folder = new LabFolder(this.stateDir, labName);
    if (!existsSync(folder.dir)) return;
    options.onProgress?.({ stage: 'down', detail: labName });
    await tearDown(folder);
  }

  private labOf(folder: LabFolder, state: LabState): Lab {
    const nodes = state.topology.nodes.map((node) => new NetnsNode(folder, state, node));
    return new TopologyLab(state.lab, this.name, state.topology, nodes);
  }

  private async requireHost(topology: Topology): Promise<void> {
    const missing = (await this.check(topology)).filter((finding) => finding.state === 'missing');
    if (missing.length === 0) return;
    const lines = missing.map((one) => `${one.what}: ${one.detail}${one.hint === undefined ? '' : ` (${one.hint})`}`);
    throw new LabError(`this host lacks what lab ${topology.name} needs:\n${lines.join('\n')}`);
  }

  private imagesOf(topology: Topology): Record<string, NodeImage> {
    return Object.fromEntries(
      topology.nodes.flatMap((node) => {
        const image = node.image === undefined ? undefined : this.findImage(node.image);
        return image === undefined ? [] : [[node.name, image]];
      }),
    );
  }
}

/** What each node runs, by its name. */
async function softwareOfAll(
  topology: Topology,
  images: Readonly<Record<string, NodeImage>>,
): Promise<ReadonlyMap<string, NodeSoftware>> {
  const all = new Map<string, NodeSoftware>();
  const seen = new Map<string, NodeSoftware>();
  for (const node of topology.nodes) {
    const image = images[node.name];
    const root = image?.root ?? '/';
    const key = `${node.driver} ${node.image ?? ''} ${root}`;
    const software = seen.get(key) ?? (await softwareOf(node, root, image));
    seen.set(key, software);
    all.set(node.name, software);
  }
  return all;
}

/** A line for each node that does not run what its image says. @throws LabError where that is not wanted. */
function substitutions(all: ReadonlyMap<string, NodeSoftware>, strict: boolean): readonly string[] {
  const notes = [...all].flatMap(([node, software]) =>
    software.substituted ? [`${node}: ${software.product} ${software.version}: ${software.detail}`] : [],
  );
  if (strict && notes.length > 0) {
    throw new LabError(`images that are not what would run (--strict-images):\n${notes.join('\n')}`);
  }
  return notes;
}

function rootsOf(topology: Topology, images: Readonly<Record<string, NodeImage>>): Record<string, string> {
  return Object.fromEntries(topology.nodes.map(({ name }) => [name, images[name]?.root ?? '/']));
}

/** What becomes of how an FRR image, or its topology, would start the container. */
function startNotes(topology: Topology, images: Readonly<Record<string, NodeImage>>): string[] {
  return topology.nodes.flatMap((node) => {
    const start = images[node.name]?.start;
    if (node.driver !== 'frr' || (node.cmd ?? node.entrypoint ?? start) === undefined) return [];
    if (startsFrrHere(node, images[node.name])) {
      return [`${node.name}: its command is left out: FRR is started as its daemons file says`];
    }
    const argv = startArgv(node, start).join(' ');
    return [
      `${node.name}: FRR is started by its own command (${argv}); where that has a watchfrr, daemons that die come back`,
    ];
  });
}

function refuseTakenNames(fullNames: readonly string[]): void {
  const taken = fullNames.filter((name) => existsSync(netnsPath(name)));
  if (taken.length > 0) {
    throw new LabError(`network namespaces of these names exist and are not faultline's: ${taken.join(', ')}`);
  }
}

function summaryOf(folder: LabFolder, state: LabState): LabSummary {
  const nodes = state.topology.nodes.map((node): NodeSummary => {
    const init = folder.init(node.name);
    return {
      name: node.name,
      fullName: state.fullNames[node.name]!,
      kind: node.kind,
      image: node.image ?? '',
      state: nodeState(folder, node.name),
      initPid: init !== undefined && isAlive(init) ? init.pid : null,
      ipv4: node.mgmtIpv4 ?? '',
      ipv6: '',
    };
  });
  return {
    name: state.lab,
    runtime: 'netns',
    topologyFile: state.topology.file,
    owner: state.owner,
    runDir: state.runDir,
    nodes,
  };
}

/** What a command of a node's start failed in, for people. `vtysh -b` exits with 0 where a daemon refuses what it was handed. */
function failureOf({ node, command, exitCode, output }: ExecReport): string | undefined {
  if (exitCode !== 0) return `${node}: '${command}' exited with ${exitCode}: ${output.trim()}`;
  const complaints = command === LOAD_CONFIGURATION ? complaintsOfFile(output) : [];
  return complaints.length === 0 ? undefined : notTaken(node, complaints);
}

import { LabError } from '../../core/errors.js';
import { isAlive } from '../../process/proc.js';
import { stateDir as defaultStateDir } from '../../process/state-dir.js';
import { isRootNamespaceKind } from '../../topology/kinds.js';
import { readTopology } from '../../topology/read.js';
import type { Topology } from '../../topology/types.js';
import { checkLabName } from '../netns/names.js';
import { TopologyLab } from '../topology-lab.js';
import type { HostFinding, Lab, LabNode, LabProgress, LabSummary, NodeSummary, Runtime, UpOptions } from '../types.js';
import { bringUp } from './up.js';
import { checkHost } from './check.js';
import { containersOf, type LabContainer } from './containers.js';
import type { LabContext } from './context.js';
import { connectDocker, factsOfDocker, notLocal } from './docker.js';
import { takeDown } from './down.js';
import { withStandIns } from './images.js';
import { isHeld } from './hold.js';
import { HostNode } from './host-node.js';
import { parseInspect } from './inspect.js';
import { refuseVirtualMachines } from './kinds.js';
import { ContainerNode } from './node.js';
import { runContainerlab, tail } from './program.js';
import { LabFolder, labFolders, type LabState } from './state.js';
import { watchContainers } from './watch.js';

export interface ContainerlabOptions {
  /** Folder of all lab states; `/run/faultline` or `$FAULTLINE_STATE` unless given. */
  readonly stateDir?: string;
  /** The image that shall stand in for this one; undefined: none. */
  readonly standIn?: (image: string) => string | undefined;
}

/**
 * Labs of the containerlab program in Docker containers: those that faultline has it deploy, and those that somebody
 * deployed before. Needs root, and a Docker whose containers run on this machine.
 */
export class ContainerlabRuntime implements Runtime {
  readonly name = 'containerlab';
  private readonly stateDir: string;
  private readonly docker = connectDocker();
  private readonly standIn: (image: string) => string | undefined;

  constructor(options: ContainerlabOptions = {}) {
    this.stateDir = options.stateDir ?? defaultStateDir();
    this.standIn = options.standIn ?? (() => undefined);
  }

  async check(topology?: Topology): Promise<readonly HostFinding[]> {
    return checkHost(this.docker, topology === undefined ? undefined : withStandIns(topology, this.standIn));
  }

  async up(topology: Topology, options: UpOptions = {}): Promise<Lab> {
    const place = { docker: this.docker, stateDir: this.stateDir, standIn: this.standIn };
    const state = await bringUp(place, topology, options, async (made) =>
      this.contextOf(made.lab, made.topology, await containersOf(this.docker, made.lab)),
    );
    return this.labOf(state.lab, state.topology, await containersOf(this.docker, state.lab));
  }

  async attach(labName: string): Promise<Lab> {
    checkLabName(labName);
    const facts = await factsOfDocker(this.docker);
    if (!facts.local) throw new LabError(notLocal(facts));
    const containers = await containersOf(this.docker, labName);
    const state = new LabFolder(this.stateDir, labName).read();
    if (containers.length === 0 || state?.phase === 'making') {
      const half = state === undefined ? 'is not up' : 'is half made, or its containers are gone: take it down';
      const names = [...new Set((await containersOf(this.docker)).map((one) => one.lab))].sort();
      throw new LabError(`lab ${labName} ${half} (labs here: ${names.join(', ') || 'none'})`);
    }
    const topology = state?.topology ?? topologyOf(labName, containers);
    refuseVirtualMachines(topology);
    const without = topology.nodes.filter(
      (node) => !isRootNamespaceKind(node.kind) && !containers.some((one) => one.node === node.name),
    );
    if (without.length > 0) {
      throw new LabError(`lab ${labName} has no container of ${without.map((node) => node.name).join(', ')}`);
    }
    return this.labOf(labName, topology, containers);
  }

  async list(): Promise<readonly LabSummary[]> {
    const inspected = await runContainerlab(['inspect', '--all', '--format', 'json']);
    if (inspected.exitCode !== 0) throw new LabError(`containerlab inspect failed:\n${tail(inspected.log)}`);
    const containers = await containersOf(this.docker);
    const byName = new Map(containers.map((one) => [one.fullName, one]));
    const labs = new Map<string, ReturnType<typeof parseInspect>>();
    for (const one of parseInspect(inspected.stdout)) labs.set(one.lab, [...(labs.get(one.lab) ?? []), one]);
    const summaries: LabSummary[] = [];
    for (const name of [...new Set([...labs.keys(), ...labFolders(this.stateDir)])].sort()) {
      const folder = new LabFolder(this.stateDir, name);
      const state = folder.read();
      const nodes: NodeSummary[] = [];
      for (const one of labs.get(name) ?? []) {
        const container = byName.get(one.fullName);
        const node = container?.node ?? one.fullName;
        nodes.push({
          name: node,
          fullName: one.fullName,
          kind: one.kind,
          image: one.image,
          state: isHeld(folder.held(node)) ? 'dead' : stateOf(one.state),
          initPid: container === undefined ? null : await this.pidOf(container),
          ipv4: one.ipv4,
          ipv6: one.ipv6,
        });
      }
      if (nodes.length === 0 && state === undefined) continue;
      const order = state?.topology.nodes.map((node) => node.name) ?? [];
      const place = (node: NodeSummary): number => order.indexOf(node.name);
      summaries.push({
        name,
        runtime: 'containerlab',
        topologyFile: state?.topology.file ?? labs.get(name)?.[0]?.topologyFile ?? '',
        owner: state?.owner ?? labs.get(name)?.[0]?.owner ?? '',
        runDir: state?.runDir ?? null,
        nodes: nodes.sort((a, b) => place(a) - place(b)),
      });
    }
    return summaries;
  }

  async down(labName: string, options: { readonly onProgress?: (progress: LabProgress) => void } = {}): Promise<void> {
    checkLabName(labName);
    const folder = new LabFolder(this.stateDir, labName);
    const state = folder.read();
    if (state?.phase === 'making' && state.maker.pid !== process.pid && isAlive(state.maker)) {
      throw new LabError(`lab ${labName} is just being brought up by process ${state.maker.pid}`);
    }
    await takeDown(this.docker, folder, options);
  }

  private async pidOf(container: LabContainer): Promise<number | null> {
    try {
      const { State: state } = await this.docker.getContainer(container.id).inspect();
      return state.Running ? state.Pid : null;
    } catch {
      return null; // it went while we looked
    }
  }

  private contextOf(lab: string, topology: Topology, containers: readonly LabContainer[]): LabContext {
    return {
      docker: this.docker,
      folder: new LabFolder(this.stateDir, lab),
      lab,
      topology,
      ids: new Map(containers.map((one) => [one.node, one.id])),
      fullNames: new Map(containers.map((one) => [one.node, one.fullName])),
      ended: new Map(),
    };
  }

  private labOf(lab: string, topology: Topology, containers: readonly LabContainer[]): Lab {
    const context = this.contextOf(lab, topology, containers);
    const nodes = topology.nodes.map((node): LabNode =>
      isRootNamespaceKind(node.kind) ? new HostNode(lab, node) : new ContainerNode(context, node),
    );
    return new TopologyLab(lab, this.name, topology, nodes, (onTrouble) => watchContainers(context, onTrouble));
  }
}

/** The topology of a lab that somebody deployed, from the file that its containers name. @throws LabError, ConfigError */
function topologyOf(lab: string, containers: readonly LabContainer[]): Topology {
  const file = containers[0]!.topologyFile;
  try {
    return readTopology(file);
  } catch (cause) {
    throw new LabError(`lab ${lab} is up, but its topology file cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function stateOf(text: string): NodeSummary['state'] {
  return text === 'running' ? 'running' : text === 'paused' ? 'paused' : 'dead';
}

export type { LabState };

import { LabError } from '../core/errors.js';
import type { Endpoint, Topology, TopologyLink } from '../topology/types.js';
import type { Lab, LabNode, RuntimeName } from './types.js';

/** A lab as its topology tells it, over the nodes of any runtime. */
export class TopologyLab implements Lab {
  constructor(
    readonly name: string,
    readonly runtime: RuntimeName,
    readonly topology: Topology,
    readonly nodes: readonly LabNode[],
    private readonly watcher?: NonNullable<Lab['watch']>,
  ) {}

  /** Runtimes whose labs nothing from outside can change behind faultline's back have nothing to tell. */
  async watch(onTrouble: (text: string) => void): Promise<{ readonly stop: () => void }> {
    return (await this.watcher?.(onTrouble)) ?? { stop: () => undefined };
  }

  node(name: string): LabNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node) return node;
    const names = this.nodes.map((one) => one.name).join(', ');
    throw new LabError(`lab ${this.name} has no node '${name}' (it has ${names})`);
  }

  link(ref: string): TopologyLink {
    const found = this.topology.links.filter((link) => {
      const ends = link.endpoints.map((end) => `${end.node}:${end.interface}`);
      return link.id === ref || ends.includes(ref) || (ends.length === 2 && `${ends[1]!}--${ends[0]!}` === ref);
    });
    if (found.length === 1) return found[0]!;
    const ids = this.topology.links.map((link) => link.id).join(', ');
    throw new LabError(`lab ${this.name} has no link '${ref}' (it has ${ids})`);
  }

  peerOf(node: string, interfaceName: string): Endpoint | undefined {
    const isEnd = (end: Endpoint): boolean => end.node === node && end.interface === interfaceName;
    const link = this.topology.links.find((one) => one.endpoints.some(isEnd));
    return link?.endpoints.find((end) => !isEnd(end));
  }
}

import type { ResolvedFault } from '../fault/types.js';
import type { RunContext, RunLab } from './context.js';
import { lookAtLinks, type SeenEnd } from './look-at-links.js';

/** The links of what a fault acts on, as the kernel shows them before it, at its end, and when all is steady again. */
export class FaultLinks {
  private constructor(
    private readonly run: RunContext,
    private readonly lab: RunLab,
    private readonly nodes: readonly string[],
    private readonly endpoints: readonly string[],
    private readonly first: readonly SeenEnd[],
  ) {}

  static async before(run: RunContext, lab: RunLab, { broken }: Pick<ResolvedFault, 'broken'>): Promise<FaultLinks> {
    const { nodes, endpoints } = broken;
    return new FaultLinks(run, lab, nodes, endpoints, await lookAtLinks(lab.lab, nodes, endpoints));
  }

  /** While the fault is still applied: what its neighbours really see. */
  async during(): Promise<void> {
    await this.look('links just before the revert');
  }

  async after(): Promise<void> {
    const last = await this.look('links after the revert');
    const states = new Map(last.map((end) => [`${end.node}:${end.interface}`, end.state]));
    for (const end of this.first) {
      const name = `${end.node}:${end.interface}`;
      const now = states.get(name);
      if (now === end.state || end.state === 'out of reach') continue;
      const text = `${name} was ${end.state} before the fault and is ${now ?? 'gone'} after its revert`;
      this.run.journal.write({ type: 'impediment', text });
    }
  }

  private async look(label: string): Promise<readonly SeenEnd[]> {
    const seen = await lookAtLinks(this.lab.lab, this.nodes, this.endpoints);
    if (seen.length > 0) {
      const node = this.nodes[0] ?? this.endpoints[0]!.split(':')[0]!;
      const data = Object.fromEntries(seen.map((end) => [`${end.node}:${end.interface}`, end.state]));
      this.run.journal.write({ type: 'fault-reading', label, node, data });
    }
    return seen;
  }
}

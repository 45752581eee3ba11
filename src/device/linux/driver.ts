import { LabError } from '../../core/errors.js';
import type { LabNode } from '../../runtime/types.js';
import { UnsupportedQuery, type DaemonInfo, type DeviceDriver, type DeviceFacts } from '../types.js';
import type { QueryArguments, QueryKind } from '../types.js';
import { kernelInterfaces, kernelRouteTo, kernelTables } from './kernel.js';

/** A plain Linux host: its kernel answers for interfaces and routes, and there is no configuration. */
export class LinuxDriver implements DeviceDriver {
  readonly name = 'linux';

  constructor(readonly node: LabNode) {}

  async waitReady(): Promise<void> {
    await kernelInterfaces(this.node);
  }

  async version(): Promise<string> {
    const { stdout } = await this.node.execOutside(['uname', '-r']);
    return `Linux ${stdout.trim()}`;
  }

  async runningConfig(): Promise<string> {
    return '';
  }

  async diff(): Promise<string> {
    throw this.noConfiguration();
  }

  async apply(): Promise<string> {
    throw this.noConfiguration();
  }

  async reapply(): Promise<string> {
    return '';
  }

  async rollback(): Promise<string> {
    return '';
  }

  async query<K extends QueryKind>(kind: K, args: QueryArguments = {}): Promise<DeviceFacts[K]> {
    if (kind === 'interfaces') return (await kernelInterfaces(this.node)) as DeviceFacts[K];
    if (kind === 'route-to') {
      if (args.address === undefined) throw new RangeError('route-to needs an address');
      return (await kernelRouteTo(this.node, args.address)) as DeviceFacts[K];
    }
    throw new UnsupportedQuery(`${this.node.name} is a plain Linux host: it cannot be asked for ${kind}`);
  }

  stateTables(): Promise<Readonly<Record<string, string>>> {
    return kernelTables(this.node);
  }

  async logs(): Promise<Readonly<Record<string, Buffer>>> {
    return {};
  }

  async daemons(): Promise<readonly DaemonInfo[]> {
    return [];
  }

  async startDaemon(name: string): Promise<void> {
    throw new LabError(`${this.node.name} is a plain Linux host: faultline does not know how to start ${name} there`);
  }

  async restartDaemons(): Promise<void> {
    throw new LabError(`${this.node.name} is a plain Linux host: faultline does not know its daemons`);
  }

  private noConfiguration(): UnsupportedQuery {
    return new UnsupportedQuery(
      `${this.node.name} is a plain Linux host: it has no configuration to apply (use \`exec\` in the topology)`,
    );
  }
}

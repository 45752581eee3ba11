import type { LabNode } from '../../runtime/types.js';
import { Answer } from '../answer.js';
import type { DeviceFacts } from '../types.js';
import { parseIpAddress, parseIpRouteGet } from './parse-ip.js';

const TIMEOUT_MS = 10_000;

/** The node's interfaces as the kernel has them. The host's `ip` is used, in the node's network namespace. */
export async function kernelInterfaces(node: LabNode): Promise<DeviceFacts['interfaces']> {
  const argv = ['ip', '-json', 'address', 'show'];
  const { stdout } = await node.execOutside(argv, { timeoutMs: TIMEOUT_MS });
  return parseIpAddress(new Answer(argv.join(' '), stdout));
}

/** The kernel's choice for one destination; empty where it has no route. */
export async function kernelRouteTo(node: LabNode, address: string): Promise<DeviceFacts['route-to']> {
  const argv = ['ip', '-json', 'route', 'get', address];
  const result = await node.execOutside(argv, { timeoutMs: TIMEOUT_MS, allowFailure: true });
  if (result.exitCode !== 0) {
    if (/unreachable|No route/i.test(result.stderr)) return [];
    throw new Answer(argv.join(' '), result.stdout).notUnderstood(
      result.stderr.trim() || `exit code ${result.exitCode}`,
    );
  }
  return parseIpRouteGet(new Answer(argv.join(' '), result.stdout));
}

/** The kernel's own tables as text, by file name, for the run folder; a table that fails is its error text. */
export async function kernelTables(node: LabNode): Promise<Record<string, string>> {
  const tables: Record<string, string> = {};
  for (const [file, argv] of [
    ['kernel-address.txt', ['ip', 'address', 'show']],
    ['kernel-route.txt', ['ip', 'route', 'show', 'table', 'all']],
    ['kernel-neighbor.txt', ['ip', 'neighbor', 'show']],
    ['kernel-mroute.txt', ['ip', '-statistics', 'mroute', 'show', 'table', 'all']],
  ] as const) {
    try {
      tables[file] = (await node.execOutside(argv, { timeoutMs: TIMEOUT_MS })).stdout;
    } catch (error) {
      tables[file] = `${(error as Error).message}\n`;
    }
  }
  return tables;
}

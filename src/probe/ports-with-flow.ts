import { LabError } from '../core/errors.js';
import type { Flow } from '../traffic/types.js';
import type { LabView } from './types.js';

const WATCH_S = 2;

/**
 * The ports of a node on which packets of a flow pass, in any direction or only leaving; watched for two seconds, or until
 * the first packet.
 * @throws LabError where a capture fails
 */
export async function portsWithFlow(
  view: LabView,
  flow: Flow,
  node: string,
  ports: readonly string[],
  direction: 'out' | 'any' = 'any',
): Promise<readonly string[]> {
  const packet = `udp and src host ${flow.from.address} and dst host ${flow.group} and dst port ${flow.port}`;
  const seen = await Promise.all(
    ports.map(async (port) => {
      const argv = ['timeout', String(WATCH_S), 'tcpdump', '-nn', '-p', '-i', port, '-c', '1'];
      if (direction === 'out') argv.push('-Q', 'out');
      // Where the kernel keeps a VLAN tag apart the first half matches, where it is in the frame the second.
      const watched = await view.lab
        .node(node)
        .execOutside([...argv, `(${packet}) or (vlan and ${packet})`], { allowFailure: true, timeoutMs: 30_000 });
      // 124: the time was over
      if (watched.exitCode !== 0 && watched.exitCode !== 124) throw new LabError(`tcpdump: ${watched.stderr.trim()}`);
      return watched.exitCode === 0;
    }),
  );
  return ports.filter((_, index) => seen[index]);
}

export const WATCHED = `${WATCH_S} s`;

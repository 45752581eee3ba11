import type Docker from 'dockerode';
import { complaintsOfFile, notTaken } from '../frr-complaints.js';
import type { UpOptions } from '../types.js';
import { isRootNamespaceKind } from '../../topology/kinds.js';
import { asking, dockerProblem } from './docker.js';
import type { LabContext } from './context.js';
import { ContainerNode } from './node.js';

/** 150 looks, five in a second. */
const LOOKS = 150;
const WITHIN_MS = 180_000;
const LATE = 'faultline: FRR is not up yet';

/**
 * Waits until watchfrr has started everything and vtysh has handed over the configuration (a container that has no watchfrr
 * after two seconds has another way to start), then has vtysh read the file without executing it. Nothing where FRR is not.
 */
const CHECK = `command -v vtysh >/dev/null && [ -e /etc/frr/frr.conf ] || exit 0
runs() { grep -qx "$1" /proc/[0-9]*/comm 2>/dev/null; }
looks=0
until [ -e /var/run/frr/watchfrr.started ] && ! runs vtysh; do
  looks=$((looks + 1))
  [ $looks -le 10 ] || runs watchfrr || break
  [ $looks -le ${LOOKS} ] || { echo '${LATE}'; break; }
  sleep 0.2
done
exec vtysh -C -f /etc/frr/frr.conf`;

/**
 * Tells of each node whose FRR does not take all of its configuration, by FRR's own lines: what vtysh said when FRR was
 * started, in the container's log, where values that a daemon refuses are too; else what vtysh says of the file now.
 * @returns the same. @throws the abort signal's reason
 */
export async function tellRefusedLines(context: LabContext, options: UpOptions): Promise<readonly string[]> {
  const nodes = context.topology.nodes.filter((node) => !isRootNamespaceKind(node.kind));
  const told = await Promise.all(
    nodes.map(async (spec) => {
      const node = new ContainerNode(context, spec);
      const said = await node.exec(['sh', '-c', CHECK], {
        allowFailure: true,
        timeoutMs: WITHIN_MS,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const now = `${said.stdout}${said.stderr}`;
      if (now.includes(LATE)) {
        const detail = `${spec.name}: FRR is not up yet: what it says of its configuration is not known`;
        options.onProgress?.({ stage: 'note', detail });
      }
      const atStart = complaintsOfFile(await logOf(context.docker, context.ids.get(spec.name)!));
      const complaints = atStart.length > 0 ? atStart : complaintsOfFile(now);
      return complaints.length === 0 ? [] : [notTaken(spec.name, complaints)];
    }),
  );
  const details = told.flat();
  for (const detail of details) options.onProgress?.({ stage: 'exec-failed', detail });
  return details;
}

/** What a container has printed so far; empty where Docker's logging keeps nothing that can be read. */
export async function logOf(docker: Docker, id: string): Promise<string> {
  const container = docker.getContainer(id);
  const { Config: config } = await asking(docker, () => container.inspect());
  let log: Buffer;
  try {
    log = await container.logs({ follow: false, stdout: true, stderr: true });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 501) return '';
    throw dockerProblem(docker, error);
  }
  return (config.Tty ? log : payloadOf(log)).toString('utf8').replaceAll('\r', '');
}

/** Without the eight bytes before each piece, where a container has no terminal: stream, three zeros, length (big-endian). */
function payloadOf(log: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0, end: number; at + 8 <= log.length; at = end) {
    end = at + 8 + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, end));
  }
  return Buffer.concat(pieces);
}

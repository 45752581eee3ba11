import type { Duplex } from 'node:stream';
import { TimeoutError } from '../../core/errors.js';
import type { LabNode } from '../../runtime/types.js';

const SOCKET_FOLDER = '/run/frr';
/** An answer ends with three zero bytes and one that says how the command went: 0 is well. */
const END = Buffer.from([0, 0, 0]);

/** Which daemon answers a command that only one of them knows. */
const DAEMON_OF: readonly (readonly [RegExp, string])[] = [
  [/^show ip ospf /, 'ospfd'],
  [/^show ip (pim|igmp|mroute|msdp) /, 'pimd'],
  [/^show bfd /, 'bfdd'],
  [/^show bgp /, 'bgpd'],
  [/^show ip route /, 'zebra'],
];

/**
 * Asks the one daemon that knows a `show` command through the socket that it keeps for vtysh. Starting vtysh costs 30 ms and
 * wakes up every daemon; this costs a fraction of one.
 * @param daemon the one that knows it, where that is not clear from the command
 * @returns undefined where that way is not open (the runtime gives no sockets, several daemons would have to answer, the
 *   daemon does not run or complains): ask vtysh then, for its answer and its words.
 * @throws TimeoutError where the daemon takes the question and gives no answer.
 */
export async function askDaemon(
  node: LabNode,
  command: string,
  timeoutMs: number,
  daemon = DAEMON_OF.find(([pattern]) => pattern.test(command))?.[1],
): Promise<string | undefined> {
  if (daemon === undefined || node.connect === undefined) return undefined;
  let socket: Duplex;
  try {
    socket = await node.connect(`${SOCKET_FOLDER}/${daemon}.vty`);
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const answers = new Answers();
      timer = setTimeout(() => {
        const waitedMs = performance.now() - startedAt;
        reject(new TimeoutError(`${daemon} on ${node.name} to answer \`${command}\``, 'no answer', waitedMs));
      }, timeoutMs);
      socket.on('error', () => resolve(undefined));
      socket.on('close', () => resolve(undefined));
      socket.on('data', (chunk: Buffer) => {
        for (const { text, code } of answers.take(chunk)) {
          if (code !== 0) resolve(undefined);
          else if (!answers.asked) {
            answers.asked = true;
            socket.write(`${command}\0`);
          } else resolve(text);
        }
      });
      socket.write('enable\0');
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Cuts what a daemon sends into answers. */
class Answers {
  /** Whether the question itself has been put: the first answer is that to `enable`. */
  asked = false;
  private rest = Buffer.alloc(0);

  *take(chunk: Buffer): Generator<{ readonly text: string; readonly code: number }> {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const end = this.rest.indexOf(END);
      if (end < 0 || this.rest.length < end + END.length + 1) return;
      const text = this.rest.subarray(0, end).toString('utf8');
      const code = this.rest[end + END.length]!;
      this.rest = this.rest.subarray(end + END.length + 1);
      yield { text, code };
    }
  }
}

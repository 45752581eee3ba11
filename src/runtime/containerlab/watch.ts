import { createInterface } from 'node:readline';
import type { LabContext } from './context.js';
import { asking, dockerPlace } from './docker.js';

interface DockerEvent {
  readonly Action?: string;
  readonly timeNano?: number;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/**
 * Tells of containers of the lab that end without faultline's doing, and of Docker going away, until it is stopped.
 * @throws LabError where Docker does not answer
 */
export async function watchContainers(
  context: LabContext,
  onTrouble: (text: string) => void,
): Promise<{ readonly stop: () => void }> {
  const { docker } = context;
  const stream = await asking(docker, () =>
    docker.getEvents({
      filters: { type: ['container'], event: ['die', 'oom'], label: [`containerlab=${context.lab}`] },
    }),
  );
  let stopped = false;
  const ended = (): void => {
    if (stopped) return;
    stopped = true;
    onTrouble(
      `Docker at ${dockerPlace(docker)} went away during the run: it ends, or starts anew, all containers with it`,
    );
  };
  stream.on('end', ended).on('close', ended).on('error', ended);
  createInterface({ input: stream }).on('line', (line) => {
    const text = stopped ? undefined : troubleOf(context, line);
    if (text !== undefined) onTrouble(text);
  });
  return {
    stop() {
      stopped = true;
      (stream as unknown as { destroy(): void }).destroy();
    },
  };
}

function troubleOf(context: LabContext, line: string): string | undefined {
  let event: DockerEvent;
  try {
    event = JSON.parse(line) as DockerEvent;
  } catch {
    return undefined;
  }
  const id = event.Actor?.ID ?? '';
  const attributes = event.Actor?.Attributes ?? {};
  const name = attributes['clab-node-name'] ?? attributes['name'] ?? id.slice(0, 12);
  if (event.Action === 'oom') return `node ${name} ran out of memory: the kernel ended a process of it`;
  if (event.Action !== 'die') return undefined;
  // JSON numbers keep nanoseconds since 1970 to 256 ns.
  const at = BigInt(Math.round(event.timeNano ?? 0));
  const ours = (context.ended.get(id) ?? []).some((one) => one.from <= at && (one.to === undefined || at <= one.to));
  if (ours) return undefined;
  return (
    `the container of node ${name} ended by itself (exit code ${attributes['exitCode'] ?? 'unknown'}): Docker took its ` +
    'links with it, the ends at its neighbours too'
  );
}

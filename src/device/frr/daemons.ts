import { LabError } from '../../core/errors.js';
import type { LabNode } from '../../runtime/types.js';
import { FRR_DIR, frrStart, parseDaemonsFile, type FrrDaemon } from '../../runtime/netns/frr.js';
import type { DaemonInfo } from '../types.js';

const DAEMONS_FILE = '/etc/frr/daemons';

/** The daemons that the node's `daemons` file asks for, as they are started. Empty where there is no such file. */
export async function configuredDaemons(node: LabNode): Promise<readonly FrrDaemon[]> {
  let text: string;
  try {
    text = (await node.readFile(DAEMONS_FILE)).toString('utf8');
  } catch (error) {
    if (error instanceof LabError) return [];
    throw error;
  }
  const listing = await node.exec(['ls', '-1', FRR_DIR], { timeoutMs: 10_000 });
  const installed = new Set(listing.stdout.split('\n'));
  const start = frrStart(
    parseDaemonsFile(text, `${node.name}:${DAEMONS_FILE}`),
    (daemon) => installed.has(daemon),
    node.name,
  );
  return [...start.first, ...start.others];
}

/** Configured daemons with the pid that the host sees; null where one does not run. */
export async function daemonsOf(node: LabNode): Promise<readonly DaemonInfo[]> {
  const configured = await configuredDaemons(node);
  const running = (await node.state()) === 'dead' ? [] : await node.processes();
  return configured.map((daemon) => {
    const { binary, instance } = parts(daemon.name);
    const found = running.find(
      (process) =>
        process.argv[0]?.endsWith(`/${binary}`) === true &&
        (instance === undefined || process.argv[process.argv.indexOf('-n') + 1] === instance),
    );
    return { name: daemon.name, pid: found?.pid ?? null };
  });
}

/** `ospfd-2` is the instance 2 of ospfd. */
function parts(name: string): { readonly binary: string; readonly instance: string | undefined } {
  const [binary = name, instance] = name.split('-');
  return { binary, instance };
}

import { UsageError } from '../core/errors.js';
import type { LabSummary } from '../runtime/types.js';
import { readTopology } from '../topology/read.js';
import type { CliContext } from './context.js';
import { printJson, printTable, type PrintFormat } from './print.js';

/** Labs as containerlab's `inspect` prints them: a list of nodes by lab, or a table. */
export function printLabs(context: CliContext, labs: readonly LabSummary[], format: PrintFormat): void {
  if (format === 'json') {
    const data = labs.map((lab) => [
      lab.name,
      lab.nodes.map((node) => ({
        lab_name: lab.name,
        labPath: lab.topologyFile,
        absLabPath: lab.topologyFile,
        name: node.fullName,
        container_id: node.initPid === null ? '' : String(node.initPid),
        image: node.image,
        kind: node.kind,
        state: node.state,
        status: node.initPid === null ? node.state : `init ${node.initPid}`,
        ipv4_address: node.ipv4,
        ipv6_address: node.ipv6,
        owner: lab.owner,
      })),
    ]);
    printJson(context, Object.fromEntries(data));
    return;
  }
  const rows = labs.flatMap((lab) =>
    lab.nodes.map((node) => [lab.name, node.fullName, node.kind, node.image, node.state, String(node.initPid ?? '–')]),
  );
  printTable(context, ['lab', 'node', 'kind', 'image', 'state', 'init'], rows);
}

/** The lab that `--topo` or `--name` means. */
export function labNameOf(options: { readonly topo?: string; readonly name?: string }): string {
  if (options.name !== undefined) return options.name;
  if (options.topo !== undefined) return readTopology(options.topo).name;
  throw new UsageError('name the lab: -t <topology file> or --name <lab>');
}

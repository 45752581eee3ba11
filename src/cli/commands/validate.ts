import { ConfigError, type ConfigIssue } from '../../core/errors.js';
import { FAULTS } from '../../fault/index.js';
import { PROBES } from '../../probe/index.js';
import { loadPlan } from '../../scenario/make-plan.js';
import { readTopology } from '../../topology/read.js';
import { formatOption, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';

export const addValidate: AddCommand = (program, context) => {
  program
    .command('validate')
    .description('check scenario and topology files (*.clab.yml) and start nothing')
    .argument('<file...>', 'scenario or topology files')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline validate topologies/trading-floor/scenarios/*.yml')
    .action((files: readonly string[], options: { format: PrintFormat }) => {
      const issues: ConfigIssue[] = [];
      const good: { file: string; kind: string; detail: string }[] = [];
      for (const file of files) {
        try {
          good.push({ file, ...check(file) });
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          issues.push(...error.issues);
        }
      }
      if (options.format === 'json') printJson(context, { good, issues });
      else if (good.length > 0) {
        printTable(
          context,
          ['file', 'kind', 'holds'],
          good.map((entry) => [entry.file, entry.kind, entry.detail]),
        );
      }
      if (issues.length > 0) throw new ConfigError(issues);
    });
};

function check(file: string): { kind: string; detail: string } {
  if (/\.clab\.ya?ml$/.test(file)) {
    const topology = readTopology(file);
    return { kind: 'topology', detail: `${topology.nodes.length} nodes, ${topology.links.length} links` };
  }
  const plan = loadPlan(file, { faults: FAULTS, probes: PROBES });
  if (plan.l2cp !== undefined) {
    const { rows, encapsulations, directions, profile } = plan.l2cp;
    const detail = `l2cp-matrix, ${rows.length} rows × ${encapsulations.length} encapsulations × ${directions.length} directions, ${profile.name}`;
    return { kind: 'scenario', detail };
  }
  const fault = plan.scenario.fault?.kind ?? 'no fault';
  return { kind: 'scenario', detail: `${fault}, ${plan.flows.length} flows, ${plan.captures.length} captures` };
}

import { UsageError } from '../../core/errors.js';
import type { FamilyMember } from '../../core/family.js';
import { FAULTS } from '../../fault/index.js';
import { CATALOGUE } from '../../l2cp/catalogue/index.js';
import { PROBES } from '../../probe/index.js';
import { REPORTS } from '../../report/index.js';
import { formatOption, printJson, printTable, type PrintFormat } from '../print.js';
import type { AddCommand } from '../program.js';
import { OFFERED } from '../services.js';

type Row = { readonly kind: string; readonly title: string; readonly example: string };

const members = (family: Readonly<Record<string, FamilyMember<never>>>): Row[] =>
  Object.values(family).map(({ kind, title, example }) => ({ kind, title, example }));

const FAMILIES: Readonly<Record<string, () => Row[]>> = {
  faults: () => members(FAULTS),
  probes: () => members(PROBES),
  l2cp: () =>
    CATALOGUE.map(({ id, name, title, destination, type, caution }) => ({
      kind: `${id} ${name}`,
      title: caution === undefined ? title : `${title} (caution: ${caution})`,
      example: `${destination} ${type}`,
    })),
  runtimes: () => OFFERED.map((kind) => ({ kind, title: '', example: `--runtime ${kind}` })),
  reports: () => Object.entries(REPORTS).map(([kind, report]) => ({ kind, title: report.title, example: report.file })),
};

export const addList: AddCommand = (program, context) => {
  program
    .command('list')
    .description(`list what there is: ${Object.keys(FAMILIES).join(', ')}`)
    .argument('[family]', 'only this one')
    .addOption(formatOption())
    .addHelpText('after', '\nExample: faultline list faults')
    .action((family: string | undefined, options: { format: PrintFormat }) => {
      if (family !== undefined && FAMILIES[family] === undefined) {
        throw new UsageError(`nothing is called ${family}; there are: ${Object.keys(FAMILIES).join(', ')}`);
      }
      const chosen = Object.entries(FAMILIES).filter(([name]) => family === undefined || name === family);
      if (options.format === 'json') {
        printJson(context, Object.fromEntries(chosen.map(([name, rows]) => [name, rows()])));
        return;
      }
      printTable(
        context,
        ['family', 'kind', 'what it is', 'example'],
        chosen.flatMap(([name, rows]) => rows().map((row) => [name, row.kind, row.title, row.example])),
      );
    });
};

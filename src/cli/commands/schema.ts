import { Argument } from 'commander';
import { FAULTS } from '../../fault/index.js';
import { PROBES } from '../../probe/index.js';
import { resultJsonSchemaText } from '../../report/index.js';
import { seedSetJsonSchemaText } from '../../report/seeds/index.js';
import { scenarioJsonSchema } from '../../scenario/json-schema.js';
import { printJson } from '../print.js';
import type { AddCommand } from '../program.js';

export const addSchema: AddCommand = (program, context) => {
  program
    .command('schema')
    .description(
      'print the JSON Schema of scenario files, for editors, or of result.json and distribution.json, for programs',
    )
    .addArgument(new Argument('[what]', 'of what').choices(['scenario', 'result', 'distribution']).default('scenario'))
    .addHelpText('after', '\nExample: faultline schema scenario > scenario.schema.json')
    .action((what: 'scenario' | 'result' | 'distribution') => {
      if (what === 'result') context.stdout.write(resultJsonSchemaText());
      else if (what === 'distribution') context.stdout.write(seedSetJsonSchemaText());
      else printJson(context, scenarioJsonSchema({ faults: FAULTS, probes: PROBES }));
    });
};

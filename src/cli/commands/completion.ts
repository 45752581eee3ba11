import { Argument } from 'commander';
import { completionScript } from '../completion.js';
import type { AddCommand } from '../program.js';

export const addCompletion: AddCommand = (program, context) => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .addHelpText('after', '\nExample: source <(faultline completion bash)')
    .action((shell: 'bash' | 'zsh') => {
      context.stdout.write(completionScript(program, shell));
    });
};

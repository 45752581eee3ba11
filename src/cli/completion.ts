import type { Command } from 'commander';

/** A word list for `case`: only what commander knows, so it holds no character that a shell would take amiss. */
function words(command: Command): string {
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const options = command.options.filter((option) => !option.hidden).map((option) => option.long ?? option.short ?? '');
  return [...choices, ...options, '--help'].join(' ');
}

/**
 * A completion script made from the commands themselves: command names, then a command's options and choices, else
 * file names. zsh runs the same function through its bashcompinit.
 */
export function completionScript(program: Command, shell: 'bash' | 'zsh'): string {
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  const cases = program.commands.map(
    (command) => `    ${[command.name(), ...command.aliases()].join('|')}) words="${words(command)}" ;;`,
  );
  const values = program.commands.flatMap((command) =>
    command.options.flatMap((option) =>
      option.argChoices === undefined
        ? []
        : [`    ${command.name()}:${option.long ?? ''}) words="${option.argChoices.join(' ')}" ;;`],
    ),
  );
  return [
    ...(shell === 'zsh' ? ['#compdef faultline', 'autoload -U +X bashcompinit && bashcompinit'] : []),
    '_faultline() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" words=""',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${names.join(' ')} --help --version" -- "$current"))`,
    '    return',
    '  fi',
    '  case "$command:$previous" in',
    ...values,
    '  esac',
    '  if [ -z "$words" ]; then case "$command" in',
    ...cases,
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))',
    '}',
    'complete -o filenames -F _faultline faultline',
    '',
  ].join('\n');
}

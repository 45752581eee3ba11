import type { TextOrigin } from '../core/yaml.js';

export interface EnvProblem {
  /** Offset in the text before expansion. */
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** Names of the variables that a text asks for, in the ways that `expandEnv` knows. Some of them may be set nowhere. */
export function variablesIn(source: string): readonly string[] {
  const found = source.replaceAll('$$', '').matchAll(/\$\{?([\p{L}_][\p{L}\p{Nd}_]*)/gu);
  return [...new Set([...found].map(([, name]) => name!))];
}

/**
 * Replaces `$v`, `${v}`, `${v:-d}`, `${v:=d}`, `${v-d}`, `${v=d}`, `${v:+o}` and `${v+o}` over the whole text, comments
 * too, as containerlab does before it reads the YAML:
 * - unset or empty without a default stays as `$v` (so a shell command keeps its own variables);
 * - `:-` and `:=` give the default where the variable is unset or empty, `-` and `=` where it is unset;
 * - `:+` and `+` give the alternative where the variable is set, else nothing;
 * - `$$` is a plain `$`; `$1` and `${1` are left alone.
 * A default may be one variable (`${a:-$b}`) or plain text; a `${…}` inside a default is an error.
 */
export function expandEnv(
  source: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly origin: TextOrigin; readonly problems: readonly EnvProblem[] } {
  const problems: EnvProblem[] = [];
  let text = '';
  /** Where pieces start: in the new text, in the old one, and whether offsets run on inside. */
  const pieces: { to: number; from: number; copied: boolean }[] = [];
  const put = (piece: string, from: number, copied: boolean): void => {
    if (piece === '') return;
    pieces.push({ to: text.length, from, copied });
    text += piece;
  };

  let at = 0;
  while (at < source.length) {
    const dollar = source.indexOf('$', at);
    if (dollar < 0) break;
    put(source.slice(at, dollar), at, true);
    const rest = source.slice(dollar);
    const bare = /^\$([\p{L}_][\p{L}\p{Nd}_]*)/u.exec(rest);
    const braced = /^\$\{([\p{L}_][\p{L}\p{Nd}_]*)/u.exec(rest);
    if (rest.startsWith('$$')) {
      put('$', dollar + 1, true);
      at = dollar + 2;
    } else if (bare !== null && bare[1] !== '_') {
      put(plain(bare[1]!, env), dollar, false);
      at = dollar + bare[0].length;
    } else if (braced !== null && braced[1] !== '_') {
      const name = braced[1]!;
      const end = rest.search(/[}\n\r]/);
      if (end < 0 || rest[end] !== '}') {
        problems.push({ offset: dollar, message: `\`\${${name}\` has no closing brace on its line` });
        put(braced[0], dollar, true);
        at = dollar + braced[0].length;
        continue;
      }
      const value = substitute(name, rest.slice(braced[0].length, end), env);
      if (typeof value === 'string') put(value, dollar, false);
      else problems.push({ offset: dollar, ...value });
      at = dollar + end + 1;
    } else {
      const width = bare !== null ? bare[0].length : 1;
      put(rest.slice(0, width), dollar, true);
      at = dollar + width;
    }
  }
  put(source.slice(at), at, true);

  const offsetOf = (offset: number): number => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (pieces[middle]!.to <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    if (piece === undefined) return offset;
    return piece.copied ? piece.from + (offset - piece.to) : piece.from;
  };
  return { text, origin: { source, offsetOf }, problems };
}

function plain(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[name];
  return value === undefined || value === '' ? `$${name}` : value;
}

function substitute(
  name: string,
  expression: string,
  env: Readonly<Record<string, string | undefined>>,
): string | { message: string; hint?: string } {
  if (expression === '') return plain(name, env);
  const match = /^(:?[-=+])(.*)$/s.exec(expression);
  if (match === null) {
    return {
      message: `\`\${${name}${expression}}\` is not an expansion that containerlab knows`,
      hint: 'write ${VAR}, ${VAR:=default}, ${VAR:-default} or ${VAR:+other}; $$ for a plain dollar sign',
    };
  }
  const [, operator, word = ''] = match;
  if (word.includes('${')) {
    return {
      message: `\`\${${name}${expression}}\`: a default cannot hold another \`\${…}\``,
      hint: 'one plain variable is possible: ${A:-$B}',
    };
  }
  const variable = /^\$([\p{L}_][\p{L}\p{Nd}_]*)$/u.exec(word);
  if (variable === null && /^\$[\p{L}_]/u.test(word)) {
    return {
      message: `\`\${${name}${expression}}\`: containerlab drops a variable at the start of a longer default`,
      hint: 'one plain variable alone is possible: ${A:-$B}',
    };
  }
  if (/^[-=+]/.test(word)) {
    return { message: `\`\${${name}${expression}}\`: containerlab drops \`${word[0]!}\` at the start of a default` };
  }
  const fallback = variable === null ? word : plain(variable[1]!, env);
  const value = env[name];
  switch (operator) {
    case ':+':
    case '+':
      // An empty word counts as none: the variable itself is meant then.
      return word === '' ? plain(name, env) : value !== undefined ? fallback : '';
    case '-':
    case '=':
      return value === undefined && word !== '' ? fallback : plain(name, env);
    default:
      return value === undefined || value === '' ? (word === '' ? plain(name, env) : fallback) : value;
  }
}

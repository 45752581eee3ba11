import type { LabProgress } from '../types.js';

/** `key=value` and `key="quoted value"` of a log line. */
function fieldsOf(line: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [, key, quoted, plain] of line.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    fields[key!] =
      quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
  }
  return fields;
}

/** What a line of containerlab's log says about one node, for people who wait; undefined for the others. */
export function progressOf(line: string): LabProgress | undefined {
  const text = line.replace(/^\S+ [A-Z]{4} /, '');
  const fields = fieldsOf(text);
  if (text.startsWith('Pulling')) return { stage: 'image', detail: text };
  if (/^Creating (container|node)\b/.test(text))
    return { stage: 'container', node: fields['name'] ?? fields['node'] ?? '' };
  const link = /^Created link:\s+(.*\S)/.exec(text)?.[1];
  if (link !== undefined) return { stage: 'link', detail: link.replace(/\s*▪┄┄▪\s*/, ' – ') };
  if (text.startsWith('Executed command') && fields['node'] !== undefined) {
    return { stage: 'exec', node: fields['node'], detail: fields['command'] ?? '' };
  }
  return failedExec(line);
}

/** The management network that is being made, where this line tells of it. */
export function madeNetwork(line: string): string | undefined {
  return /\bCreating docker network\b/.test(line) ? fieldsOf(line)['name'] : undefined;
}

/** The container that `destroy` has removed, where this line of its log tells of one. */
export function removedContainer(line: string): string | undefined {
  return /\bRemoved container\b/.test(line) ? fieldsOf(line)['name'] : undefined;
}

/** The command of a node's `exec` list that failed, where this line tells of one. */
export function failedExec(line: string): LabProgress | undefined {
  if (!/Failed to execute command\b/.test(line)) return undefined;
  const fields = fieldsOf(line);
  const said = `${fields['stdout'] ?? ''}${fields['stderr'] ?? ''}`.trim();
  const detail = `${fields['node'] ?? ''}: '${fields['command'] ?? ''}' exited with ${fields['rc'] ?? '?'}: ${said}`;
  return { stage: 'exec-failed', detail };
}

import path from 'node:path';
import type { ConfigIssue } from '../core/errors.js';
import type { YamlDocument, YamlPath } from '../core/yaml.js';

/** What every step of resolving one file shares. */
export interface ResolveContext {
  readonly document: YamlDocument;
  /** Absolute path of the file's folder. */
  readonly dir: string;
  readonly labName: string;
  readonly home: string | undefined;
  exists(path: string): boolean;
  /** Records one thing that is wrong, at a place in the file. */
  report(at: YamlPath, message: string, hint?: string, of?: 'key' | 'value'): void;
}

export function makeReporter(document: YamlDocument, issues: ConfigIssue[]): ResolveContext['report'] {
  return (at, message, hint, of = 'value') => {
    issues.push({ ...document.at(at, of), message, ...(hint === undefined ? {} : { hint }) });
  };
}

/** Folder that containerlab makes for a lab beside its topology file. */
export function labDir(context: Pick<ResolveContext, 'dir' | 'labName'>): string {
  return path.join(context.dir, `clab-${context.labName}`);
}

/** Replaces containerlab's magic variables: `__clabDir__`, `__clabLabName__` (`clab-<name>`), `__clabNodeDir__`, `__clabNodeName__`. */
export function replaceMagic(context: ResolveContext, node: string, text: string): string {
  const folder = labDir(context);
  return text
    .replaceAll('__clabDir__', folder)
    .replaceAll('__clabLabName__', path.basename(folder))
    .replaceAll('__clabNodeDir__', path.join(folder, node))
    .replaceAll('__clabNodeName__', node);
}

/** An absolute path: `~` is the user's home, anything relative starts at the topology file's folder. */
export function resolvePath(context: ResolveContext, text: string): string {
  if (text.startsWith('/')) return text;
  if (text.startsWith('~') && context.home !== undefined) return path.join(context.home, text.slice(1));
  return path.join(context.dir, text);
}

import path from 'node:path';
import type { ConfigIssue } from '../core/errors.js';
import { checkWhatIsThere, placeIssues, valueAt } from '../core/shape.js';
import { hintFor } from '../core/suggest.js';
import { lineAndColumn, parseYaml } from '../core/yaml.js';
import { makeReporter, type ResolveContext } from './context.js';
import { expandEnv } from './env.js';
import { topologyFile, type TopologyFile } from './file-schema.js';
import { kindOf } from './inherit.js';
import { KINDS } from './kinds.js';
import { resolveLinks } from './links.js';
import { resolveNode } from './nodes.js';
import type { Topology } from './types.js';

export interface ResolveOptions {
  /** Values for `${VAR}`s; also `HOME`, for binds that start with `~`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a file or folder that the topology names is there. */
  exists(path: string): boolean;
}

export interface Resolved {
  /** Undefined where there are issues. */
  readonly topology: Topology | undefined;
  /** In the order of the file. */
  readonly issues: readonly ConfigIssue[];
}

/**
 * A containerlab topology file's text → nodes and links with everything inherited and expanded, the way containerlab
 * 0.79 does it. Pure: the world is in `options`. All that is wrong is told at once.
 * @param file its absolute path: relative paths in it start at its folder
 */
export function resolveTopology(text: string, file: string, options: ResolveOptions): Resolved {
  const issues: ConfigIssue[] = [];
  const template = text.indexOf('{{');
  if (template >= 0) {
    issues.push({
      file,
      ...lineAndColumn(text, template),
      message: 'Go templates ({{ … }}) are not supported',
      hint: 'have containerlab render the file first and use the result',
    });
    return { topology: undefined, issues };
  }
  const expanded = expandEnv(text, options.env);
  for (const { offset, message, hint } of expanded.problems) {
    issues.push({ file, ...lineAndColumn(text, offset), message, ...(hint === undefined ? {} : { hint }) });
  }
  if (issues.length > 0) return { topology: undefined, issues };
  const parsed = parseYaml(expanded.text, file, expanded.origin);
  issues.push(...parsed.issues);
  const document = parsed.document;
  if (document === undefined) return { topology: undefined, issues };
  const checked = checkWhatIsThere(topologyFile, document.text);
  issues.push(...placeIssues(document, checked.issues));
  if (checked.data === undefined) return { topology: undefined, issues: inOrder(issues) };

  const content: TopologyFile = checked.data;
  const context: ResolveContext = {
    document,
    dir: path.dirname(file),
    labName: content.name,
    home: options.env['HOME'],
    exists: (name) => options.exists(name),
    report: makeReporter(document, issues),
  };
  checkHead(context, content);
  const names = Object.keys(content.topology.nodes);
  const nodes = names.flatMap((name) => resolveNode(context, content, name) ?? []);
  // Also of the nodes that are wrong themselves, so that links to them are not called wrong too.
  const written = Object.keys(valueAt(document.text, ['topology', 'nodes']) ?? {});
  const kinds = new Map(written.map((name) => [name, kindOf(content, name)?.kind.toLowerCase()]));
  const links = resolveLinks(context, content.topology.links ?? [], kinds);
  const topology: Topology = {
    name: content.name,
    prefix: content.prefix ?? undefined,
    file,
    dir: context.dir,
    nodes,
    links,
  };
  return issues.length > 0 ? { topology: undefined, issues: inOrder(issues) } : { topology, issues };
}

function checkHead(context: ResolveContext, content: TopologyFile): void {
  if (content.name.includes('__gitBranch__') || content.name.includes('__gitHash__')) {
    context.report(['name'], 'git variables in the lab name are not supported');
  } else if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(content.name)) {
    const rule = 'letters, digits, `.`, `_` and `-`, starting with a letter or digit';
    context.report(['name'], `\`${content.name}\` cannot be a lab's name`, rule);
  }
  if (content.prefix && content.prefix !== '__lab-name' && !/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(content.prefix)) {
    context.report(['prefix'], `\`${content.prefix}\` cannot be a prefix`, 'a word, nothing, or __lab-name');
  }
  for (const kind of Object.keys(content.topology.kinds ?? {})) {
    if (KINDS.includes(kind.toLowerCase())) continue;
    context.report(
      ['topology', 'kinds', kind],
      `containerlab knows no kind \`${kind}\``,
      hintFor(kind, KINDS, 0),
      'key',
    );
  }
  if (Object.keys(content.topology.nodes).length === 0) {
    context.report(['topology', 'nodes'], 'there are no nodes', undefined, 'key');
  }
}

function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  const unique = new Map(issues.map((issue) => [`${issue.line}:${issue.column}:${issue.message}`, issue]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

import type { YamlPath } from '../core/yaml.js';
import type { NodeDefinition, TopologyFile } from './file-schema.js';

/** One place that says something about a node, and where that place is in the file. */
export interface Level {
  readonly path: YamlPath;
  readonly definition: NodeDefinition;
}

/** The kind that a node gets: its own, its group's, the default group's, the default. Undefined: none. */
export function kindOf(
  file: TopologyFile,
  node: string,
): { readonly kind: string; readonly path: YamlPath } | undefined {
  const { nodes, groups, defaults } = file.topology;
  const own = nodes[node];
  const groupLevel = (group: string | null | undefined): { kind: string; path: YamlPath } | undefined => {
    const kind = isSaid(group) ? at(groups, group)?.kind : undefined;
    return kind ? { kind, path: ['topology', 'groups', group!, 'kind'] } : undefined;
  };
  if (own?.kind) return { kind: own.kind, path: ['topology', 'nodes', node, 'kind'] };
  const inGroup = groupLevel(own?.group) ?? groupLevel(defaults?.group);
  if (inGroup !== undefined) return inGroup;
  return defaults?.kind ? { kind: defaults.kind, path: ['topology', 'defaults', 'kind'] } : undefined;
}

/** The group that a node belongs to: its own, its kind's, the default. A group needs no section of its own. */
export function groupOf(file: TopologyFile, node: string, kind: string): string | undefined {
  const { nodes, kinds, defaults } = file.topology;
  const own = nodes[node];
  return own?.group || (isSaid(own) ? at(kinds, kind)?.group : undefined) || defaults?.group || undefined;
}

/** What is said about a node, least specific first: defaults, kind, group, the node itself. */
export function levelsOf(file: TopologyFile, node: string, kind: string): readonly Level[] {
  const { nodes, kinds, groups, defaults } = file.topology;
  const group = groupOf(file, node, kind);
  const levels: readonly (readonly [YamlPath, NodeDefinition | null | undefined])[] = [
    [['topology', 'defaults'], defaults],
    [['topology', 'kinds', kind], at(kinds, kind)],
    [['topology', 'groups', group ?? ''], group === undefined ? undefined : at(groups, group)],
    [['topology', 'nodes', node], nodes[node]],
  ];
  return levels.flatMap(([path, definition]) => (isSaid(definition) ? [{ path, definition }] : []));
}

type ListField = 'exec' | 'binds' | 'volumes' | 'devices' | 'cap-add' | 'security-opts' | 'env-files';
type MapField = 'env' | 'labels' | 'sysctls' | 'tmpfs';
type ValueField = Exclude<keyof NodeDefinition, ListField | MapField>;

/** The most specific value that is said and not empty. */
export function pick<F extends ValueField>(
  levels: readonly Level[],
  field: F,
): { readonly value: NonNullable<NodeDefinition[F]>; readonly path: YamlPath } | undefined {
  for (const { definition, path } of [...levels].reverse()) {
    const value = definition[field];
    if (!isSaid(value) || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    return { value, path: [...path, field] };
  }
  return undefined;
}

/** All entries, least specific first; one that is there already is dropped, as containerlab does, `exec` included. */
export function mergeLists(
  levels: readonly Level[],
  field: ListField,
): readonly { readonly value: string; readonly path: YamlPath }[] {
  const entries = levels.flatMap(({ definition, path }) =>
    (definition[field] ?? []).map((value, index) => ({ value, path: [...path, field, index] })),
  );
  const seen = new Set<string>();
  return entries.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** Key by key, the more specific level wins. */
export function mergeMaps(levels: readonly Level[], field: MapField): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const { definition } of levels) {
    for (const [key, value] of Object.entries(definition[field] ?? {})) merged[key] = value ?? '';
  }
  return merged;
}

function at<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return isSaid(record) && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Empty is the same as absent in a topology file. */
export function isSaid<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined;
}

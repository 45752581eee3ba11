import path from 'node:path';
import { hintFor } from '../core/suggest.js';
import type { YamlPath } from '../core/yaml.js';
import { valueAt } from '../core/shape.js';
import { labDir, replaceMagic, resolvePath, type ResolveContext } from './context.js';
import { nodeFields, type TopologyFile } from './file-schema.js';
import { groupOf, isSaid, kindOf, levelsOf, mergeLists, mergeMaps, pick, type Level } from './inherit.js';
import { KINDS, MAIN_KINDS, isJunosKind } from './kinds.js';
import type { Bind, DriverName, TopologyNode } from './types.js';

const DRIVERS: readonly DriverName[] = ['frr', 'linux', 'junos', 'exabgp', 'fake'];
const OWN_LABELS = ['faultline.role', 'faultline.driver'];
/** Words that stand for something outside the lab where a link names them. */
export const PSEUDO_NODES: readonly string[] = ['host', 'mgmt-net', 'macvlan'];

/** The node after inheritance; undefined where it has no usable kind, which is reported. */
export function resolveNode(context: ResolveContext, file: TopologyFile, name: string): TopologyNode | undefined {
  const at: YamlPath = ['topology', 'nodes', name];
  checkName(context, name, at);
  const found = kindOf(file, name);
  if (found === undefined) {
    context.report(
      at,
      `node \`${name}\` has no kind`,
      `write \`kind: linux\` here, in its group or in defaults; containerlab's kinds are ${MAIN_KINDS.join(', ')}`,
      'key',
    );
    return undefined;
  }
  const kind = found.kind.toLowerCase();
  if (!KINDS.includes(kind)) {
    context.report(found.path, `containerlab knows no kind \`${found.kind}\``, hintFor(kind, KINDS, 0) ?? kindList());
    return undefined;
  }
  const levels = levelsOf(file, name, found.kind);
  const labels = mergeMaps(levels, 'labels');
  const image = pick(levels, 'image')?.value;
  const binds = resolveBinds(context, levels, name);
  return {
    name,
    kind,
    image,
    group: groupOf(file, name, found.kind),
    driver: driverOf(context, levels, kind, image, labels, binds),
    role: labels['faultline.role'],
    binds,
    exec: mergeLists(levels, 'exec').map(({ value }) => replaceMagic(context, name, value)),
    env: mergeMaps(levels, 'env'),
    sysctls: mergeMaps(levels, 'sysctls'),
    labels,
    cmd: pick(levels, 'cmd')?.value,
    entrypoint: pick(levels, 'entrypoint')?.value,
    user: pick(levels, 'user')?.value,
    startupConfig: startupConfig(context, levels, name),
    privileged: pick(levels, 'privileged')?.value,
    mgmtIpv4: file.topology.nodes[name]?.['mgmt-ipv4'] || undefined,
    other: otherFields(context, levels, file, name),
    source: context.document.at(at, 'key'),
  };
}

function kindList(): string {
  return `its kinds are ${MAIN_KINDS.join(', ')}`;
}

function checkName(context: ResolveContext, name: string, at: YamlPath): void {
  if (PSEUDO_NODES.includes(name.toLowerCase())) {
    context.report(
      at,
      `a node cannot be called \`${name}\`: in links the word means the host's side`,
      undefined,
      'key',
    );
  } else if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) {
    const rule = 'letters, digits, `.`, `_` and `-`, starting with a letter or digit';
    context.report(at, `\`${name}\` cannot be a node's name`, rule, 'key');
  } else if (name.length > 60) {
    context.report(at, `node name \`${name}\` has ${name.length} characters, 60 are possible`, undefined, 'key');
  }
}

/** One bind per path in the node: the more specific level replaces it, within a level the later line does. */
function resolveBinds(context: ResolveContext, levels: readonly Level[], node: string): readonly Bind[] {
  const binds = new Map<string, Bind>();
  for (const { value, path: at } of mergeLists(levels, 'binds')) {
    const parts = value.split(':');
    const [hostText, nodePath, mode = ''] = parts;
    if (parts.length < 2 || parts.length > 3 || !hostText || !nodePath) {
      const volume =
        parts.length === 1 && value !== ''
          ? 'a bind without a source is an anonymous volume: use `volumes`'
          : undefined;
      context.report(at, `bind \`${value}\` is not of the form host-path:node-path or host-path:node-path:ro`, volume);
      continue;
    }
    if (!nodePath.startsWith('/')) {
      context.report(at, `bind \`${value}\`: the path in the node must start with /`);
      continue;
    }
    const hostPath = resolvePath(context, replaceMagic(context, node, hostText));
    if (!context.exists(hostPath) && !madeByContainerlab(context, hostPath)) {
      context.report(at, `bind \`${value}\`: ${hostPath} does not exist`, undefined);
    }
    const target = path.posix.normalize(nodePath);
    binds.set(target, {
      hostPath,
      nodePath: target,
      readOnly: mode.split(',').includes('ro'),
      source: context.document.at(at),
    });
  }
  return [...binds.values()].sort((a, b) => (a.nodePath < b.nodePath ? -1 : 1));
}

/** Files that are not there before the lab is, because its deployment writes them. */
function madeByContainerlab(context: ResolveContext, hostPath: string): boolean {
  const folder = labDir(context);
  return ['ansible-inventory.yml', 'topology-data.json', '.tls/ca'].some(
    (made) => path.join(folder, made) === hostPath,
  );
}

function startupConfig(context: ResolveContext, levels: readonly Level[], node: string): string | undefined {
  const found = pick(levels, 'startup-config');
  if (found === undefined) return undefined;
  const text = replaceMagic(context, node, found.value);
  if (text.includes('\n') || /^[a-z0-9]+:\/\//.test(text)) return text;
  const file = resolvePath(context, text);
  if (!context.exists(file)) context.report(found.path, `startup-config \`${found.value}\`: ${file} does not exist`);
  return file;
}

function driverOf(
  context: ResolveContext,
  levels: readonly Level[],
  kind: string,
  image: string | undefined,
  labels: Readonly<Record<string, string>>,
  binds: readonly Bind[],
): DriverName {
  for (const { definition, path: at } of levels) {
    for (const [key, value] of Object.entries(definition.labels ?? {})) {
      if (!key.startsWith('faultline.')) continue;
      if (!OWN_LABELS.includes(key)) {
        context.report([...at, 'labels', key], `faultline knows no label \`${key}\``, hintFor(key, OWN_LABELS), 'key');
      } else if (key === 'faultline.driver' && !DRIVERS.includes(value as DriverName)) {
        context.report([...at, 'labels', key], `there is no driver \`${value ?? ''}\``, hintFor(value ?? '', DRIVERS));
      }
    }
  }
  const named = labels['faultline.driver'];
  if (named !== undefined && DRIVERS.includes(named as DriverName)) return named as DriverName;
  if (isJunosKind(kind)) return 'junos';
  const inFrrFolder = binds.some(({ nodePath }) => nodePath === '/etc/frr' || nodePath.startsWith('/etc/frr/'));
  return kind === 'linux' && (/frr/i.test(image ?? '') || inFrrFolder) ? 'frr' : 'linux';
}

const OWN_FIELDS = new Set([
  ...['kind', 'image', 'group', 'binds', 'exec', 'env', 'sysctls', 'labels', 'cmd', 'entrypoint', 'user'],
  ...['startup-config', 'privileged', 'mgmt-ipv4'],
]);
const OWN_LEVEL_ONLY = ['mgmt-ipv6', 'aliases'];
const LISTS = ['volumes', 'devices', 'cap-add', 'security-opts', 'env-files'] as const;
const MAPPINGS = ['config', 'stages', 'certificate'] as const;

/** What faultline itself does not use, merged as containerlab merges it. */
function otherFields(
  context: ResolveContext,
  levels: readonly Level[],
  file: TopologyFile,
  node: string,
): Record<string, unknown> {
  const other: Record<string, unknown> = {};
  for (const field of Object.keys(nodeFields) as (keyof typeof nodeFields)[]) {
    if (OWN_FIELDS.has(field)) continue;
    if (OWN_LEVEL_ONLY.includes(field)) {
      const value = file.topology.nodes[node]?.[field];
      if (isSaid(value)) other[field] = value;
    } else if (field === 'tmpfs') {
      const merged = mergeMaps(levels, field);
      if (Object.keys(merged).length > 0) other[field] = merged;
    } else if ((LISTS as readonly string[]).includes(field)) {
      const merged = mergeLists(levels, field as (typeof LISTS)[number]).map(({ value }) => value);
      if (merged.length > 0) other[field] = merged;
    } else {
      // Free-form sections keep numbers and truth values as YAML reads them.
      const said = levels
        .map(({ path: at, definition }) => ({
          plain: valueAt(context.document.value, [...at, field]),
          checked: definition[field as 'cpu'],
        }))
        .filter(({ plain }) => isSaid(plain) && plain !== '');
      const last = said.at(-1);
      if (last === undefined) continue;
      const isMapping = (MAPPINGS as readonly string[]).includes(field);
      other[field] = isMapping
        ? Object.assign({}, ...said.map(({ plain }) => plain))
        : typeof last.plain === 'object'
          ? last.plain
          : last.checked;
    }
  }
  if (mergeMaps(levels, 'env')['__IMPORT_ENVS'] === 'true') other['env.__IMPORT_ENVS'] = true;
  return other;
}

import path from 'node:path';
import { ConfigError } from '../../core/errors.js';
import { parseYaml, type YamlDocument } from '../../core/yaml.js';
import { expandEnv } from '../../topology/env.js';

export interface RenameOptions {
  readonly labName: string;
  /** Values for the file's `${VAR}`s. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  /** The image that shall stand in for this one; undefined: none. */
  readonly standIn?: (image: string) => string | undefined;
}

/** What YAML holds when every scalar is its own text. */
type Value = string | null | readonly Value[] | { readonly [key: string]: Value };

/**
 * The text of a topology file for a lab of another name, to be put into another folder: variables are expanded, paths
 * are absolute, a prefix that would leave the lab's name out of its containers' names is replaced by `__lab-name`. All
 * else is as the file has it, also what faultline knows nothing of.
 *
 * containerlab's own `--name` is no way: its `destroy` finds a lab's file by the containers and takes the name from the
 * file, so that it takes down another lab, or none.
 * @throws ConfigError where the text cannot be read
 */
export function renamedTopology(text: string, file: string, options: RenameOptions): string {
  const expanded = expandEnv(text, options.env);
  const { document, issues } = parseYaml(expanded.text, file, expanded.origin);
  if (document === undefined || issues.length > 0) throw new ConfigError(issues);
  const root = { ...(plainly(document) as Readonly<Record<string, Value>>) };
  root['name'] = options.labName;
  if (root['prefix'] === '') root['prefix'] = '__lab-name';
  const topology = isMap(root['topology']) ? { ...root['topology'] } : {};
  const pathOf = (value: string): string => absolute(value, path.dirname(file), options.home);
  const standIn = options.standIn ?? (() => undefined);
  const changed = (settings: Readonly<Record<string, Value>>): Value => withImage(withPaths(settings, pathOf), standIn);
  if (isMap(topology['defaults'])) topology['defaults'] = changed(topology['defaults']);
  for (const level of ['kinds', 'groups', 'nodes']) {
    const members = topology[level];
    if (!isMap(members)) continue;
    topology[level] = Object.fromEntries(
      Object.entries(members).map(([name, member]) => [name, isMap(member) ? changed(member) : member]),
    );
  }
  root['topology'] = topology;
  const settings = root['settings'];
  if (isMap(settings) && isMap(settings['certificate-authority'])) {
    const authority = { ...settings['certificate-authority'] };
    for (const key of ['cert', 'key']) if (typeof authority[key] === 'string') authority[key] = pathOf(authority[key]);
    root['settings'] = { ...settings, 'certificate-authority': authority };
  }
  return `${flow(root)}\n`;
}

/** The settings of a node (or what nodes inherit) with its relative paths made absolute. */
function withPaths(
  settings: Readonly<Record<string, Value>>,
  pathOf: (text: string) => string,
): Readonly<Record<string, Value>> {
  const changed: Record<string, Value> = { ...settings };
  const list = (key: string, change: (text: string) => string): void => {
    const value = settings[key];
    if (value === undefined || !isList(value)) return;
    changed[key] = value.map((item) => (typeof item === 'string' ? change(item) : item));
  };
  list('binds', (bind) => {
    const colon = bind.indexOf(':');
    return colon < 0 ? bind : `${pathOf(bind.slice(0, colon))}${bind.slice(colon)}`;
  });
  list('env-files', pathOf);
  for (const key of ['startup-config', 'license', 'identity-file']) {
    const value = settings[key];
    if (typeof value === 'string' && value !== '' && !value.includes('\n') && !/^[a-z0-9]+:\/\//.test(value)) {
      changed[key] = pathOf(value);
    }
  }
  return changed;
}

function withImage(
  settings: Readonly<Record<string, Value>>,
  standIn: (image: string) => string | undefined,
): Readonly<Record<string, Value>> {
  const { image } = settings;
  const used = typeof image === 'string' ? standIn(image) : undefined;
  return used === undefined ? settings : { ...settings, image: used };
}

function absolute(text: string, dir: string, home: string | undefined): string {
  if (text.startsWith('/') || text.startsWith('__clabDir__') || text.startsWith('__clabNodeDir__')) return text;
  if (text.startsWith('~') && home !== undefined) return path.join(home, text.slice(1));
  return path.join(dir, text);
}

/** The document with scalars as their own text, so that `1.10` stays `1.10`; only empty ones are null. */
function plainly(document: YamlDocument): Value {
  return document.text as Value;
}

function isMap(value: Value | undefined): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/**
 * YAML in flow style. A word that needs no quotes gets none, so that a number or a truth value stays one and text stays
 * the text it is (a reader who wants text takes `1.10` as written). `$` is doubled: containerlab expands variables again.
 */
function flow(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return scalar(value);
  if (!isMap(value)) return `[${value.map(flow).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${scalar(key)}: ${flow(item)}`);
  return `{${entries.join(', ')}}`;
}

function scalar(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_.+/-]*$/.test(text) ? text : JSON.stringify(text).replaceAll('$', '$$$$');
}

import type { z } from 'zod';
import type { ConfigIssue } from './errors.js';
import { genericMessage, UNION } from './shape-messages.js';
import { knownKeys } from './shape-keys.js';
import { hintFor } from './suggest.js';
import type { YamlDocument } from './yaml.js';

type Path = readonly (string | number)[];

/** What is wrong with a value, before it has a place in a file. */
export interface ShapeIssue {
  readonly path: Path;
  /** Which of the two is meant: the key at the path's end, or its value. */
  readonly of: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
}

/** The same while the path may still grow at its front: the sentence is made when it is complete. */
interface OpenIssue {
  readonly path: Path;
  readonly of: 'key' | 'value';
  readonly hint: string | undefined;
  readonly say: (path: Path) => string;
}

/**
 * Checks a value against a zod schema and says in plain words all that is wrong. A schema's own message is kept; one
 * that starts with `must` is put after the key's name.
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
):
  | { readonly data: T; readonly issues: readonly [] }
  | { readonly data: undefined; readonly issues: readonly ShapeIssue[] } {
  const result = schema.safeParse(value, { error: genericMessage });
  if (result.success) return { data: result.data, issues: [] };
  const issues = essential(result.error.issues)
    .flatMap((issue) => translate(issue, schema, value, []))
    .map(({ path, of, hint, say }) => ({ path, of, message: say(path), ...(hint === undefined ? {} : { hint }) }));
  return { data: undefined, issues };
}

/**
 * For a zod transform: checks a part of the value by another schema and hands its issues on, places and hints kept.
 * @param options.inside where the part is, from the value that is transformed
 * @param options.alsoKnown keys that are possible beside the schema's own, for hints
 * @returns undefined where the part is wrong; the issues are in `context` then.
 */
export function checkInside<T>(
  schema: z.ZodType<T>,
  value: unknown,
  context: z.RefinementCtx,
  options: { readonly inside?: Path; readonly alsoKnown?: readonly string[] } = {},
): { readonly data: T } | undefined {
  const result = schema.safeParse(value, { error: genericMessage });
  if (result.success) return { data: result.data };
  for (const issue of essential(result.error.issues)) {
    for (const { path, ...rest } of translate(issue, schema, value, options.alsoKnown ?? [])) {
      context.addIssue({ code: 'custom', path: [...(options.inside ?? []), ...path], message: 'open', params: rest });
    }
  }
  return undefined;
}

/** For a zod transform: an issue that is a whole sentence, at a path from the value that is transformed. */
export function addSentence(
  context: z.RefinementCtx,
  issue: {
    readonly path?: Path;
    readonly of?: 'key' | 'value';
    readonly message: string;
    readonly hint?: string | undefined;
  },
): void {
  const { path = [], of = 'value', message, hint } = issue;
  context.addIssue({ code: 'custom', path: [...path], message, params: { of, hint, say: () => message } });
}

/**
 * Like checkShape, but also gives what is left when everything wrong is taken out, so that the rest can be checked too
 * and all is told at once. `data` is undefined where nothing useful is left.
 */
export function checkWhatIsThere<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly data: T | undefined; readonly issues: readonly ShapeIssue[] } {
  const first = checkShape(schema, value);
  let latest = first;
  const rest = structuredClone(value);
  // What is taken out may leave a hole that takes its surroundings with it.
  for (let round = 0; latest.data === undefined && round < MOST_ROUNDS; round++) {
    for (const { path } of latest.issues) {
      // Places of list entries must stay what they are: without one of them the whole list goes.
      const keyed = path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
      const parent = valueAt(rest, keyed.slice(0, -1));
      if (parent !== null && typeof parent === 'object')
        delete (parent as Record<string, unknown>)[String(keyed.at(-1))];
    }
    latest = checkShape(schema, rest);
  }
  return { data: latest.data, issues: first.issues };
}

const MOST_ROUNDS = 5;

/** Issues with their place in the file. */
export function placeIssues(document: YamlDocument, issues: readonly ShapeIssue[]): ConfigIssue[] {
  return issues.map(({ path, of, message, hint }) => ({
    ...document.at(path, of),
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

type ZodIssue = z.core.$ZodIssue;

/** Where the type is wrong, nothing else about the same value is worth saying. */
function essential(issues: readonly ZodIssue[]): readonly ZodIssue[] {
  const wrongType = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => path.join('\0')));
  return issues.filter(({ code, path }) => code === 'invalid_type' || !wrongType.has(path.join('\0')));
}

function translate(issue: ZodIssue, schema: z.ZodType, root: unknown, alsoKnown: readonly string[]): OpenIssue[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'custom' && issue.params?.['say'] !== undefined) {
    return [{ ...(issue.params as Omit<OpenIssue, 'path'>), path }];
  }
  if (issue.code === 'unrecognized_keys') {
    const known = [...knownKeys(schema, path, root), ...(path.length === 0 ? alsoKnown : [])];
    return issue.keys.map((key) => ({
      path: [...path, key],
      of: 'key',
      hint: hintFor(key, known, 16),
      say: (whole) => `unknown key \`${key}\`${within(whole.slice(0, -1))}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? 'must be a name';
    return [{ path, of: 'key', hint: undefined, say: (whole) => sentence(whole, why) }];
  }
  if (issue.code === 'invalid_union' && issue.message === UNION) return translateUnion(issue, schema, root, path);
  const value = valueAt(root, path);
  if (value === undefined && path.length > 0 && issue.code !== 'custom') {
    return [
      {
        path: path.slice(0, -1),
        of: 'key',
        hint: issue.message.startsWith('must be') ? `it ${issue.message}` : undefined,
        say: (parent) => `\`${String(path.at(-1))}\` is missing${within(parent)}`,
      },
    ];
  }
  const seen = issue.message.startsWith('must be') ? brief(value) : '';
  const words = issue.code === 'invalid_value' && typeof value === 'string' ? issue.values.map(String) : [];
  const hint = words.length > 0 ? hintFor(String(value), words, 0) : undefined;
  return [{ path, of: 'value', hint, say: (whole) => sentence(whole, issue.message) + seen }];
}

/** Of a union's branches the one that fits the value's own type speaks; where none does, what would fit is told. */
function translateUnion(
  issue: Extract<ZodIssue, { code: 'invalid_union' }>,
  schema: z.ZodType,
  root: unknown,
  path: Path,
): OpenIssue[] {
  const unfit = (inner: ZodIssue): boolean => inner.path.length === 0 && /^invalid_(type|value)$/.test(inner.code);
  const fitting = issue.errors.find((branch) => !branch.some(unfit));
  if (fitting !== undefined) {
    return fitting.flatMap((inner) => translate({ ...inner, path: [...path, ...inner.path] }, schema, root, []));
  }
  const wanted = issue.errors.flatMap((branch) => branch[0]?.message.replace(/^must be /, '') ?? []);
  const message = wanted.length > 0 ? `must be ${[...new Set(wanted)].join(' or ')}` : 'is not possible here';
  const seen = brief(valueAt(root, path));
  return [{ path, of: 'value', hint: undefined, say: (whole) => sentence(whole, message) + seen }];
}

function within(parent: Path): string {
  return parent.length === 0 ? '' : ` in \`${label(parent)}\``;
}

function sentence(path: Path, message: string): string {
  const subject = path.length === 0 ? 'the file' : `\`${label(path)}\``;
  return /^(must|is|names) /.test(message) ? `${subject} ${message}` : `${subject}: ${message}`;
}

/** `expect.publish[0].outage` */
function label(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}

function brief(value: unknown): string {
  if (value === null || value === undefined) return ', not empty';
  if (Array.isArray(value)) return ', not a list';
  if (typeof value === 'object') return ', not a mapping';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= 40 ? `, not \`${text}\`` : '';
}

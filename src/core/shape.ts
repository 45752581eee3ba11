import type { z } from 'zod';
import type { ConfigIssue } from './errors.js';
import { knownKeys } from './shape-keys.js';
import { hintFor } from './suggest.js';
import type { YamlDocument } from './yaml.js';

/** What is wrong with a value, before it has a place in a file. */
export interface ShapeIssue {
  readonly path: readonly (string | number)[];
  /** Which of the two is meant: the key at the path's end, or its value. */
  readonly of: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
}

/**
 * Checks a value against a zod schema and says in plain words all that is wrong. A schema's own message is kept; one
 * that starts with `must` is put after the key's name.
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly data: T; readonly issues: readonly [] } | { readonly data: undefined; readonly issues: readonly ShapeIssue[] } {
  const result = schema.safeParse(value, { error: genericMessage });
  if (result.success) return { data: result.data, issues: [] };
  const issues = result.error.issues.flatMap((issue) => translate(issue, schema, value));
  return { data: undefined, issues };
}

/**
 * For a zod transform: checks a part of the value by another schema and hands its issues on, places and hints kept.
 * @returns undefined where the part is wrong; the issues are in `context` then.
 */
export function checkInside<T>(schema: z.ZodType<T>, value: unknown, context: z.RefinementCtx): { data: T } | undefined {
  const { data, issues } = checkShape(schema, value);
  if (issues.length === 0) return { data: data as T };
  for (const { path, of, message, hint } of issues) {
    context.addIssue({ code: 'custom', path: [...path], message, params: { of, hint, complete: true } });
  }
  return undefined;
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
  if (first.data !== undefined) return first;
  const rest = structuredClone(value);
  for (const { path } of first.issues) {
    // Places of list entries must stay what they are: without one of them the whole list goes.
    const keyed = path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
    const parent = valueAt(rest, keyed.slice(0, -1));
    if (parent !== null && typeof parent === 'object') delete (parent as Record<string, unknown>)[String(keyed.at(-1))];
  }
  return { data: checkShape(schema, rest).data, issues: first.issues };
}

/** Issues with their place in the file. */
export function placeIssues(document: YamlDocument, issues: readonly ShapeIssue[]): ConfigIssue[] {
  return issues.map(({ path, of, message, hint }) => ({
    ...document.at(path, of),
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}

type ZodIssue = z.core.$ZodIssue;
const UNION = '\u0000union';

function translate(issue: ZodIssue, schema: z.ZodType, root: unknown): ShapeIssue[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const where = path.length === 0 ? '' : ` in \`${label(path)}\``;
    return issue.keys.map((key) => {
      const known = knownKeys(schema, path, root);
      const hint = hintFor(key, known);
      return { path: [...path, key], of: 'key', message: `unknown key \`${key}\`${where}`, ...(hint ? { hint } : {}) };
    });
  }
  if (issue.code === 'custom' && issue.params?.['complete'] === true) {
    const hint = issue.params['hint'] as string | undefined;
    const of = issue.params['of'] as 'key' | 'value';
    return [{ path, of, message: issue.message, ...(hint ? { hint } : {}) }];
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? 'must be a name';
    return [{ path, of: 'key', message: sentence(path, why) }];
  }
  if (issue.code === 'invalid_union' && issue.message === UNION) return translateUnion(issue, schema, root, path);
  const value = valueAt(root, path);
  if (value === undefined && path.length > 0 && issue.code !== 'custom') {
    const parent = path.slice(0, -1);
    const where = parent.length === 0 ? '' : ` in \`${label(parent)}\``;
    const message = `\`${String(path.at(-1))}\` is missing${where}`;
    return [{ path: parent, of: 'key', message, ...(/^must be/.test(issue.message) ? { hint: `it ${issue.message}` } : {}) }];
  }
  const seen = issue.message.startsWith('must be') ? brief(value) : '';
  const hint =
    issue.code === 'invalid_value' && typeof value === 'string' ? hintFor(value, issue.values.map(String), 0) : undefined;
  return [{ path, of: 'value', message: sentence(path, issue.message) + seen, ...(hint ? { hint } : {}) }];
}

/** Of a union's branches the one that fits the value's own type speaks; where none does, what would fit is told. */
function translateUnion(
  issue: Extract<ZodIssue, { code: 'invalid_union' }>,
  schema: z.ZodType,
  root: unknown,
  path: readonly (string | number)[],
): ShapeIssue[] {
  const branches = issue.errors;
  const fitting = branches.find(
    (branch) => !branch.some((inner) => inner.path.length === 0 && (inner.code === 'invalid_type' || inner.code === 'invalid_value')),
  );
  if (fitting !== undefined) {
    return fitting.flatMap((inner) => translate({ ...inner, path: [...path, ...inner.path] } as ZodIssue, schema, root));
  }
  const wanted = branches.flatMap((branch) => branch[0]?.message.replace(/^must be /, '') ?? []);
  const message = wanted.length > 0 ? `must be ${[...new Set(wanted)].join(' or ')}` : 'is not valid here';
  return translate({ code: 'custom', path: [...path], message, input: undefined }, schema, root);
}

function genericMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be \`${String(issue.values[0])}\``
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return UNION;
    default:
      return undefined;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'empty',
};

function sentence(path: readonly (string | number)[], message: string): string {
  const subject = path.length === 0 ? 'the file' : `\`${label(path)}\``;
  return message.startsWith('must') || message.startsWith('is ') ? `${subject} ${message}` : `${subject}: ${message}`;
}

/** `expect.publish[0].outage` */
function label(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}

function brief(value: unknown): string {
  if (value === null || value === undefined) return ', not empty';
  if (Array.isArray(value)) return ', not a list';
  if (typeof value === 'object') return ', not a mapping';
  const text = String(value as string | number | boolean);
  return text.length <= 40 ? `, not \`${text}\`` : '';
}

export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

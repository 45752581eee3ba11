import { z } from 'zod';
import { ConfigError, type ConfigIssue } from '../core/errors.js';
import { checkShape, placeIssues } from '../core/shape.js';
import { hintFor } from '../core/suggest.js';
import { parseYaml } from '../core/yaml.js';
import { ENCAPSULATIONS, EXPECTATIONS, type CatalogueRow, type Encapsulation, type Expectation } from './types.js';

/** What a service is meant to do with each frame. Plain data. */
export interface Profile {
  readonly name: string;
  /** Where its expectations come from. */
  readonly source: string;
  readonly rules: readonly ProfileRule[];
}

export interface ProfileRule {
  /** A row's id or name, with `*` for anything; `*` alone is the default. */
  readonly rows: string;
  /** Any of them is met; empty: left open, not judged. */
  readonly expect: Readonly<Record<Encapsulation, readonly Expectation[]>>;
  /** Which choice was made, and after which note of the source. */
  readonly note: string | null;
}

/** What is expected of a row; where no rule is about it nothing is. An exact name wins over a pattern, a longer pattern over a shorter. */
export function expectationFor(
  profile: Profile,
  row: Pick<CatalogueRow, 'id' | 'name'>,
  encapsulation: Encapsulation,
): { readonly expected: readonly Expectation[]; readonly note: string | null } {
  const rank = ({ rows }: ProfileRule): number => (rows === row.id || rows === row.name ? Infinity : rows.length);
  const fitting = profile.rules.filter((rule) => matches(rule.rows, row)).sort((a, b) => rank(b) - rank(a));
  const rule = fitting[0];
  return rule === undefined ? { expected: [], note: null } : { expected: rule.expect[encapsulation], note: rule.note };
}

function matches(pattern: string, row: Pick<CatalogueRow, 'id' | 'name'>): boolean {
  if (!pattern.includes('*')) return pattern === row.id || pattern === row.name;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return expression.test(row.id) || expression.test(row.name);
}

const RULE = 'must be PASS, DROP, PEER, several of them with `|` between, or open';

const expectation = z.string(RULE).transform((text, context): Expectation[] => {
  if (text.trim() === 'open') return [];
  const words = text.split('|').map((word) => word.trim());
  if (words.every((word) => (EXPECTATIONS as readonly string[]).includes(word))) return words as Expectation[];
  context.addIssue(RULE);
  return [];
});

const perEncapsulation = z.strictObject({
  untagged: expectation.optional(),
  /** All that have no key of their own here. */
  tagged: expectation.optional(),
  'single-tagged': expectation.optional(),
  'double-tagged': expectation.optional(),
  'priority-tagged': expectation.optional(),
});

const ruleSchema = z.union([
  expectation,
  z.strictObject({ expect: z.union([expectation, perEncapsulation]), note: z.string().min(1).optional() }),
]);

const profileSchema = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  default: ruleSchema.optional(),
  rows: z.record(z.string(), ruleSchema).default({}),
});

/**
 * Reads a profile's text.
 * @param known rows that a rule may be about; a rule about none is an error
 * @throws ConfigError with everything that is wrong, each with its place
 */
export function parseProfile(text: string, file: string, known: readonly Pick<CatalogueRow, 'id' | 'name'>[]): Profile {
  const { document, issues } = parseYaml(text, file);
  if (document === undefined) throw new ConfigError(issues);
  const checked = checkShape(profileSchema, document.value);
  const all: ConfigIssue[] = [...issues, ...placeIssues(document, checked.issues)];
  const words = known.flatMap(({ id, name }) => [id, name]);
  for (const rows of Object.keys((document.value as { rows?: object } | null)?.rows ?? {})) {
    if (known.some((row) => matches(rows, row))) continue;
    const hint = hintFor(rows, words, 0);
    const message = `no row is called \`${rows}\` (\`faultline list l2cp\` shows them)`;
    all.push({ ...document.at(['rows', rows], 'key'), message, ...(hint === undefined ? {} : { hint }) });
  }
  if (all.length > 0 || checked.data === undefined) throw new ConfigError(all);
  const { name, source, rows } = checked.data;
  const rules = Object.entries(rows).map(([pattern, rule]) => ruleOf(pattern, rule));
  return {
    name,
    source,
    rules: checked.data.default === undefined ? rules : [...rules, ruleOf('*', checked.data.default)],
  };
}

function ruleOf(rows: string, rule: z.output<typeof ruleSchema>): ProfileRule {
  const { expect, note } = Array.isArray(rule) ? { expect: rule, note: undefined } : rule;
  const of = (encapsulation: Encapsulation): readonly Expectation[] => {
    if (Array.isArray(expect)) return expect;
    return expect[encapsulation] ?? (encapsulation === 'untagged' ? [] : (expect.tagged ?? []));
  };
  const each = Object.fromEntries(ENCAPSULATIONS.map((one) => [one, of(one)])) as Record<
    Encapsulation,
    readonly Expectation[]
  >;
  return { rows, expect: each, note: note ?? null };
}

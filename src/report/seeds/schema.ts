import { z } from 'zod';
import { ConfigError, type ConfigIssue } from '../../core/errors.js';
import type { SeedSet } from '../../history/seed-set.js';
import { runResultSchema, type Stored } from '../schema.js';
import { bounded, count, instant } from '../schema-analysis.js';

const result = runResultSchema.shape;

const distribution = z
  .strictObject({
    flow: z.string(),
    receiver: z.string(),
    event: z.enum(['initial', 'reversion']),
    n: z.int().min(1),
    min: bounded,
    median: bounded,
    p95: bounded,
    max: bounded,
    without: count,
    open: count,
    histogram: z.strictObject({ fromNs: z.number(), binNs: z.number().positive(), counts: z.array(count) }).nullable(),
    worst: z.strictObject({ seed: count, runId: z.string(), outage: bounded }),
  })
  .meta({ id: 'OutageDistribution', description: 'The largest outage of one flow at one receiver over all seeds.' });

/** `distribution.json`: checks a file. Unknown keys are errors. */
export const seedSetSchema = z.strictObject({
  format: z.literal('faultline-distribution-1'),
  id: z.string(),
  faultline: z.string(),
  argv: z.array(z.string()),
  startedAt: instant,
  elapsedMs: z.number().min(0),
  jobs: z.int().min(1),
  scenario: result.scenario,
  lab: z.strictObject({ topology: z.string(), topologySha256: z.string(), runtime: z.string(), software: z.string() }),
  clock: result.clock.omit({ seed: true }),
  record: result.record.unwrap().nullable(),
  fault: z.strictObject({ summary: z.string(), atNs: z.number(), windowNs: z.number() }).nullable(),
  seeds: z.array(
    z.strictObject({
      seed: count,
      runId: z.string().nullable(),
      outcome: z.enum(['pass', 'fail', 'inconclusive', 'error']),
      reasons: z.array(z.string()),
      guestS: z.number().nullable(),
      realS: z.number().nullable(),
    }),
  ),
  outages: z.array(distribution),
  verdict: result.verdict,
});

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : 'schema and type differ';
type StoredSet = Omit<Stored<SeedSet>, 'record'> & { record: Stored<Exclude<SeedSet['record'], undefined>> };

/** Does not compile unless schema and `SeedSet` say the same. */
export const SET_SCHEMA_IS_THE_TYPE: Same<Flat<z.infer<typeof seedSetSchema>>, Flat<StoredSet>> = true;
type Flat<T> = { [K in keyof T]: T[K] };

/** The JSON Schema (2020-12) of `distribution.json`. */
export function seedSetJsonSchemaText(): string {
  const schema = z.toJSONSchema(seedSetSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'A faultline scenario over many seeds', ...schema }, null, 2)}\n`;
}

/** `file` is for messages. @throws ConfigError */
export function parseSeedSet(text: string, file: string): SeedSet {
  const issue = (message: string): ConfigIssue => ({ file, line: 0, column: 0, message });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError([issue(`is not JSON: ${(cause as Error).message}`)]);
  }
  const checked = seedSetSchema.safeParse(value);
  if (!checked.success) {
    throw new ConfigError(
      checked.error.issues.slice(0, 20).map((each) => issue(`${each.path.join('.')}: ${each.message}`)),
    );
  }
  return checked.data as SeedSet;
}

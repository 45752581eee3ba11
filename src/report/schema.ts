import { z } from 'zod';
import type { Json } from '../core/json.js';
import { DIRECTIONS, ENCAPSULATIONS, EXPECTATIONS, OUTCOMES } from '../l2cp/types.js';
import type { RunResult } from '../run/result.js';
import { analysis, count, frameRef, instant } from './schema-analysis.js';

/**
 * What a value of type T is after it went through JSON: a key that holds undefined is not there, and nothing is
 * readonly. Json itself stays as it is.
 */
export type Stored<T> = [Json] extends [T]
  ? T
  : T extends readonly (infer Item)[]
    ? Stored<Item>[]
    : T extends object
      ? Flat<
          { -readonly [K in keyof T as undefined extends T[K] ? never : K]: Stored<T[K]> } & {
            -readonly [K in keyof T as undefined extends T[K] ? K : never]?:
              Stored<Exclude<T[K], undefined>> | undefined;
          }
        >
      : T;
type Flat<T> = { [K in keyof T]: T[K] };

const json: z.ZodType<Json> = z.json().meta({ id: 'Json' });
const elapsedMs = z.number().min(0);
const sha256 = z.string();

const flow = z
  .strictObject({
    id: z.int().min(1).max(65535),
    name: z.string(),
    item: z.string(),
    from: z.strictObject({ node: z.string(), interface: z.string(), address: z.string() }),
    group: z.string(),
    port: z.int().min(0).max(65535),
    ssm: z.boolean(),
    intervalNs: z.number().positive(),
    payloadBytes: count,
    ttl: z.int().min(0).max(255),
    tree: z.enum(['shared', 'shortest-path']).optional(),
    receivers: z.array(
      z.strictObject({
        node: z.string(),
        interface: z.string(),
        address: z.string(),
        igmp: z.union([z.literal(2), z.literal(3)]),
        join: z.union([
          z.strictObject({ when: z.literal('start') }),
          z.strictObject({ when: z.literal('after-fault'), offsetNs: z.number() }),
        ]),
      }),
    ),
  })
  .meta({ id: 'Flow', description: 'One stream of numbered packets from one node to one group.' });

const steadyReport = z
  .strictObject({
    reached: z.boolean(),
    elapsedMs,
    probes: z.array(
      z.strictObject({ kind: z.string(), met: z.boolean(), summary: z.string(), afterMs: z.number().min(0) }),
    ),
  })
  .meta({ id: 'SteadyReport', description: 'Whether the steady state came, and what each probe saw last.' });

const faultReport = z.strictObject({
  kind: z.string(),
  summary: z.string(),
  options: json,
  resolvedBy: json,
  broken: z.strictObject({ nodes: z.array(z.string()), endpoints: z.array(z.string()) }).optional(),
  ways: z
    .array(
      z.strictObject({
        flow: z.string(),
        receiver: z.string(),
        goes: z.enum(['over', 'beside', 'unknown']),
        routers: z.array(z.string()),
        problem: z.string().nullable(),
      }),
    )
    .optional()
    .meta({ description: 'Whether a flow went over what broke, by the routers’ forwarding entries just before.' }),
  appliedFrom: instant,
  appliedTo: instant,
  revertFrom: instant.nullable(),
  revertTo: instant.nullable(),
  firstEvidence: z.strictObject({ what: z.string(), at: instant, frame: frameRef.nullable() }).nullable(),
  readings: z.array(z.strictObject({ label: z.string(), node: z.string(), data: json })),
});

const expectations = z.array(z.enum(EXPECTATIONS));
const outcome = z.enum(OUTCOMES);
const rowVerdict = z.enum(['pass', 'fail', 'inconclusive', 'not judged']);

const matrixRow = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    title: z.string(),
    destination: z.string(),
    type: z.string(),
    direction: z.enum(DIRECTIONS),
    encapsulation: z.enum(ENCAPSULATIONS),
    control: z.boolean(),
    expected: expectations,
    note: z.string().nullable(),
    outcome,
    also: z.array(outcome),
    verdict: rowVerdict,
    reason: z.string(),
    sent: count,
    arrived: count,
    proof: z.string().nullable(),
    evidence: z
      .strictObject({
        sent: z.string(),
        sentAt: frameRef.nullable(),
        received: z.string().nullable(),
        receivedAt: frameRef.nullable(),
        port: z.string().nullable(),
        changes: z.array(z.string()),
      })
      .nullable(),
  })
  .meta({ id: 'MatrixRow', description: 'One layer-2 control frame, one way, in one encapsulation.' });

const matrixResult = z.strictObject({
  from: z.string(),
  to: z.string(),
  through: z.array(z.string()),
  watched: z.array(z.string()),
  dataPath: z.array(z.string()),
  profile: z.strictObject({ name: z.string(), source: z.string() }),
  framesPerRow: count,
  rows: z.array(matrixRow),
  counts: z.strictObject({ pass: count, fail: count, inconclusive: count, 'not judged': count }),
  problems: z.array(z.string()),
  verdict: z.strictObject({ outcome: z.enum(['pass', 'fail', 'inconclusive']), reasons: z.array(z.string()) }),
});

const captureReport = z.strictObject({
  id: z.string(),
  node: z.string(),
  interface: z.string(),
  role: z.enum(['sender', 'receiver', 'link']),
  file: z.string(),
  sha256,
  bytes: count,
  snaplen: count,
  captured: count.nullable(),
  receivedByFilter: count.nullable(),
  droppedByKernel: count.nullable(),
  droppedByInterface: count.nullable(),
  problems: z.array(z.string()),
});

const record = z
  .strictObject({
    programSha256: sha256,
    inputs: z.array(z.strictObject({ path: z.string(), sha256 })),
    outside: z.array(z.string()),
    variables: z.record(z.string(), z.string()).optional(),
    strictImages: z.literal(true).optional(),
    imageMap: z.array(z.strictObject({ asked: z.string(), used: z.string() })).optional(),
    kernel: z.strictObject({ hash: z.string(), release: z.string(), source: z.string(), sha256 }).optional(),
    images: z.array(z.strictObject({ name: z.string(), packagesSha256: sha256, packages: count })).optional(),
  })
  .meta({ id: 'RunRecord', description: 'All that a run was made from, by hash.' });

const igpSettings = z
  .strictObject({
    protocol: z.string(),
    helloMs: z.array(z.number()),
    deadMs: z.array(z.number()),
    retransmitMs: z.array(z.number()),
    generationMs: z.number().nullable(),
    calculationMs: z.array(z.number()),
    bfdMs: z.array(z.number()),
    extensions: z.array(z.string()),
    authenticated: z.boolean().nullable(),
  })
  .meta({ id: 'IgpSettings', description: 'A link-state IGP as configured (RFC 6413 section 7).' });

/** `result.json`: checks a file, and is what the published JSON Schema is made from. Unknown keys are errors. */
export const runResultSchema = z.strictObject({
  format: z.literal('faultline-result-1'),
  run: z.strictObject({
    id: z.string(),
    faultline: z.string(),
    node: z.string(),
    startedAt: instant,
    elapsedMs,
    argv: z.array(z.string()),
    host: z.strictObject({ kernel: z.string(), cpus: z.number(), machine: z.string() }),
  }),
  scenario: z.strictObject({ name: z.string(), description: z.string().nullable(), file: z.string(), sha256 }),
  lab: z.strictObject({
    name: z.string(),
    topology: z.string(),
    topologySha256: sha256,
    runtime: z.string(),
    nodes: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.string(),
        role: z.string().nullable(),
        image: z.string(),
        software: z.string(),
        substituted: z.boolean(),
      }),
    ),
    links: z.array(z.strictObject({ id: z.string(), a: z.string(), b: z.string() })),
    igps: z.array(z.strictObject({ node: z.string(), settings: z.array(igpSettings) })).optional(),
  }),
  clock: z.strictObject({
    kind: z.enum(['real', 'virtual']),
    seed: z.number(),
    meaning: z.string(),
    readNs: count.optional(),
  }),
  record: record.optional(),
  phases: z.array(z.strictObject({ name: z.string(), from: instant, elapsedMs, outcome: z.string() })),
  steady: z.strictObject({ before: steadyReport.nullable(), after: steadyReport.nullable() }),
  flows: z.array(flow),
  fault: faultReport.nullable(),
  captures: z.array(captureReport),
  analysis: analysis.nullable(),
  l2cp: matrixResult.optional(),
  notes: z.array(z.string()),
  verdict: z.strictObject({ outcome: z.enum(['pass', 'fail', 'inconclusive', 'error']), reasons: z.array(z.string()) }),
});

/** The very same type, not only one that can be assigned: an optional key too many is seen as well. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : 'schema and type differ';

/** Does not compile unless schema and `RunResult` say the same. */
export const SCHEMA_IS_THE_TYPE: Same<z.infer<typeof runResultSchema>, Stored<RunResult>> = true;

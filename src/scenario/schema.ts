import { z } from 'zod';
import type { AnyFamilyMember, Families } from '../core/family.js';
import { knownKeys } from '../core/shape-keys.js';
import { addSentence, checkInside } from '../core/shape.js';
import { hintFor } from '../core/suggest.js';
import { PAYLOAD_HEADER_BYTES } from '../packet/payload.js';
import { l2cpOptions } from '../l2cp/options.js';
import { ORDER_KEY, orderItem, type OrderEntry } from './order-schema.js';
import { bytes, duration, endpointName, groupRange, nodeName, positiveDuration, rate } from './fields.js';
import { stepsSection } from './steps-schema.js';
import { inputJsonSchema, memberJsonSchema } from './member-json-schema.js';

/** More would be fragmented on a link of 1500 bytes. */
export const MAX_PAYLOAD_BYTES = 1472;
const JOIN_PATTERN = /^\s*join\s+(.+?)\s+after\s+(?:the\s+)?fault\s*$/;

const limitFields = {
  outage: duration.optional().describe('Longest time without data; 0 means that nothing may be lost'),
  'outage-at-least': duration
    .optional()
    .describe('The outage must be at least this long: a fault that does nothing is no test'),
  lost: z.int().nonnegative().optional().describe('Most packets that may be lost'),
  duplicates: z.int().nonnegative().optional().describe('Most packets that may arrive twice'),
  reordered: z.int().nonnegative().optional().describe('Most packets that may arrive out of order (RFC 4737)'),
  unexplained: duration
    .optional()
    .describe('Longest part of the outage that no step of the control plane accounts for'),
  silence: positiveDuration.optional().describe('Order entry: longest time in which the client may hear no reply'),
  'silence-at-least': duration.optional().describe('Order entry: the silence must be at least this long'),
  unanswered: z.int().nonnegative().optional().describe('Order entry: most orders without a reply'),
  retransmissions: z.int().nonnegative().optional().describe('TCP order entry: most segments sent again, both ways'),
  'sessions-lost': z.int().nonnegative().optional().describe('TCP order entry: most sessions that may end'),
};
const limits = z.strictObject(limitFields);

const expectation = z.strictObject({
  ...limitFields,
  receivers: z.array(nodeName).min(1).optional().describe('Only for these receivers; absent: for all of the item'),
  'join-delay': duration.optional().describe('Longest time from the join to the first packet (RFC 3918)'),
  because: z.string().optional().describe('Why: which timers add up to the limit'),
  'on-return': z.union([duration, limits]).optional().describe('Limits for the time after the fault was taken back'),
});

const join = z
  .string()
  .regex(JOIN_PATTERN, 'must say when: `join 2 s after fault`')
  .transform((text, context): number => checkInside(duration, JOIN_PATTERN.exec(text)![1], context)?.data ?? z.NEVER);

const lateReceiver = z.record(nodeName, join).refine((map) => Object.keys(map).length === 1, {
  error: 'names several receivers: one per entry is possible, such as `desk3: join 2 s after fault`',
});

const trafficItem = z
  .strictObject({
    from: z.string().min(1).describe('Sending node, or node:interface where it has several'),
    interface: z.string().min(1).optional().describe('Interface to send from'),
    group: groupRange.optional().describe('Destination group'),
    groups: z
      .union([groupRange, z.array(groupRange).min(1)])
      .optional()
      .describe('Several groups: a range or a list'),
    rate: rate.describe('Packets per second of each group, 1 to 10 000'),
    to: z
      .array(z.union([z.string().min(1), lateReceiver]))
      .min(1)
      .describe('Receivers: node, node:interface, or { node: join 2 s after fault }'),
    port: z.int().min(1).max(65535).default(5001).describe('UDP port'),
    size: bytes
      .refine(
        (n) => n >= PAYLOAD_HEADER_BYTES && n <= MAX_PAYLOAD_BYTES,
        `must be ${PAYLOAD_HEADER_BYTES} to ${MAX_PAYLOAD_BYTES} bytes (UDP payload)`,
      )
      .default(200)
      .describe('UDP payload, bytes'),
    ttl: z.int().min(1).max(255).default(64),
    ssm: z.boolean().default(false).describe('Source-specific: receivers join (source, group)'),
    igmp: z
      .union([z.literal(2), z.literal(3)])
      .default(3)
      .describe("Version of the receivers' reports"),
    tree: z.enum(['shared', 'shortest-path']).optional().describe('The tree the flow is meant to be on'),
  })
  .superRefine((item, context) => {
    if ((item.group === undefined) === (item.groups === undefined)) {
      context.addIssue(
        item.group === undefined ? '`group` or `groups` is missing' : 'must have `group` or `groups`, not both',
      );
    }
  });

/** A value whose check is code: what a JSON Schema says of it instead, made where somebody asks for one. */
type Checked = (jsonSchema: () => Record<string, unknown>) => z.ZodUnknown;
const undescribed: Checked = () => z.unknown();
const described: Checked = (jsonSchema) => z.unknown().meta(jsonSchema());

/** A multicast flow, or order entry where its key is there. */
function trafficEntry(checked: Checked): z.ZodType<TrafficEntry | OrderEntry> {
  return checked(() => ({ anyOf: [inputJsonSchema(trafficItem), inputJsonSchema(orderItem)] })).transform(
    (value, context) => {
      const isOrder = value !== null && typeof value === 'object' && ORDER_KEY in value;
      const entry = isOrder ? checkInside(orderItem, value, context) : checkInside(trafficItem, value, context);
      return entry === undefined ? z.NEVER : entry.data;
    },
  );
}

/** Redundant feeds, as one. */
const arbitration = z.strictObject({
  feeds: z.array(z.string().min(1)).min(2).describe('Traffic items that carry the same messages'),
  at: z.array(nodeName).min(1).describe('Nodes that receive all of them'),
});

const itemName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain word: letters, digits, `.`, `_`, `-`');

/** Keys of every fault, beside those of its kind. */
const faultTiming = z.object({
  at: duration.default(2_000_000_000).describe('When, after the traffic is steady'),
  window: duration.default(0).describe('The instant is drawn by the seed from [at, at + window)'),
  for: positiveDuration.optional().describe('How long it stays; absent: until the observation ends'),
});
const TIMING_KEYS = Object.keys(faultTiming.shape);

export interface FaultEntry extends z.output<typeof faultTiming> {
  readonly options: unknown;
}

function faultOf(member: AnyFamilyMember, checked: Checked): z.ZodType<FaultEntry> {
  const clash = knownKeys(member.schema, []).filter((key) => TIMING_KEYS.includes(key));
  if (clash.length > 0) throw new Error(`fault ${member.kind}: every fault has \`${clash.join('`, `')}\` already`);
  return checked(() => memberJsonSchema(member, faultTiming)).transform((value, context): FaultEntry => {
    if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      context.addIssue('must be a mapping');
      return z.NEVER;
    }
    const entries = Object.entries(value ?? {});
    const timing = checkInside(
      faultTiming,
      Object.fromEntries(entries.filter(([key]) => TIMING_KEYS.includes(key))),
      context,
    );
    const own = Object.fromEntries(entries.filter(([key]) => !TIMING_KEYS.includes(key)));
    const options = checkInside<unknown>(member.schema, own, context, { alsoKnown: TIMING_KEYS });
    return timing === undefined || options === undefined ? z.NEVER : { ...timing.data, options: options.data };
  });
}

function probeOf(member: AnyFamilyMember, checked: Checked): z.ZodType<{ readonly options: unknown }> {
  return checked(() => memberJsonSchema(member)).transform((value, context) => {
    const options = checkInside<unknown>(member.schema, value, context);
    return options === undefined ? z.NEVER : { options: options.data };
  });
}

/** A mapping with exactly one key, the kind of a member of a family. */
function oneOf<T>(
  members: Readonly<Record<string, AnyFamilyMember>>,
  what: 'fault' | 'probe',
  entryOf: (member: AnyFamilyMember, checked: Checked) => z.ZodType<T>,
  checked: Checked,
): z.ZodType<{ readonly kind: string; readonly entry: T }> {
  const kinds = Object.keys(members);
  const entries = Object.fromEntries(kinds.map((kind) => [kind, entryOf(members[kind]!, checked)]));
  const shape = Object.fromEntries(
    kinds.map((kind) => [kind, entries[kind]!.optional().describe(members[kind]!.title)]),
  );
  const jsonSchema = (): Record<string, unknown> => ({
    ...inputJsonSchema(z.strictObject(shape)),
    ...{ minProperties: 1, maxProperties: 1 },
  });
  return checked(jsonSchema).transform((value, context) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      const bare = typeof value === 'string' && kinds.includes(value) ? `, such as \`${value}: { … }\`` : '';
      context.addIssue(`must be a mapping with one kind of ${what}${bare}`);
      return z.NEVER;
    }
    const given = Object.keys(value);
    for (const kind of given.filter((key) => !kinds.includes(key))) {
      const hint = hintFor(kind, kinds, 30);
      const message = `there is no ${what} \`${kind}\``;
      addSentence(context, { path: [kind], of: 'key', message, hint });
    }
    const found = given.filter((key) => kinds.includes(key));
    if (given.length !== 1) {
      const message =
        given.length === 0 ? `this names no ${what}` : `this names ${given.length} kinds of ${what}, one is possible`;
      const hint =
        given.length > 1 && what === 'fault' && found.length === 1
          ? `its options stand inside \`${found[0]}: { … }\``
          : undefined;
      addSentence(context, { message, hint });
    }
    for (const kind of found) {
      const entry = checkInside(entries[kind]!, (value as Record<string, unknown>)[kind], context, {
        inside: [kind],
      });
      if (entry !== undefined && given.length === 1) return { kind, entry: entry.data };
    }
    return z.NEVER;
  });
}

/**
 * A scenario file's content, checked by the families' own schemas where they have a say. Its places are not in it.
 * @param use `describe` where a JSON Schema is made of it. To check a file takes a third of the time without.
 */
// The families decide the type of nothing but `options`, so the inferred type is the file's.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function createScenarioSchema(families: Families, use: 'check' | 'describe') {
  const checked = use === 'describe' ? described : undescribed;
  return z.strictObject({
    name: z.string().min(1).describe('What is tested, in words'),
    description: z.string().optional(),
    topology: z.string().min(1).describe("The containerlab topology, relative to this file's folder"),
    runtime: z.enum(['auto', 'netns', 'containerlab']).default('auto'),
    clock: z.enum(['auto', 'real', 'virtual']).default('auto'),
    kernel: z.enum(['auto', 'host', 'lab']).default('auto'),
    seed: z.int().nonnegative().optional().describe('Decides everything random in the lab'),
    lab: z.string().min(1).optional().describe('A lab that is already up, to be used instead of a new one'),
    env: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe("Values for the topology's ${VAR}s"),
    configure: z
      .record(nodeName, z.union([z.string().min(1), z.array(z.string()).min(1)]))
      .default({})
      .describe("Configuration applied after start, per node, in the node's own language; taken back at the end"),
    steady: z
      .array(oneOf(families.probes, 'probe', probeOf, checked))
      .default([])
      .describe('What must hold before, and again after'),
    'steady-within': positiveDuration.default(60_000_000_000).describe('How long the steady state may take to come'),
    traffic: z
      .record(itemName, trafficEntry(checked))
      .default({})
      .describe('Multicast flows, and order entry (`order-entry: udp` or `tcp`)'),
    arbitrate: z
      .record(itemName, arbitration)
      .default({})
      .describe('Redundant feeds: what a receiver of all of them got'),
    steps: stepsSection
      .optional()
      .describe('Lay outages against the steps of the control plane, and say what none of them accounts for'),
    capture: z.array(endpointName).default([]).describe('Extra captures: node:interface'),
    fault: oneOf(families.faults, 'fault', faultOf, checked).optional(),
    observe: positiveDuration
      .optional()
      .describe(
        'Without a fault: how long the traffic is watched (10 s). With one: how long after the steady state is back (5 s)',
      ),
    expect: z
      .record(z.string(), z.union([expectation, z.array(expectation).min(1)]))
      .default({})
      .describe('Limits per traffic item'),
    'l2cp-matrix': l2cpOptions({ endpoint: endpointName, duration: positiveDuration, rate })
      .optional()
      .describe('Layer-2 control frames through a service: what passes, what does not, and what shows it'),
    repeat: z.int().min(1).max(10_000).default(1),
  });
}

export type ScenarioFile = z.output<ReturnType<typeof createScenarioSchema>>;
export type ExpectationEntry = z.output<typeof expectation>;
export type LimitsEntry = z.output<typeof limits>;
export type TrafficEntry = z.output<typeof trafficItem>;
export type ArbitrationEntry = z.output<typeof arbitration>;

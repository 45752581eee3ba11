import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { parseDuration } from '../core/duration.js';
import { NS_PER_SECOND } from '../core/instant.js';

/*
 * The words that scenarios are made of, for the scenario itself and for the options of faults and probes. Messages
 * start with `must`, so that they read as a sentence after the key's name.
 */

const DURATION_PATTERN = /^\s*(0|\d+(\.\d+)?\s*(ns|us|µs|ms|s|min|h))\s*$/;
const DURATION_RULE = 'must be a duration with its unit, such as `1.5 s` or `50 ms`';

/** A duration with its unit (`1.5 s`, `50 ms`; a bare 0 needs none) → whole nanoseconds. */
export const duration = z
  .union([z.literal(0), z.string().regex(DURATION_PATTERN, DURATION_RULE)], { error: DURATION_RULE })
  .transform((text, context) => {
    const ns = text === 0 ? 0 : parseDuration(text);
    if (ns === undefined) context.addIssue(DURATION_RULE);
    return ns ?? z.NEVER;
  })
  .meta({ description: 'A duration with its unit: 1.5 s, 50 ms, 2 min', examples: ['1.5 s', '50 ms'] });

/** A duration that is more than nothing → whole nanoseconds. */
export const positiveDuration = duration.refine((ns) => ns > 0, 'must be more than 0');

const RATE_PATTERN = /^\s*(\d+(?:\.\d+)?)\s*(pps|kpps)\s*$/;
const RATE_RULE = 'must be a packet rate with its unit, such as `1000 pps`';
export const MIN_RATE_PPS = 1;
export const MAX_RATE_PPS = 10_000;

/** `1000 pps`, `1.5 kpps` → packets per second, 1 to 10 000. */
export const rate = z
  .string(RATE_RULE)
  .regex(RATE_PATTERN, RATE_RULE)
  .transform((text) => {
    const [, number, unit] = RATE_PATTERN.exec(text)!;
    return Number(number) * (unit === 'kpps' ? 1000 : 1);
  })
  .refine(
    (pps) => pps >= MIN_RATE_PPS && pps <= MAX_RATE_PPS,
    `must be ${MIN_RATE_PPS} to ${MAX_RATE_PPS} pps per flow`,
  )
  .meta({ description: 'Packets per second of each flow: 1000 pps', examples: ['1000 pps'] });

const BYTES_PATTERN = /^\s*(\d+)\s*(B|bytes?)\s*$/;
const BYTES_RULE = 'must be a size such as `200 bytes`';

/** `200 bytes`, `200 B` or 200 → bytes. */
export const bytes = z
  .union([z.int().nonnegative(), z.string().regex(BYTES_PATTERN, BYTES_RULE)], { error: BYTES_RULE })
  .transform((size) => (typeof size === 'number' ? size : Number(BYTES_PATTERN.exec(size)![1])));

/** A node's name. That the topology has it is checked by the plan. */
export const nodeName = z.string().min(1);

/** `node:interface`. */
export const endpointName = z
  .string()
  .regex(/^[^\s:]+:\S+$/, 'must be of the form `node:interface`')
  .meta({ description: 'node:interface', examples: ['core1:eth1'] });

/** Why an address is no group that test traffic can be sent to; undefined: it is one. */
export function groupProblem(address: string): string | undefined {
  if (!isIPv4(address)) return `\`${address}\` is not an IPv4 address`;
  const first = Number(address.split('.')[0]);
  if (first < 224 || first > 239) return `\`${address}\` is not a multicast group (224.0.1.0 to 239.255.255.255)`;
  if (address.startsWith('224.0.0.'))
    return `\`${address}\` never leaves its link (RFC 5771): routers do not forward 224.0.0.x`;
  return undefined;
}

/** One multicast group that is routed. */
export const multicastGroup = z
  .string()
  .superRefine((address, context) => {
    const problem = groupProblem(address);
    if (problem !== undefined) context.addIssue(problem);
  })
  .meta({ description: 'A multicast group', examples: ['239.1.1.1'] });

const MOST_GROUPS = 1000;

/** A group or a range of them (`239.1.1.1-239.1.1.20`) → the groups, in order. */
export const groupRange = z
  .string()
  .transform((text, context): string[] => {
    const [first = '', last = first, more] = text.split('-').map((part) => part.trim());
    const notRange = first === '' || last === '' || more !== undefined;
    const problem = notRange
      ? `\`${text}\` is not a range such as 239.1.1.1-239.1.1.20`
      : (groupProblem(first) ?? groupProblem(last));
    if (problem !== undefined) {
      context.addIssue(problem);
      return [];
    }
    const [from, to] = [addressNumber(first), addressNumber(last)];
    if (to < from) context.addIssue(`the range \`${text}\` ends before it starts`);
    else if (to - from >= MOST_GROUPS)
      context.addIssue(`the range \`${text}\` has ${to - from + 1} groups, ${MOST_GROUPS} are possible`);
    else return Array.from({ length: to - from + 1 }, (_, i) => addressText(from + i));
    return [];
  })
  .meta({ description: 'A multicast group or a range of them', examples: ['239.1.1.1', '239.1.1.1-239.1.1.20'] });

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Packets per second → whole nanoseconds between two packets. */
export function intervalNs(ratePps: number): number {
  return Math.round(NS_PER_SECOND / ratePps);
}

import { z } from 'zod';
import { parseDuration } from '../core/duration.js';
import type { Reference } from '../core/family.js';
import { isIpv4 } from '../device/address.js';

/** Pieces that the probes' schemas share. None of them transforms: what was checked is what was written. */

/** One value, or a list of at least one. */
export type OneOrMany<T> = T | T[];

export function oneOrMany<T>(schema: z.ZodType<T>): z.ZodType<OneOrMany<T>> {
  return z.union([schema, z.array(schema).min(1)]);
}

export function many<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value];
}

export const nodeName: z.ZodType<string> = z.string().min(1);

export const count: z.ZodType<number> = z.int().min(1);

export const ipv4: z.ZodType<string> = z.string().refine(isIpv4, { error: 'must be an IPv4 address such as 10.0.0.1' });

export const multicastGroup: z.ZodType<string> = z
  .string()
  .refine((text) => isIpv4(text) && Number(text.split('.')[0]) >= 224 && Number(text.split('.')[0]) < 240, {
    error: 'must be an IPv4 multicast group such as 239.1.1.1',
  });

/** `node:interface` */
export const endpoint: z.ZodType<string> = z
  .string()
  .regex(/^[^:\s]+:\S+$/, { error: 'must be a node and its interface such as `edge1:eth3`' });

export const duration: z.ZodType<string> = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'must be a duration such as `2 s`' });

/** What an option names, each value with its path. */
export function references(
  key: string,
  type: Reference['type'],
  value: OneOrMany<string> | undefined,
): readonly Reference[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ path: [key], type, value }];
  return value.map((one, index) => ({ path: [key, index], type, value: one }));
}

export function splitEndpoint(text: string): { readonly node: string; readonly interface: string } {
  const colon = text.indexOf(':');
  return { node: text.slice(0, colon), interface: text.slice(colon + 1) };
}

import type { z } from 'zod';

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly getter?: () => z.ZodType;
}

/** The keys that a zod schema knows for the mapping at `path`; empty where it does not say. */
export function knownKeys(schema: z.ZodType, path: readonly (string | number)[], root?: unknown): string[] {
  const found = descend(schema, path);
  // Where branches of a union all have keys, those that share the most keys with the value are meant.
  if (found.length < 2) return found[0] ?? [];
  const present = keysAt(root, path);
  const shared = found.map((keys) => present.filter((key) => keys.includes(key)).length);
  const most = Math.max(...shared);
  return [...new Set(found.filter((_, i) => shared[i] === most).flat())];
}

function descend(schema: z.ZodType, path: readonly (string | number)[]): string[][] {
  const def = schema._zod.def as unknown as Definition;
  if (def.options !== undefined) return def.options.flatMap((option) => descend(option, path));
  if (def.left !== undefined && def.right !== undefined) {
    return [[...descend(def.left, path), ...descend(def.right, path)].flat()].filter((keys) => keys.length > 0);
  }
  const inner = def.innerType ?? def.in ?? (def.type === 'lazy' ? def.getter?.() : undefined);
  if (inner !== undefined) return descend(inner, path);
  const [step, ...rest] = path;
  if (step === undefined) return def.shape === undefined ? [] : [Object.keys(def.shape)];
  const next = def.shape !== undefined ? def.shape[String(step)] : (def.element ?? def.valueType);
  return next === undefined ? [] : descend(next, rest);
}

function keysAt(root: unknown, path: readonly (string | number)[]): string[] {
  let value = root;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}

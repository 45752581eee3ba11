import { z } from 'zod';
import type { AnyFamilyMember } from '../core/family.js';

type JsonSchema = Record<string, unknown>;

/** Schema of a member's options; with `common`, its keys are possible beside the member's own. */
export function memberJsonSchema(member: AnyFamilyMember, common?: z.ZodObject): JsonSchema {
  const own = inputJsonSchema(member.schema);
  const described = { ...own, description: member.title, examples: [member.example] };
  if (common === undefined) return described;
  const added = inputJsonSchema(common)['properties'] as JsonSchema;
  const merge = (schema: JsonSchema): JsonSchema => {
    const branches = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
    if (branches !== undefined) {
      const key = 'anyOf' in schema ? 'anyOf' : 'oneOf';
      return { ...schema, [key]: branches.map(merge) };
    }
    return { ...schema, properties: { ...(schema['properties'] as JsonSchema | undefined), ...added } };
  };
  return merge(described);
}

/** What a file may hold, as JSON Schema, to stand inside another one. */
export function inputJsonSchema(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  delete json['$schema'];
  return json;
}

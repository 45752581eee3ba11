import { z } from 'zod';
import { runResultSchema } from './schema.js';

/** The JSON Schema (2020-12) of `result.json`, as text: what `reports/result.schema.json` holds. */
export function resultJsonSchemaText(): string {
  const schema = z.toJSONSchema(runResultSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'The result of a faultline run', ...schema }, null, 2)}\n`;
}

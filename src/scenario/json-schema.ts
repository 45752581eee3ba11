import { z } from 'zod';
import type { Families } from '../core/family.js';
import { createScenarioSchema } from './schema.js';

/** JSON Schema (2020-12) of a scenario file, for editors: completion, descriptions and most checks. */
export function scenarioJsonSchema(families: Families): Record<string, unknown> {
  const schema = z.toJSONSchema(createScenarioSchema(families, 'describe'), { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'A faultline scenario' };
}

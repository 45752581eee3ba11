import { z } from 'zod';
import { STEP_KINDS, type StepKind } from '../analysis/steps/types.js';
import { duration, nodeName } from './fields.js';

const kinds = Object.keys(STEP_KINDS) as [StepKind, ...StepKind[]];

/** `steps`: what the network does between a fault and its repair. */
export const stepsSection = z.strictObject({
  at: z.array(nodeName).min(1).optional().describe('Nodes whose forwarding tables are watched; absent: every router'),
  within: z
    .partialRecord(z.enum(kinds), duration)
    .default({})
    .describe('Longest time that may end with a step of a kind: the timer behind it'),
});

export type StepsEntry = z.output<typeof stepsSection>;

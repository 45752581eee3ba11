import { z } from 'zod';
import { CATALOGUE } from './catalogue/index.js';
import { DIRECTIONS, ENCAPSULATIONS } from './types.js';

/** Names of the profiles that come with faultline, each a file of `topologies/l2cp/profiles`. */
export const SHIPPED_PROFILES = ['fan-out', 'transparent-wire', 'linux-bridge'] as const;

const MOST_FRAMES = 1000;

/**
 * The keys of `l2cp-matrix` in a scenario.
 * @param words the scenario's own `node:interface`, duration and rate
 */
// The inferred type is the point.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function l2cpOptions(words: {
  readonly endpoint: z.ZodType<string, string>;
  readonly duration: z.ZodType<number>;
  readonly rate: z.ZodType<number>;
}) {
  return z.strictObject({
    from: words.endpoint.describe('Port where the frames of the one direction enter: node:interface'),
    to: words.endpoint.describe('Port where they come out, and where those of the other direction enter'),
    profile: z
      .string()
      .min(1)
      .default('transparent-wire')
      .describe(`What is expected: ${SHIPPED_PROFILES.join(', ')}, or a file, relative to this one`),
    encapsulations: z
      .array(z.enum(ENCAPSULATIONS))
      .min(1)
      .default([...ENCAPSULATIONS]),
    directions: z
      .array(z.enum(DIRECTIONS))
      .min(1)
      .default([...DIRECTIONS]),
    frames: z.int().min(1).max(MOST_FRAMES).default(3).describe('Of each row, direction and encapsulation'),
    rows: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Only these rows, by id or name, `*` for anything; all unless told'),
    'own-frames': z.string().min(1).optional().describe("A file of the user's own frames, relative to this one"),
    watch: z
      .union([z.literal('none'), z.array(words.endpoint)])
      .optional()
      .describe(
        'Ports where nothing may come out; unless told, those beside the devices between; `none` for a flooding service',
      ),
    rate: words.rate.default(1000).describe('Frames per second of each side'),
    late: words.duration.default(500_000_000).describe('A frame that takes longer is DELAYED'),
    wait: words.duration.default(2_000_000_000).describe('How long is waited for frames after the last was sent'),
    answers: words.duration.default(1_000_000_000).describe('How long is waited for answers, in each round'),
    'may-leave-lab': z
      .boolean()
      .default(false)
      .describe('Frames such as BPDUs, PAUSE and VTP may leave the lab by host, macvlan or physical bridge ports'),
  });
}

export type L2cpOptions = z.output<ReturnType<typeof l2cpOptions>>;

/** Ids of the catalogue's rows that a name or pattern means. */
export function rowsCalled(
  pattern: string,
  known: readonly { readonly id: string; readonly name: string }[] = CATALOGUE,
): readonly string[] {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return known.filter(({ id, name }) => expression.test(id) || expression.test(name)).map(({ id }) => id);
}

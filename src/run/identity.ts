import { randomBytes } from 'node:crypto';
import { SeededRandom } from '../core/random.js';

/** Names of one run. Ids are free to be random; what reaches the lab comes from the seed where the clock is virtual. */
export interface RunIdentity {
  readonly id: string;
  /** `<topology>-<four characters>`: two runs of one topology do not meet. */
  readonly labName: string;
  readonly runTag: number;
}

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

export function newIdentity(
  scenarioName: string,
  topologyName: string,
  startedAt: Date,
  clock: { readonly kind: 'real' | 'virtual'; readonly seed: number },
  unique: string = randomBytes(2).toString('hex'),
): RunIdentity {
  const random = clock.kind === 'virtual' ? new SeededRandom(clock.seed, 'identity') : undefined;
  const below = (limit: number): number => random?.below(limit) ?? randomBytes(4).readUInt32BE() % limit;
  const suffix = Array.from({ length: 4 }, () => ALPHABET[below(ALPHABET.length)]!).join('');
  return {
    id: runId(scenarioName, startedAt, unique),
    labName: `${topologyName}-${suffix}`,
    runTag: below(2 ** 32),
  };
}

/** Name of a run and of its folder. */
export function runId(scenarioName: string, startedAt: Date, unique: string): string {
  const stamp = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${stamp}-${slug(scenarioName)}-${unique}`;
}

function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-+|-+$/g, '').slice(0, 40) || 'run';
}

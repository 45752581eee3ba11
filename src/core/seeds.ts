const MOST_SEEDS = 100_000;

/**
 * `1..100`, `7`, `1..10,42`: whole numbers from 0 on, in order, each once.
 * @returns undefined where the text says something else, or more than 100,000 seeds
 */
export function parseSeeds(text: string): readonly number[] | undefined {
  const seeds = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\d+)(?:\s*\.\.\s*(\d+))?\s*$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (!Number.isSafeInteger(last) || last < first || last - first >= MOST_SEEDS) return undefined;
    for (let seed = first; seed <= last; seed++) seeds.add(seed);
  }
  return seeds.size > MOST_SEEDS ? undefined : [...seeds].sort((a, b) => a - b);
}

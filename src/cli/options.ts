import { InvalidArgumentError, Option } from 'commander';
import { parseSeeds } from '../core/seeds.js';

/** `--clock real|virtual`, the same wherever something may run in the lab kernel. */
export function clockOption(): Option {
  return new Option(
    '--clock <clock>',
    'the clock it runs by: this machine’s, or one that jumps over idle time',
  ).choices(['real', 'virtual']);
}

/** `--image-map`, the same wherever a lab may come up; may be given several times. */
export function imageMapOption(): Option {
  return new Option(
    '--image-map <map>',
    'images that stand in for those of the topology: asked=used, or a file of such lines; again for more',
  )
    .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    .default([], 'none');
}

/** `1..100`, `3,7..9` */
export function seedsOf(text: string): readonly number[] {
  const seeds = parseSeeds(text);
  if (seeds === undefined) throw new InvalidArgumentError('write 1..100, or 3,7..9');
  return seeds;
}

export function seedOf(text: string): number {
  return wholeNumber(0)(text);
}

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    }
    return number;
  };
}

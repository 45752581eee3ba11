import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, UsageError } from '../core/errors.js';
import { checkShape, placeIssues } from '../core/shape.js';
import { parseYaml } from '../core/yaml.js';
import { canonicalName } from './name.js';

/** One rule: images that are called like this are stood in for by that one. */
export interface ImageRule {
  /** An image's name as topologies write it; `*` stands for anything, also in its tag. */
  readonly asked: string;
  readonly used: string;
}

/** Which images stand in for which. The first rule that fits counts. */
export type ImageMap = readonly ImageRule[];

const file = z.record(z.string(), z.string().min(1, 'must name an image'));

/**
 * Reads what `--image-map` is given: `asked=used`, or a YAML file with lines `asked: used`.
 * @throws ConfigError, UsageError
 */
export function readImageMap(arguments_: readonly string[]): ImageMap {
  return arguments_.flatMap((argument) => {
    const equals = argument.indexOf('=');
    if (equals < 0) return readImageMapFile(argument);
    const rule = { asked: argument.slice(0, equals), used: argument.slice(equals + 1) };
    if (rule.asked === '' || rule.used === '') throw new UsageError(`--image-map ${argument}: write asked=used`);
    return [rule];
  });
}

/** The options that say this map, for another faultline. */
export function imageMapArgv(map: ImageMap): readonly string[] {
  return map.flatMap(({ asked, used }) => ['--image-map', `${asked}=${used}`]);
}

function readImageMapFile(path: string): ImageMap {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--image-map ${path} is neither asked=used nor a file (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  const { document, issues } = parseYaml(text, path);
  if (document === undefined) throw new ConfigError(issues);
  const checked = checkShape(file, document.text);
  const all = [...issues, ...placeIssues(document, checked.issues)];
  if (all.length > 0) throw new ConfigError(all);
  return Object.entries(checked.data ?? {}).map(([asked, used]) => ({ asked, used }));
}

/** The image that stands in for this one; undefined where no rule fits. */
export function standIn(map: ImageMap, asked: string): string | undefined {
  return map.find((rule) => fits(rule.asked, asked))?.used;
}

/** What of a map these images are stood in for by, one rule for each, sorted: all that a lab of them needs to know of it. */
export function usedRules(map: ImageMap, images: Iterable<string>): ImageMap {
  return [...new Set(images)].sort().flatMap((asked) => {
    const used = standIn(map, asked);
    return used === undefined ? [] : [{ asked, used }];
  });
}

/** A pattern without a tag means all tags. */
function fits(pattern: string, asked: string): boolean {
  const name = canonicalName(asked);
  const written = pattern.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  const tagged = /[:@]/.test(written.slice(written.lastIndexOf('/') + 1));
  const expression = (tagged ? written : `${written}:*`)
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(name);
}

import type { ImageConfig } from './archive.js';

/** What a container of an image starts, and how (`docker inspect` shows the same under Config). */
export interface ImageStart {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `name`, `uid`, `name:group` …; empty is root. */
  readonly user: string;
  /** Absolute. */
  readonly workdir: string;
}

export function startOf(config: ImageConfig): ImageStart {
  const said = config.config ?? {};
  const env = (said.Env ?? []).map((line): [string, string] => {
    const equals = line.indexOf('=');
    return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
  });
  return {
    entrypoint: wordsOf(said.Entrypoint),
    command: wordsOf(said.Cmd),
    env: Object.fromEntries(env),
    user: said.User ?? '',
    workdir: said.WorkingDir?.startsWith('/') === true ? said.WorkingDir : '/',
  };
}

/** A plain text instead of a list is what a shell is given. */
function wordsOf(value: readonly string[] | string | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? ['/bin/sh', '-c', value] : value;
}

import type { ImageConfig } from './archive.js';

/**
 * What images with FRR that faultline makes start: watchfrr with the daemons of the `daemons` file, as FRR's published images
 * do, and as there in the foreground: what FRR says of its configuration is in the container's log. (FRR's own script has
 * watchfrr go to the background, and FRR 8.4's is silent from then on.) Then process 1 stays, takes up orphans, and ends on
 * SIGTERM at once.
 */
export const FRR_START: readonly string[] = [
  '/bin/bash',
  '-c',
  [
    "trap 'exit 0' TERM INT",
    '. /usr/lib/frr/frrcommon.sh',
    '[ -d "$V_PATH" ] || install -d -o "$FRR_USER" -g "$FRR_GROUP" -m 750 "$V_PATH"',
    'daemon_list daemons',
    '/usr/lib/frr/watchfrr $frr_global_options $watchfrr_options $daemons & wait',
    'while :; do sleep 86400 & wait; done',
  ].join('; '),
];

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

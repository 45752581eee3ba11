import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../core/errors.js';
import { projectDir } from '../core/project-dir.js';
import type { SourceRef } from '../core/source.js';
import { hintFor } from '../core/suggest.js';
import { CATALOGUE, CONTROL_ROW } from '../l2cp/catalogue/index.js';
import type { PortRef } from '../l2cp/observations.js';
import { rowsCalled, SHIPPED_PROFILES, type L2cpOptions } from '../l2cp/options.js';
import { findPath } from '../l2cp/path.js';
import type { L2cpPlan } from '../l2cp/plan.js';
import { parseProfile } from '../l2cp/profile.js';
import { parseUserFrames, type UserFrame } from '../l2cp/user-frames.js';
import { parseEndpoint } from '../topology/find.js';
import { readText } from '../topology/read.js';
import type { Topology } from '../topology/types.js';
import type { L2cpUse } from './types.js';

/**
 * The matrix met with its topology, its profile and the user's own frames.
 * @returns undefined where there are issues; they are reported
 */
export function makeL2cpPlan(
  use: L2cpUse,
  topology: Topology,
  scenarioFile: string,
  report: (source: SourceRef, message: string, hint?: string) => void,
): L2cpPlan | undefined {
  const { options } = use;
  let wrong = false;
  const complain = (source: SourceRef, message: string, hint?: string): undefined => {
    wrong = true;
    report(source, message, hint);
    return undefined;
  };
  const take = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const issue of error.issues) complain(issue, issue.message, issue.hint);
      return undefined;
    }
  };
  const port = (text: string, key: string): PortRef | undefined => {
    const found = parseEndpoint(topology, text);
    if (found === undefined)
      return complain(use.keys[key] ?? use.source, `\`${text}\` is no node and interface of the topology`);
    return { node: found.node, interface: found.interface };
  };
  const from = port(options.from, 'from');
  const to = port(options.to, 'to');
  const own = take((): readonly UserFrame[] => {
    if (options['own-frames'] === undefined) return [];
    const file = path.resolve(path.dirname(scenarioFile), options['own-frames']);
    return parseUserFrames(readText(file), file);
  });
  const known = [...CATALOGUE, ...(own ?? [])];
  const profileFile = profilePath(options.profile, scenarioFile);
  const profile =
    profileFile === undefined
      ? complain(
          use.keys['profile'] ?? use.source,
          `there is no profile \`${options.profile}\``,
          hintFor(options.profile, SHIPPED_PROFILES),
        )
      : take(() => parseProfile(readText(profileFile), profileFile, known));
  const chosen = new Set<string>();
  for (const pattern of options.rows ?? ['*']) {
    const ids = rowsCalled(pattern, known);
    if (ids.length === 0)
      complain(
        use.keys['rows'] ?? use.source,
        `no row is called \`${pattern}\``,
        hintFor(
          pattern,
          known.flatMap(({ id, name }) => [id, name]),
          0,
        ),
      );
    for (const id of ids) chosen.add(id);
  }
  if (from === undefined || to === undefined) return undefined;
  const found = findPath(topology, from, to);
  if (typeof found === 'string') return complain(use.source, found);
  if (found.leaving.length > 0 && !options['may-leave-lab']) {
    complain(
      use.source,
      `frames could leave the lab over ${found.leaving.join(', ')}: BPDUs, PAUSE and VTP would go out there`,
      'write `may-leave-lab: true` where that is meant',
    );
  }
  const watch = Array.isArray(options.watch) ? options.watch.map((text) => port(text, 'watch')) : undefined;
  if (wrong || own === undefined || profile === undefined) return undefined;
  return {
    ...{ from, to, through: found.through, profile, userFrames: own },
    watch: options.watch === 'none' ? [] : ((watch as PortRef[] | undefined) ?? found.neighbours),
    rows: [CONTROL_ROW.id, ...known.map(({ id }) => id).filter((id) => chosen.has(id) && id !== CONTROL_ROW.id)],
    ...{ encapsulations: unique(options.encapsulations), directions: unique(options.directions) },
    ...{ framesPerRow: options.frames, ratePps: options.rate },
    ...{ lateNs: options.late, waitNs: options.wait, answerNs: options.answers },
  };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** The user's own files that a matrix is made from; a shipped profile is part of the program. */
export function l2cpFiles(options: L2cpOptions, scenarioFile: string): readonly string[] {
  const named = [
    ...((SHIPPED_PROFILES as readonly string[]).includes(options.profile) ? [] : [options.profile]),
    ...(options['own-frames'] === undefined ? [] : [options['own-frames']]),
  ];
  return named.map((name) => path.resolve(path.dirname(scenarioFile), name));
}

/** A shipped profile's file, or one beside the scenario; undefined where there is neither. */
function profilePath(name: string, scenarioFile: string): string | undefined {
  if ((SHIPPED_PROFILES as readonly string[]).includes(name)) {
    return path.join(projectDir(), 'topologies', 'l2cp', 'profiles', `${name}.yml`);
  }
  const file = path.resolve(path.dirname(scenarioFile), name);
  return existsSync(file) ? file : undefined;
}

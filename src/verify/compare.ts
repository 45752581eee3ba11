import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureFileError } from '../packet/capture-format.js';
import { firstDifference, type CaptureDifference } from '../packet/first-difference.js';
import { differences } from '../run/compare-results.js';
import { hashesBelow, sha256OfFile } from '../run/inputs.js';
import type { RunRecord, RunResult } from '../run/result.js';

/** Files of a run folder that are not what the record says, each in a sentence. */
export function alteredFiles(result: RunResult, runDir: string): readonly string[] {
  return [...alteredInputs(result.record?.inputs ?? [], join(runDir, 'inputs')), ...alteredCaptures(result, runDir)];
}

/** @param dir the run's `inputs` */
export function alteredInputs(recorded: RunRecord['inputs'], dir: string): readonly string[] {
  const now = new Map((existsSync(dir) ? hashesBelow(dir) : []).map(({ path, sha256 }) => [path, sha256]));
  const found: string[] = [];
  for (const { path, sha256 } of recorded) {
    const there = now.get(path);
    now.delete(path);
    if (there === undefined) found.push(`inputs/${path} is gone`);
    else if (there !== sha256) found.push(`inputs/${path} was altered: its SHA-256 is ${there}, recorded is ${sha256}`);
  }
  return [...found, ...[...now.keys()].map((path) => `inputs/${path} is not in the record`)];
}

function alteredCaptures(result: RunResult, runDir: string): readonly string[] {
  return result.captures.flatMap(({ file, sha256 }) => {
    const path = join(runDir, file);
    if (!existsSync(path)) return [`${file} is gone`];
    const there = sha256OfFile(path);
    return there === sha256 ? [] : [`${file} was altered: its SHA-256 is ${there}, recorded is ${sha256}`];
  });
}

/** What a run is made of beside its inputs. */
export type Parts = Omit<RunRecord, 'inputs' | 'outside'> & { readonly faultline: string; readonly node: string };

export function partsOf(result: RunResult): Parts | undefined {
  const { record, run } = result;
  return record === undefined ? undefined : { ...record, faultline: run.faultline, node: run.node };
}

/** Parts that are not the same, each in a sentence. */
export function differingParts(recorded: Parts, now: Parts): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, of: (parts: Parts) => string | undefined): void => {
    const [before, here] = [of(recorded) ?? 'none', of(now) ?? 'none'];
    if (before !== here) found.push(`${what} is not the same: recorded is ${before}, here it is ${here}`);
  };
  compare('faultline’s version', (parts) => parts.faultline);
  compare('the SHA-256 of faultline’s programs', (parts) => parts.programSha256);
  compare('Node', (parts) => parts.node);
  compare('the hash of the lab kernel’s version, configuration and patches', (parts) => parts.kernel?.hash);
  compare('the SHA-256 of the lab kernel', (parts) => parts.kernel?.sha256);
  compare('the lab kernel’s release', (parts) => parts.kernel?.release);
  const images = (parts: Parts): NonNullable<Parts['images']> => parts.images ?? [];
  for (const name of new Set([...images(recorded), ...images(now)].map((image) => image.name))) {
    compare(
      `the package list of ${name}`,
      (parts) => images(parts).find((image) => image.name === name)?.packagesSha256,
    );
  }
  compare('the image that the guest boots from', (parts) => images(parts)[0]?.name);
  return found;
}

/** One capture, as recorded and as it came out now. */
export interface ComparedCapture {
  readonly file: string;
  readonly recorded: string | null;
  readonly now: string | null;
  /** Where the file in the run folder and the one of now differ in a frame. */
  readonly difference: CaptureDifference | null;
}

/** All captures of both runs by their recorded hashes. */
export function comparedCaptures(
  kept: { readonly result: RunResult; readonly dir: string },
  fresh: { readonly result: RunResult; readonly dir: string },
): readonly ComparedCapture[] {
  const hashes = (result: RunResult): Map<string, string> =>
    new Map(result.captures.map(({ file, sha256 }) => [file, sha256]));
  const [before, now] = [hashes(kept.result), hashes(fresh.result)];
  return [...new Set([...before.keys(), ...now.keys()])].map((file) => {
    const [recorded = null, here = null] = [before.get(file), now.get(file)];
    const paths = [join(kept.dir, file), join(fresh.dir, file)] as const;
    const differ = paths.every((path) => existsSync(path)) && sha256OfFile(paths[0]) !== here;
    return { file, recorded, now: here, difference: differ ? frameDifference(...paths) : null };
  });
}

function frameDifference(kept: string, fresh: string): CaptureDifference | null {
  try {
    return firstDifference(kept, fresh) ?? null;
  } catch (error) {
    if (error instanceof CaptureFileError) return null; // what is no capture any more has no frames to compare
    throw error;
  }
}

/** Everything in two results that two runs of the same thing must have in common, and does not come out the same. */
export function differingFigures(kept: RunResult, fresh: RunResult): readonly string[] {
  return differences(comparable(kept), comparable(fresh)).map((text) =>
    text.replace(': kept ', ': recorded ').replace(', computed ', ', now '),
  );
}

/** Without what may differ between two runs of the same thing: names, commands, where the files lie, and the parts. */
function comparable(result: RunResult): RunResult {
  const { record, ...rest } = result;
  return {
    ...rest,
    ...(record === undefined ? {} : { record: { programSha256: '', inputs: record.inputs, outside: [] } }),
    run: { ...result.run, id: '', argv: [], faultline: '', node: '', host: { ...result.run.host, kernel: '' } },
    scenario: { ...result.scenario, file: '' },
    clock: { ...result.clock, meaning: '' },
  };
}

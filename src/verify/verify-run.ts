import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../core/errors.js';
import { FAULTS } from '../fault/index.js';
import { guestPlace } from '../guest/place.js';
import { guestRecord, runScenarioInGuest, type ScenarioInGuest } from '../guest/run-scenario.js';
import { readCapture } from '../packet/read-capture.js';
import { PROBES } from '../probe/index.js';
import { analyzeRun } from '../run/analyze-run.js';
import { differences } from '../run/compare-results.js';
import { readInputs } from '../run/inputs.js';
import { readJournal } from '../run/journal.js';
import { programSha256 } from '../run/program-hash.js';
import type { RunResult } from '../run/result.js';
import { loadPlan } from '../scenario/make-plan.js';
import { recordedEnvironment } from '../scenario/plan-files.js';
import { alteredFiles, comparedCaptures, differingFigures, differingParts, partsOf } from './compare.js';
import { verificationVerdict, type Verification } from './verdict.js';

export interface VerifyRequest extends Pick<
  ScenarioInGuest,
  'projectDir' | 'stdout' | 'stderr' | 'onBeat' | 'signal' | 'argv'
> {
  readonly runDir: string;
  /** Its `result.json`. */
  readonly kept: RunResult;
  /** This faultline's version. */
  readonly faultline: string;
}

/**
 * Runs a virtual-clock run again from its recorded inputs and seed, and compares the SHA-256 of every capture and every
 * figure with what was recorded; and what it was made of with what is here.
 * @throws UsageError for a run that cannot be run again to the byte; LabError where the lab kernel or an image is not there
 */
export async function verifyRun(request: VerifyRequest): Promise<Verification> {
  const { kept, runDir, projectDir } = request;
  const recorded = partsOf(kept);
  if (kept.clock.kind !== 'virtual' || recorded === undefined) {
    const why =
      kept.clock.kind === 'virtual' ? 'it has no record of what it was made from' : 'chance decides on a real clock';
    throw new UsageError(
      `${runDir} cannot be run again to the byte: ${why}; \`faultline analyze\` computes its figures again from its captures`,
    );
  }
  const programs = programSha256(projectDir);
  const altered = [...alteredFiles(kept, runDir)];
  if (altered.length === 0 && programs === recorded.programSha256) altered.push(...alteredResult(kept, runDir));
  const about = { run: kept.run.id, seed: kept.clock.seed, altered };
  const ended = (found: Pick<Verification, 'parts' | 'captures' | 'figures' | 'notRun'>): Verification => ({
    ...about,
    ...found,
    verdict: verificationVerdict({ ...about, ...found }),
  });
  if (altered.some((text) => text.startsWith('inputs/'))) {
    return ended({
      parts: [],
      captures: [],
      figures: [],
      notRun: 'it was not run again: its inputs are not those of the record',
    });
  }
  const env = recordedEnvironment(recorded.variables ?? {});
  const plan = loadPlan(
    join(runDir, 'inputs', readInputs(runDir).scenario),
    { faults: FAULTS, probes: PROBES },
    { env, overrides: { clock: 'virtual', kernel: 'lab', seed: kept.clock.seed, repeat: 1 } },
  );
  const imageMap = recorded.imageMap ?? [];
  const place = { ...guestPlace(projectDir, recorded.images?.[0]?.name), imageMap };
  const here = { ...guestRecord(place, plan, projectDir), programSha256: programs, faultline: request.faultline };
  const out = mkdtempSync(join(tmpdir(), 'faultline-verify-'));
  try {
    const { signal, stdout, stderr, onBeat, argv } = request;
    const end = await runScenarioInGuest(place, {
      ...{ plan, projectDir, out, argv, signal, stdout, stderr, onBeat, env, clock: 'virtual', seed: kept.clock.seed },
      strictImages: recorded.strictImages === true,
    });
    const node = end.run?.result.run.node ?? recorded.node;
    const parts = differingParts(recorded, { ...here, node });
    if (end.run === null) {
      return ended({
        parts,
        captures: [],
        figures: [],
        notRun: `running it again came to no result (exit ${end.exitCode})`,
      });
    }
    return ended({
      parts,
      captures: comparedCaptures({ result: kept, dir: runDir }, end.run),
      figures: differingFigures(kept, end.run.result),
      notRun: null,
    });
  } finally {
    rmSync(out, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether the result is what its own journal and captures give. */
function alteredResult(kept: RunResult, runDir: string): readonly string[] {
  const journal = join(runDir, 'journal.jsonl');
  if (!existsSync(journal)) return ['journal.jsonl is gone'];
  return differences(kept, analyzeRun(runDir, readJournal(journal), readCapture)).map(
    (text) => `result.json is not what journal and captures give: ${text}`,
  );
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../packet/read-capture.js';
import { fileReporters } from '../report/index.js';
import { analyzeRun } from '../run/analyze-run.js';
import type { JournalEntry } from '../run/events.js';
import { runId } from '../run/identity.js';
import { readJournal } from '../run/journal.js';
import type { Image } from './images.js';
import type { ScenarioEnd, ScenarioInGuest } from './run-scenario.js';

/**
 * Moves the run that a guest left to its folder, completes its record, computes its result from journal and captures,
 * and writes the reports.
 * @param images that the run was made from
 * @param left folder that holds the run's, and nothing else
 */
export async function takeRun(
  images: readonly Image[],
  request: ScenarioInGuest,
  left: string,
): Promise<ScenarioEnd['run']> {
  const { plan, out } = request;
  const [name] = readdirSync(left);
  if (name === undefined) return null;
  const id = runId(
    plan.scenario.name,
    request.startedAt ?? new Date(),
    request.unique ?? randomBytes(2).toString('hex'),
  );
  const dir = join(out, id);
  const journal = join(left, name, 'journal.jsonl');
  if (!existsSync(journal) || !readFileSync(journal, 'utf8').includes('\n')) return null;
  completeJournal(journal, { id, argv: ['faultline', ...request.argv], scenarioFile: plan.scenario.file });
  renameSync(join(left, name), dir);
  keepPackageLists(images, dir);
  const result = analyzeRun(dir, readJournal(join(dir, 'journal.jsonl')), readCapture);
  for (const reporter of fileReporters()) await reporter.onEnd?.(result, dir);
  return { dir, result };
}

/** Writes into the first entry of a guest's journal what the guest could not know. */
function completeJournal(path: string, known: { id: string; argv: readonly string[]; scenarioFile: string }): void {
  const text = readFileSync(path, 'utf8');
  const end = text.indexOf('\n');
  const first = JSON.parse(text.slice(0, end)) as JournalEntry;
  if (first.type !== 'run-started') throw new Error(`${path} does not begin with the start of a run`);
  const { id, argv, scenarioFile } = known;
  const completed: JournalEntry = { ...first, run: { ...first.run, id, argv }, scenarioFile };
  writeFileSync(path, `${JSON.stringify(completed)}${text.slice(end)}`);
}

/** Writes what packages each image of a run is made of beside its result, one file an image. */
function keepPackageLists(images: readonly Image[], runDir: string): void {
  if (!existsSync(runDir)) return;
  const dir = join(runDir, 'images');
  mkdirSync(dir, { recursive: true });
  for (const { name, packages } of images) {
    writeFileSync(join(dir, `${name.replace(/[^a-z0-9.]+/g, '-')}.packages.txt`), `${packages.join('\n')}\n`);
  }
}

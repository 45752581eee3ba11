import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '../run/events.js';
import { failureEntry } from '../run/failure-entry.js';

/**
 * Writes into the journal of a run whose guest did not come to its end why that was, at the instant of the last entry: the
 * guest's clock knows no later one. A line that was cut off is left out. Does nothing where there is no run yet.
 * @param folder that holds the run's folder, and nothing else
 */
export function noteGuestEnd(folder: string, why: unknown): void {
  const [name] = readdirSync(folder);
  const path = join(folder, name ?? '', 'journal.jsonl');
  if (name === undefined || !existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const last = whole.trimEnd().split('\n').at(-1);
  if (last === undefined || last === '') return;
  const { seq, at } = JSON.parse(last) as JournalEntry;
  const entry: JournalEntry = { seq: seq + 1, at, ...failureEntry(why) };
  writeFileSync(path, `${whole}${JSON.stringify(entry)}\n`);
}

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { instantToText, type Instant } from '../core/instant.js';
import type { JournalEntry, RunEvent } from './events.js';

/** The run's own record, one JSON object a line; every line is on its way to the disk before `write` returns. */
export class Journal {
  private seq = 0;
  private fd: number | undefined;
  private readonly listeners: ((entry: JournalEntry) => void)[] = [];

  constructor(
    readonly path: string,
    private readonly now: () => Instant,
  ) {
    this.fd = openSync(path, 'a', 0o644);
  }

  /** Called with each entry after it was written. A listener that throws is not the journal's business. */
  onEntry(listener: (entry: JournalEntry) => void): void {
    this.listeners.push(listener);
  }

  write(event: RunEvent): JournalEntry {
    if (this.fd === undefined) throw new Error(`the journal ${this.path} is closed`);
    const entry: JournalEntry = { seq: this.seq++, at: instantToText(this.now()), ...event };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
    let written = 0;
    while (written < line.length) written += writeSync(this.fd, line, written);
    for (const listener of this.listeners) listener(entry);
    return entry;
  }

  /** As `write`, and on the disk when it returns: for what recovery needs. */
  writeFlushed(event: RunEvent): JournalEntry {
    const entry = this.write(event);
    fsyncSync(this.fd!);
    return entry;
  }

  close(): void {
    if (this.fd === undefined) return;
    fsyncSync(this.fd);
    closeSync(this.fd);
    this.fd = undefined;
  }
}

/**
 * Reads a journal. A last line that was cut off (the writer was killed) is left out; any other line that is not JSON
 * is an error, because something else wrote there.
 * @throws Error with the file and line.
 */
export function readJournal(path: string): readonly JournalEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const cut = lines.pop();
  const entries = lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalEntry;
    } catch (cause) {
      throw new Error(`${path}:${index + 1}: not a journal line`, { cause });
    }
  });
  // A complete last line without its newline is still whole; a half one is what SIGKILL leaves.
  if (cut !== undefined && cut !== '') {
    try {
      entries.push(JSON.parse(cut) as JournalEntry);
    } catch {
      // cut off in the middle
    }
  }
  return entries;
}

/** All entries of one type, in order. */
export function entriesOf<T extends RunEvent['type']>(
  entries: readonly JournalEntry[],
  type: T,
): readonly Extract<JournalEntry, { type: T }>[] {
  return entries.filter((entry): entry is Extract<JournalEntry, { type: T }> => entry.type === type);
}

/** The last entry of one type. */
export function lastOf<T extends RunEvent['type']>(
  entries: readonly JournalEntry[],
  type: T,
): Extract<JournalEntry, { type: T }> | undefined {
  return entriesOf(entries, type).at(-1);
}

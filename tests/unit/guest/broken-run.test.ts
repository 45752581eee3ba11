import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LabError } from '../../../src/core/errors.js';
import { noteGuestEnd } from '../../../src/guest/broken-run.js';
import { readJournal } from '../../../src/run/journal.js';

describe('noteGuestEnd', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'faultline-broken-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('adds the reason after the last whole entry, in the guest’s time', () => {
    mkdirSync(join(folder, 'a-run'));
    const journal = join(folder, 'a-run', 'journal.jsonl');
    const entry = { seq: 7, at: '2023-11-14T22:13:20.000000001Z', type: 'progress', phase: 'steady', text: 'waits' };
    writeFileSync(journal, `${JSON.stringify(entry)}\n{"seq":8,"at":"20`);
    noteGuestEnd(folder, new LabError('the guest was ended by SIGKILL; its console said: x\ny'));
    const entries = readJournal(journal);
    expect(entries).to.have.length(2);
    expect(entries[1]).to.deep.equal({
      ...{ seq: 8, at: entry.at, type: 'failed', name: 'LabError' },
      error: 'the guest was ended by SIGKILL; its console said: x\ny',
    });
  });

  it('does nothing where no run had begun', () => {
    noteGuestEnd(folder, 'why');
    mkdirSync(join(folder, 'a-run'));
    noteGuestEnd(folder, 'why');
    writeFileSync(join(folder, 'a-run', 'journal.jsonl'), '{"se');
    noteGuestEnd(folder, 'why');
    expect(readFileSync(join(folder, 'a-run', 'journal.jsonl'), 'utf8')).to.equal('{"se');
  });
});
